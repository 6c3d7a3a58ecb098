// One worker process of a campaign: takes chunks, runs them in its child, judges them.

#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "checks/cradle/campaign.h"

namespace cradle {

/// Lowers a bound that several processes lower.
inline void lower_to(std::atomic<std::uint64_t>& bound, std::uint64_t value) {
  std::uint64_t last = bound.load();
  while (value < last && !bound.compare_exchange_weak(last, value)) {
  }
}

/// What the processes of a campaign share.
struct Board {
  std::atomic<std::uint64_t> next_chunk;
  std::atomic<bool> stop;
  std::array<std::atomic<std::uint64_t>, kStreamCount> cases_done;
  std::atomic<std::uint64_t> findings;
  std::atomic<std::uint64_t> hangs;  // findings of programs that hang: one is enough
  std::atomic<bool> ages = false;    // it grows slower with its process: have a fresh one often
  /// The nodes of the smallest family that kills the engine: what is nearly as large dies of that.
  std::atomic<std::uint64_t> deadly_nodes = ~std::uint64_t{0};
  /// By stream and check: cases beyond this index are not judged any more, the check has its
  /// findings.
  std::array<std::array<std::atomic<std::uint64_t>, kCheckCount>, kStreamCount> last_case;
};

/// Works until the chunks are used up or the board says stop, and returns this worker's part.
Result work(const CampaignOptions& options, Board& board);

}  // namespace cradle
