// What is drawn for the check of networks: shapes, losses, sums that cancel, neurons on their
// kinks.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "checks/program/execute.h"
#include "checks/program/lower.h"

namespace cradle {
namespace {

TEST(DrawNetwork, a_loss_is_made_of_the_ops_that_there_are) {
  SeedChoices choices(4);
  for (int round = 0; round < 200; ++round) {
    const OpSet ops = bit(Op::input) | bit(Op::add) | bit(Op::neuron);
    const Network network = draw_checked_network(choices, ops);
    for (const Instruction& line : lower(network).program.code) {
      ASSERT_TRUE(contains(ops, line.op)) << info(line.op).name;
    }
  }
}

// What the networks to be checked are for: size, batches, sums that cancel, neurons on their kinks.
TEST(DrawNetwork, those_to_be_checked_are_of_all_kinds) {
  SeedChoices choices(5);
  int largest = 0, wide = 0, batches = 0, cancelled = 0, dead = 0;
  for (int round = 0; round < 1'000; ++round) {
    const Network network = draw_checked_network(choices, kSpecificationOps);
    largest += network.widths == std::vector<std::uint32_t>{64, 64, 64} ? 1 : 0;
    wide += *std::max_element(network.widths.begin(), network.widths.end()) > 32 ? 1 : 0;
    batches += network.samples.size() > 1 ? 1 : 0;
    const Program program = lower(network).program;
    const std::vector<double> values = execute<double>(program);
    bool cancels = false, blank = false;
    for (const Instruction& line : program.code) {
      if (line.op != Op::neuron || weighted_sum<double>(line, values) != 0) continue;
      bool zero = values[line.operands[2]] == 0;
      for (NodeId k = 0; k < line.count; ++k) {
        zero = zero && values[line.operands[0] + k] * values[line.operands[1] + k] == 0;
      }
      cancels = cancels || !zero;
      blank = blank || zero;
    }
    cancelled += cancels ? 1 : 0;
    dead += blank ? 1 : 0;
  }
  EXPECT_GT(largest, 10);
  EXPECT_LT(largest, 60);
  EXPECT_GT(wide, 50);
  EXPECT_GT(batches, 500);
  EXPECT_GT(cancelled, 200);
  EXPECT_GT(dead, 100);
}

}  // namespace
}  // namespace cradle
