// Laws of the enumeration: complete, without repetition, and of the size that the recurrence says.
// The count is checked against a brute force that knows nothing of the enumeration's pruning.

#include "checks/program/small.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "checks/program/numbers.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

bool all_reach_the_last(const Program& program) {
  const std::vector<bool> reaches = reaching(program, static_cast<NodeId>(program.code.size() - 1));
  return std::find(reaches.begin(), reaches.end(), false) == reaches.end();
}

// Enumerates and asserts the laws on the way; returns how many there were.
std::uint64_t enumerate(std::size_t length, OpSet ops) {
  Odometer odometer;
  std::unordered_set<std::string> seen;
  std::uint64_t count = 0;
  do {
    const Program program = generate_small(odometer, length, ops);
    ++count;
    EXPECT_TRUE(well_formed(program) && is_pure(program)) << print(program);
    EXPECT_TRUE(all_reach_the_last(program)) << print(program);
    EXPECT_EQ(program.code.size(), length);
    EXPECT_TRUE(seen.insert(print(program)).second) << "twice: " << print(program);
  } while (odometer.next() && !testing::Test::HasFailure());
  return count;
}

// Every line over every earlier node, filtered only at the end.
class BruteForce {
 public:
  BruteForce(std::size_t length, OpSet ops) : length_(length), ops_(ops) {}

  std::uint64_t count() {
    extend();
    return count_;
  }

 private:
  void extend() {
    if (program_.code.size() == length_) {
      count_ += all_reach_the_last(program_);
      return;
    }
    for (const double constant : small_constants()) with({Op::input, false, 0, {}, constant});
    const auto size = static_cast<NodeId>(program_.code.size());
    for (const OpInfo& row : kOps) {
      if (row.op == Op::input || !contains(ops_, row.op)) continue;
      for (NodeId lhs = 0; lhs < size; ++lhs) {
        if (row.immediate == Immediate::exponent) {
          for (const double exponent : small_exponents())
            with({row.op, false, 0, {lhs, 0, 0}, exponent});
        } else if (row.arity == 1) {
          with({row.op, false, 0, {lhs, 0, 0}, 0});
        } else {
          for (NodeId rhs = 0; rhs < size; ++rhs) with({row.op, false, 0, {lhs, rhs, 0}, 0});
        }
      }
    }
  }
  void with(const Instruction& instruction) {
    program_.code.push_back(instruction);
    extend();
    program_.code.pop_back();
  }

  std::size_t length_;
  OpSet ops_;
  Program program_;
  std::uint64_t count_ = 0;
};

TEST(Small, every_program_of_microcrads_ops_comes_once) {
  const std::vector<std::uint64_t> counts = {10, 100, 1'800, 48'400};
  for (std::size_t length = 1; length <= counts.size(); ++length) {
    const std::uint64_t expected = small_program_count(length, kSpecificationOps);
    EXPECT_EQ(BruteForce(length, kSpecificationOps).count(), expected) << length;
    EXPECT_EQ(enumerate(length, kSpecificationOps), expected) << length;
    EXPECT_EQ(expected, counts[length - 1]) << length;
  }
}

TEST(Small, the_counts_of_longer_programs_are_the_published_ones) {
  EXPECT_EQ(small_program_count(5, kSpecificationOps), 1'805'600u);
  EXPECT_EQ(small_program_count(6, kSpecificationOps), 88'961'600u);
  std::uint64_t count = 0;
  for (std::size_t length = 1; length <= 6; ++length) {
    count += small_program_count(length, kSpecificationOps);
  }
  EXPECT_EQ(count, 90'817'510u) << "the 91 million of README.md and checks/cradle/README.md";
}

TEST(Small, other_sets_of_ops_are_enumerated_too) {
  const std::vector<std::pair<OpSet, std::size_t>> sets = {{kAllOps & ~bit(Op::neuron), 3},
                                                           {bit(Op::exp) | bit(Op::log), 5},
                                                           {bit(Op::add), 5},
                                                           {bit(Op::pow), 5},
                                                           {bit(Op::sub) | bit(Op::neg), 4},
                                                           {0, 1}};
  for (const auto& [ops, length_max] : sets) {
    for (std::size_t length = 1; length <= length_max; ++length) {
      const std::uint64_t expected = small_program_count(length, ops);
      EXPECT_EQ(enumerate(length, ops), expected) << "ops " << ops << ", length " << length;
      if (length <= 3) {
        EXPECT_EQ(BruteForce(length, ops).count(), expected)
            << "ops " << ops << ", length " << length;
      }
    }
  }
}

TEST(Small, a_seed_gives_one_of_them) {
  SeedChoices choices(4);
  std::set<std::string> seen;
  for (int k = 0; k < 2000; ++k) {
    const Program program = generate_small(choices, 8, kSpecificationOps);
    EXPECT_TRUE(well_formed(program) && all_reach_the_last(program)) << print(program);
    seen.insert(print(program));
  }
  EXPECT_GT(seen.size(), 1900u);
}

}  // namespace
}  // namespace cradle
