// Numbering chunks.

#include "checks/cradle/schedule.h"

#include <algorithm>

namespace cradle {
namespace {

std::uint64_t chunks_of(Stream stream, std::uint64_t cases) {
  const std::uint64_t size = kChunkCases[static_cast<std::size_t>(stream)];
  return cases / size + (cases % size != 0 ? 1 : 0);
}

std::optional<Chunk> chunk_of(Stream stream, std::uint64_t number, std::uint64_t cases) {
  const std::uint64_t size = kChunkCases[static_cast<std::size_t>(stream)];
  if (number >= chunks_of(stream, cases)) return std::nullopt;
  const std::uint64_t begin = number * size;
  return Chunk{stream, begin, begin + std::min(size, cases - begin)};
}

constexpr std::array kEarly = {Stream::depth, Stream::corpus, Stream::leaks, Stream::edges};
constexpr std::array kInStep = {Stream::pure, Stream::lifetime, Stream::mlp, Stream::faults};

}  // namespace

Schedule::Schedule(const ScheduleOptions& options) : options_(options) {
  for (const Stream stream : kEarly) {
    early_count_ += chunks_of(stream, options.cases[static_cast<std::size_t>(stream)]);
  }
  std::uint64_t rounds = 0;
  for (const Stream stream : kInStep) {
    rounds = std::max(rounds, chunks_of(stream, options.cases[static_cast<std::size_t>(stream)]));
  }
  chunk_count_ = early_count_ + rounds * kInStep.size();
}

std::optional<Chunk> Schedule::chunk(std::uint64_t k) const {
  const auto cases = [&](Stream stream) {
    return options_.cases[static_cast<std::size_t>(stream)];
  };
  if (k < early_count_) {
    if (options_.shard != 1) return std::nullopt;
    for (const Stream stream : kEarly) {
      const std::uint64_t chunks = chunks_of(stream, cases(stream));
      if (k < chunks) return chunk_of(stream, k, cases(stream));
      k -= chunks;
    }
    return std::nullopt;
  }
  k -= early_count_;
  const std::uint64_t round = k / kInStep.size();
  if (round % options_.shard_count != options_.shard - 1) return std::nullopt;
  const Stream stream = kInStep[k % kInStep.size()];
  return chunk_of(stream, round, cases(stream));
}

}  // namespace cradle
