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

std::vector<Program> by_odometer(std::size_t length_max, OpSet ops) {
  std::vector<Program> programs;
  for (std::size_t length = 1; length <= length_max; ++length) {
    Odometer odometer;
    do {
      programs.push_back(generate_small(odometer, length, ops));
    } while (odometer.next());
  }
  return programs;
}

TEST(Enumeration, gives_what_the_odometer_gives_and_as_many_as_are_counted) {
  for (const OpSet ops : {kFew, kSpecificationOps}) {
    const std::vector<Program> expected = by_odometer(kLength, ops);
    ASSERT_EQ(enumerated_count(kLength, ops), expected.size());
    Enumeration enumeration(kLength, ops);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      ASSERT_EQ(enumeration.program(k), expected[k]) << k;
    }
  }
}

TEST(Enumeration, can_be_entered_anywhere_and_left_backwards) {
  const std::vector<Program> expected = by_odometer(kLength, kFew);
  SeedChoices choices(5);
  Enumeration enumeration(kLength, kFew);
  for (int round = 0; round < 300; ++round) {
    const std::uint64_t k = choices.below(expected.size());
    ASSERT_EQ(enumeration.program(k), expected[k]) << k;
    ASSERT_EQ(enumeration.program(k), expected[k]) << k;
    ASSERT_EQ(Enumeration(kLength, kFew).program(k), expected[k]) << k;
  }
}

TEST(Enumeration, leaves_neurons_to_the_networks_and_repeats_nothing) {
  EXPECT_EQ(enumerated_count(4, kSpecificationOps | bit(Op::neuron)),
            enumerated_count(4, kSpecificationOps));
  EXPECT_EQ(enumerated_count(0, kSpecificationOps), 0u);
  std::set<std::string> seen;
  Enumeration enumeration(kLength, kSpecificationOps | bit(Op::neuron));
  const std::uint64_t count = enumerated_count(kLength, kSpecificationOps);
  for (std::uint64_t k = 0; k < count; ++k) {
    const Program program = enumeration.program(k);
    ASSERT_TRUE(well_formed(program) && is_pure(program));
    EXPECT_TRUE(seen.insert(print(program)).second) << print(program);
  }
}

}  // namespace
}  // namespace cradle
