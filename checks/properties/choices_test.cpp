// Laws of choices: every source stays below its bound, a seed means the same numbers on every
// machine, and the odometer meets every sequence once.

#include "checks/program/choices.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "checks/properties/arbitrary_program.h"

namespace cradle {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Choices, a_seed_is_the_published_xoshiro256_starstar_sequence) {
  // Computed by an independent implementation from the authors' C text; below(2^63) is a number's
  // upper 63 bits.
  SeedChoices zero(0);
  EXPECT_EQ(zero.below(std::uint64_t{1} << 63), 0x99ec5f36cb75f2b4u >> 1);
  EXPECT_EQ(zero.below(std::uint64_t{1} << 63), 0xbf6e1f784956452au >> 1);
  SeedChoices one(1);
  for (const std::uint64_t expected : {70u, 52u, 57u, 39u, 69u, 14u, 7u, 38u, 86u, 55u}) {
    EXPECT_EQ(one.below(100), expected);
  }
  SeedChoices rejecting(2026);  // 3 * 2^62 rejects every fourth number
  for (const std::uint64_t expected : {7937608649289138831u, 11241115089655670563u,
                                       12364040679819578689u, 11234555392993897495u}) {
    EXPECT_EQ(rejecting.below(std::uint64_t{3} << 62), expected);
  }
}

RC_GTEST_PROP(Choices, every_source_stays_below_its_bound,
              (const Bytes& bytes, std::uint64_t seed)) {
  SeedChoices seeded(seed);
  SeedChoices bounds(~seed);
  ByteChoices read(bytes);
  Odometer odometer;
  for (int k = 0; k < 100; ++k) {
    const std::uint64_t most = std::numeric_limits<std::uint64_t>::max() >> bounds.below(64);
    const std::uint64_t bound = 1 + bounds.below(most);
    RC_ASSERT(seeded.below(bound) < bound);
    RC_ASSERT(read.below(bound) < bound);
    RC_ASSERT(odometer.below(bound) == 0u);
  }
}

RC_GTEST_PROP(Choices, a_seed_gives_the_same_numbers_each_time, (std::uint64_t seed)) {
  SeedChoices first(seed), second(seed);
  for (std::uint64_t bound = 1; bound < 1000; bound += 7) {
    RC_ASSERT(first.below(bound) == second.below(bound));
  }
}

TEST(Choices, a_seed_is_uniform_below_the_bound) {
  for (const std::uint64_t bound : {2u, 3u, 10u, 100u}) {
    SeedChoices choices(7 + bound);
    constexpr int kDraws = 200'000;
    std::vector<int> counts(bound, 0);
    for (int k = 0; k < kDraws; ++k) ++counts[choices.below(bound)];
    // Pearson's statistic has mean bound - 1 and variance 2 (bound - 1); six deviations are one in
    // 1e6.
    const double expected = kDraws / static_cast<double>(bound);
    double statistic = 0;
    for (const int count : counts) statistic += (count - expected) * (count - expected) / expected;
    const double freedom = static_cast<double>(bound) - 1;
    EXPECT_LT(statistic, freedom + 6 * std::sqrt(2 * freedom) + 6) << "bound " << bound;
  }
}

TEST(Choices, bytes_are_read_little_endian_and_reduced) {
  const Bytes bytes = {7, 0x34, 0x12, 200, 1, 2, 3, 4};
  ByteChoices choices(bytes);
  EXPECT_EQ(choices.below(1), 0u) << "one possibility needs no byte";
  EXPECT_EQ(choices.below(256), 7u);
  EXPECT_EQ(choices.below(65536), 0x1234u);
  EXPECT_EQ(choices.below(100), 0u) << "200 modulo 100";
  EXPECT_FALSE(choices.exhausted());
  EXPECT_EQ(choices.below(std::uint64_t{1} << 32), 0x04030201u);
  EXPECT_TRUE(choices.exhausted());
  EXPECT_EQ(choices.below(1000), 0u) << "past the end every byte is 0";
  EXPECT_TRUE(choices.exhausted());
}

// A sequence whose bounds depend on what was chosen: 0, 10..12, 200..2k.
std::string draw_sequence(Choices& choices) {
  std::string sequence;
  const std::uint64_t branch = choices.below(3);
  sequence += std::to_string(branch);
  for (std::uint64_t k = 0; k < branch; ++k) sequence += std::to_string(choices.below(2 + k));
  if (branch == 2) sequence += std::to_string(choices.below(1));
  return sequence;
}

TEST(Choices, the_odometer_meets_every_sequence_once_and_in_order) {
  Odometer odometer;
  std::vector<std::string> seen;
  do {
    seen.push_back(draw_sequence(odometer));
  } while (odometer.next());
  const std::vector<std::string> expected = {"0",    "10",   "11",   "2000", "2010",
                                             "2020", "2100", "2110", "2120"};
  EXPECT_EQ(seen, expected);
}

TEST(Choices, an_odometer_that_was_not_asked_has_one_sequence) {
  Odometer odometer;
  EXPECT_FALSE(odometer.next());
}

TEST(Choices, case_seeds_depend_on_campaign_stream_and_index) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t campaign = 0; campaign < 20; ++campaign) {
    for (std::uint64_t stream = 0; stream < 20; ++stream) {
      for (std::uint64_t index = 0; index < 100; ++index) {
        seeds.insert(case_seed(campaign, stream, index));
      }
    }
  }
  EXPECT_EQ(seeds.size(), 20u * 20 * 100);
  EXPECT_EQ(case_seed(1, 0, 0), 12793040940332582595u) << "published seeds would change meaning";
  EXPECT_EQ(case_seed(1, 0, 1), 7806873273932414515u);
  EXPECT_EQ(case_seed(1, 1, 0), 6301985355436268297u);
  EXPECT_EQ(case_seed(2, 0, 0), 1825907084063272085u);
}

}  // namespace
}  // namespace cradle
