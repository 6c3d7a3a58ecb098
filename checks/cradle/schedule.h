// The order of a campaign: chunks of cases, handed out one by one to whichever worker is free.

#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "checks/cradle/checks.h"

namespace cradle {

/// Cases begin to end - 1 of a stream, judged by one worker.
struct Chunk {
  Stream stream = Stream::pure;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct ScheduleOptions {
  std::array<std::uint64_t, kStreamCount> cases = {};  // of each stream
  std::uint64_t shard = 1;                             // of shard_count, from 1
  std::uint64_t shard_count = 1;
};

/// Depth, corpus, leaks and edges first (of shard 1), then the generated streams in step with each
/// other, so that a run that is cut short has seen some of each. A chunk holds the same cases for
/// any number of jobs and shards.
class Schedule {
 public:
  explicit Schedule(const ScheduleOptions& options);
  std::uint64_t chunk_count() const { return chunk_count_; }
  /// Returns chunk number `k`, or nothing for one that another shard has, or that is beyond its
  /// stream.
  std::optional<Chunk> chunk(std::uint64_t k) const;

 private:
  ScheduleOptions options_;
  std::uint64_t early_count_ = 0;
  std::uint64_t chunk_count_ = 0;
};

/// How many cases a chunk has: of each stream, in the proportion of the default campaign.
inline constexpr std::array<std::uint64_t, kStreamCount> kChunkCases = {400, 100, 2,   8,
                                                                        1,   4,   100, 10};

}  // namespace cradle
