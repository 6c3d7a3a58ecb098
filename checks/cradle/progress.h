// Progress of a long run: one line that is rewritten on a terminal, a plain line now and then in a
// pipe.

#pragma once

#include <cstdint>

#include "checks/cradle/worker.h"

namespace cradle {

class Progress {
 public:
  /// With `wanted` false nothing is ever shown.
  explicit Progress(bool wanted);
  void show(const Board& board, const CampaignOptions& options, std::uint64_t chunk_count,
            double seconds);
  /// Leaves a clean line behind.
  void clear();

 private:
  bool wanted_;
  bool terminal_;
  bool shown_ = false;
  double last_ = 0;
};

}  // namespace cradle
