// Every small program, entered anywhere: program k is the same whether it is walked to or asked
// for, the order is the odometer's, and there are as many as the count says.

#include "checks/cradle/enumeration.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "checks/program/text.h"

namespace cradle {
namespace {

constexpr OpSet kFew = bit(Op::input) | bit(Op::add) | bit(Op::relu);
constexpr std::size_t kLength = 3;

constexpr VerbSet kVerbs4 =
    bit(Verb::retain) | bit(Verb::release) | bit(Verb::backward) | bit(Verb::zero_grad);

std::vector<Program> by_odometer(const SmallOptions& options) {
  std::vector<Program> programs;
  for (std::size_t length = 1; length <= options.length; ++length) {
    Odometer odometer;
    do {
      programs.push_back(generate_small(odometer, {length, options.ops, options.verbs}));
    } while (odometer.next());
  }
  return programs;
}

TEST(Enumeration, gives_what_the_odometer_gives_and_as_many_as_are_counted) {
  for (const SmallOptions& options :
       {SmallOptions{kLength, kFew, 0}, {kLength, kSpecificationOps, 0}, {4, kFew, kVerbs4}}) {
    const std::vector<Program> expected = by_odometer(options);
    ASSERT_EQ(enumerated_count(options), expected.size());
    Enumeration enumeration(options);
    ASSERT_EQ(enumeration.count(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      ASSERT_EQ(enumeration.program(k), expected[k]) << k;
    }
  }
}

TEST(Enumeration, can_be_entered_anywhere_and_left_backwards) {
  for (const SmallOptions& options : {SmallOptions{kLength, kFew, 0}, {4, kFew, kVerbs4}}) {
    const std::vector<Program> expected = by_odometer(options);
    SeedChoices choices(5);
    Enumeration enumeration(options);
    for (int round = 0; round < 300; ++round) {
      const std::uint64_t k = choices.below(expected.size());
      ASSERT_EQ(enumeration.program(k), expected[k]) << k;
      ASSERT_EQ(enumeration.program(k), expected[k]) << k;
      if (k + 1 < expected.size()) {
        ASSERT_EQ(enumeration.program(k + 1), expected[k + 1]) << k;
      }
      ASSERT_EQ(Enumeration(options).program(k), expected[k]) << k;
    }
  }
}

TEST(Enumeration, leaves_neurons_to_the_networks_and_repeats_nothing) {
  EXPECT_EQ(enumerated_count({4, kSpecificationOps | bit(Op::neuron), 0}),
            enumerated_count({4, kSpecificationOps, 0}));
  EXPECT_EQ(enumerated_count({0, kSpecificationOps, 0}), 0u);
  std::set<std::string> seen;
  Enumeration enumeration({kLength, kSpecificationOps | bit(Op::neuron), 0});
  const std::uint64_t count = enumerated_count({kLength, kSpecificationOps, 0});
  for (std::uint64_t k = 0; k < count; ++k) {
    const Program program = enumeration.program(k);
    ASSERT_TRUE(well_formed(program) && is_pure(program));
    EXPECT_TRUE(seen.insert(print(program)).second) << print(program);
  }
}

}  // namespace
}  // namespace cradle
