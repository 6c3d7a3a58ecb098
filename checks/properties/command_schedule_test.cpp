// The order of a campaign: every case is handed out once, whatever the shards; a chunk holds the
// same cases for any number of them; and the streams advance in step.

#include "checks/cradle/schedule.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "checks/program/choices.h"

namespace cradle {
namespace {

using Cases = std::array<std::uint64_t, kStreamCount>;

ScheduleOptions options_of(const Cases& cases, std::uint64_t shard, std::uint64_t shard_count) {
  ScheduleOptions options;
  options.cases = cases;
  options.shard = shard;
  options.shard_count = shard_count;
  return options;
}

// How often each case is handed out over all shards.
std::array<std::vector<unsigned>, kStreamCount> handed_out(const Cases& cases,
                                                           std::uint64_t shard_count) {
  std::array<std::vector<unsigned>, kStreamCount> times;
  for (std::size_t k = 0; k < kStreamCount; ++k) times[k].resize(cases[k]);
  for (std::uint64_t shard = 1; shard <= shard_count; ++shard) {
    const Schedule schedule(options_of(cases, shard, shard_count));
    for (std::uint64_t k = 0; k < schedule.chunk_count(); ++k) {
      const auto chunk = schedule.chunk(k);
      if (!chunk) continue;
      EXPECT_LT(chunk->begin, chunk->end);
      for (std::uint64_t index = chunk->begin; index < chunk->end; ++index) {
        ++times[static_cast<std::size_t>(chunk->stream)].at(index);
      }
    }
    EXPECT_FALSE(schedule.chunk(schedule.chunk_count()).has_value());
  }
  return times;
}

TEST(Schedule, hands_out_every_case_once_for_any_number_of_shards) {
  SeedChoices choices(1);
  for (int round = 0; round < 200; ++round) {
    Cases cases;
    for (std::uint64_t& count : cases) count = choices.below(choices.below(2) == 0 ? 3 : 3000);
    const std::uint64_t shard_count = 1 + choices.below(9);
    for (const auto& times : handed_out(cases, shard_count)) {
      for (const unsigned count : times) ASSERT_EQ(count, 1u);
    }
  }
}

TEST(Schedule, puts_the_same_cases_into_a_chunk_for_any_number_of_shards) {
  const Cases cases = {5000, 1100, 37, 60, 4};
  const Schedule whole(options_of(cases, 1, 1));
  for (std::uint64_t k = 0; k < whole.chunk_count(); ++k) {
    const auto expected = whole.chunk(k);
    unsigned owners = 0;
    for (std::uint64_t shard = 1; shard <= 4; ++shard) {
      const auto chunk = Schedule(options_of(cases, shard, 4)).chunk(k);
      if (!chunk) continue;
      ++owners;
      ASSERT_TRUE(expected.has_value());
      EXPECT_EQ(chunk->stream, expected->stream);
      EXPECT_EQ(chunk->begin, expected->begin);
      EXPECT_EQ(chunk->end, expected->end);
    }
    EXPECT_EQ(owners, expected ? 1u : 0u);
  }
}

TEST(Schedule, gives_depth_and_corpus_to_the_first_shard_and_first) {
  const Cases cases = {400, 100, 2, 16, 3};
  const Schedule first(options_of(cases, 1, 2));
  for (std::uint64_t k = 0; k < 3; ++k) EXPECT_EQ(first.chunk(k)->stream, Stream::depth);
  for (std::uint64_t k = 3; k < 5; ++k) EXPECT_EQ(first.chunk(k)->stream, Stream::corpus);
  EXPECT_EQ(first.chunk(5)->stream, Stream::pure);
  const Schedule second(options_of(cases, 2, 2));
  for (std::uint64_t k = 0; k < 5; ++k) EXPECT_FALSE(second.chunk(k).has_value());
}

TEST(Schedule, advances_the_streams_in_step_so_that_a_short_run_sees_some_of_each) {
  constexpr std::uint64_t kEndless = std::uint64_t{1} << 40;
  const Schedule schedule(options_of({kEndless, kEndless, kEndless, 0, 0, 0, 0, kEndless}, 1, 1));
  std::array<std::uint64_t, kStreamCount> chunks = {};
  for (std::uint64_t k = 0; k < 40; ++k) {
    ++chunks[static_cast<std::size_t>(schedule.chunk(k).value().stream)];
  }
  EXPECT_EQ(chunks, (std::array<std::uint64_t, kStreamCount>{10, 10, 10, 0, 0, 0, 0, 10}));
}

}  // namespace
}  // namespace cradle
