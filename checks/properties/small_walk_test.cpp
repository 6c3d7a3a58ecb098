// Laws of the walk over small programs, and of those with actions: entering at a number is the same
// as walking to it, even where nobody can walk; the counts are those of a brute force that knows of
// no ledger.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "checks/program/small.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

constexpr VerbSet kActions =
    bit(Verb::retain) | bit(Verb::release) | bit(Verb::backward) | bit(Verb::zero_grad);

// Every program in turn, by the odometer: the walk, entered at the first one and at each, must be
// in step with it.
void expect_in_step(const SmallOptions& options, std::uint64_t enter_every) {
  Odometer odometer;
  SmallWalk walk(options);
  SmallWalk jumping(options);
  walk.enter(0);
  std::uint64_t rank = 0;
  for (bool more = true; more; ++rank) {
    const Program expected = generate_small(odometer, options);
    ASSERT_EQ(walk.program(), expected) << rank;
    if (rank % enter_every == 0) {
      jumping.enter(rank);
      ASSERT_EQ(jumping.program(), expected) << rank;
    }
    more = odometer.next();
    ASSERT_EQ(walk.next(), more) << rank;
  }
  EXPECT_EQ(rank, small_program_count(options));
}

TEST(SmallWalk, walks_and_enters_in_the_order_of_the_odometer) {
  for (std::size_t length = 1; length <= 4; ++length) {
    expect_in_step({length, kSpecificationOps, 0}, length < 4 ? 1 : 97);
    expect_in_step({length, kSpecificationOps, kActions}, length < 4 ? 1 : 13);
  }
  expect_in_step({5, bit(Op::add) | bit(Op::exp), kActions}, 31);
  expect_in_step({5, bit(Op::exp) | bit(Op::log), 0}, 1);
  expect_in_step({3, 0, bit(Verb::release)}, 1);
}

TEST(SmallWalk, enters_where_nobody_can_walk_to) {
  for (const SmallOptions& options : {SmallOptions{6, kSpecificationOps, 0},
                                      {8, kSpecificationOps, 0},
                                      {7, kSpecificationOps, kActions}}) {
    const std::uint64_t count = small_program_count(options);
    SmallWalk walk(options);
    SeedChoices choices(7);
    for (int round = 0; round < 40; ++round) {
      const std::uint64_t rank = choices.below(count - 1);
      walk.enter(rank + 1);
      const Program after = walk.program();
      ASSERT_TRUE(well_formed(after));
      walk.enter(rank);
      ASSERT_NE(walk.program(), after);
      ASSERT_TRUE(walk.next());
      ASSERT_EQ(walk.program(), after) << rank;
    }
    walk.enter(count - 1);
    EXPECT_FALSE(walk.next());
  }
}

// Every line that could be written, whether its nodes are held or not; judged by `well_formed` at
// the end.
class AllBySize {
 public:
  explicit AllBySize(const SmallOptions& options) : options_(options) { extend(0); }
  std::uint64_t count() const { return count_; }

 private:
  void extend(std::size_t lines) {
    if (lines == options_.length) {
      const bool starts = program_.actions.empty() || program_.actions.front().position > 0;
      count_ += starts && well_formed(program_) ? 1 : 0;
      return;
    }
    const auto size = static_cast<NodeId>(program_.code.size());
    with_instruction({Op::input, false, 0, {}, 1}, lines);
    for (const OpInfo& row : kOps) {
      if (row.op == Op::input || row.op == Op::neuron || !contains(options_.ops, row.op)) continue;
      for (NodeId lhs = 0; lhs < size; ++lhs) {
        const double exponent = row.immediate == Immediate::exponent ? 2 : 0;
        for (NodeId rhs = 0; rhs < (row.arity == 2 ? size : 1); ++rhs) {
          with_instruction({row.op, false, 0, {lhs, rhs, 0}, exponent}, lines);
        }
      }
    }
    for (const VerbInfo& row : kVerbs) {
      if (!contains(options_.verbs, row.verb)) continue;
      for (NodeId target = 0; target < (row.has_target ? size : 1); ++target) {
        Action action;
        action.position = size;
        action.verb = row.verb;
        action.target = target;
        program_.actions.push_back(action);
        extend(lines + 1);
        program_.actions.pop_back();
      }
    }
  }
  void with_instruction(const Instruction& instruction, std::size_t lines) {
    program_.code.push_back(instruction);
    extend(lines + 1);
    program_.code.pop_back();
  }

  SmallOptions options_;
  Program program_;
  std::uint64_t count_ = 0;
};

TEST(SmallWithActions, are_as_many_as_a_brute_force_finds) {
  const std::vector<std::uint64_t> counts = {1, 11, 203, 6'504};
  for (std::size_t length = 1; length <= counts.size(); ++length) {
    const SmallOptions options = {length, kSpecificationOps, kActions};
    EXPECT_EQ(small_program_count(options), counts[length - 1]) << length;
    EXPECT_EQ(AllBySize(options).count(), counts[length - 1]) << length;
  }
  for (const VerbSet verbs : {bit(Verb::retain), bit(Verb::release), bit(Verb::backward),
                              bit(Verb::zero_grad), bit(Verb::retain) | bit(Verb::release)}) {
    for (const OpSet ops : {bit(Op::add), bit(Op::exp) | bit(Op::pow), OpSet{0}}) {
      for (std::size_t length = 1; length <= 5; ++length) {
        const SmallOptions options = {length, ops, verbs};
        EXPECT_EQ(small_program_count(options), AllBySize(options).count())
            << "verbs " << verbs << ", ops " << ops << ", length " << length;
      }
    }
  }
}

TEST(SmallWithActions, the_counts_of_longer_programs_are_the_published_ones) {
  EXPECT_EQ(small_program_count({5, kSpecificationOps, kActions}), 323'855u);
  EXPECT_EQ(small_program_count({6, kSpecificationOps, kActions}), 23'211'412u);
  std::uint64_t count = 0;
  for (std::size_t length = 1; length <= 6; ++length) {
    count += small_program_count({length, kSpecificationOps, kActions});
  }
  EXPECT_EQ(count, 23'541'986u) << "the 24 million of README.md and checks/cradle/README.md";
}

TEST(SmallWithActions, are_well_formed_and_none_comes_twice) {
  for (std::size_t length = 1; length <= 4; ++length) {
    SmallWalk walk({length, kSpecificationOps, kActions});
    walk.enter(0);
    std::unordered_set<std::string> seen;
    do {
      const Program& program = walk.program();
      ASSERT_TRUE(well_formed(program)) << print(program);
      ASSERT_EQ(program.code.size() + program.actions.size(), length);
      ASSERT_TRUE(seen.insert(print(program)).second) << "twice: " << print(program);
    } while (walk.next());
  }
}

}  // namespace
}  // namespace cradle
