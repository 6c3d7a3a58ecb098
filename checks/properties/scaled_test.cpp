// The engine that is wrong by a settable amount: with no amount it is the tape, to the bit; with
// one, it differs in the op that was asked for and in nothing else.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "checks/engines/run.h"
#include "checks/engines/scaled.h"
#include "checks/engines/tape.h"
#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

bool same_canonical(double lhs, double rhs) {
  return std::bit_cast<std::uint64_t>(canonical(lhs)) ==
         std::bit_cast<std::uint64_t>(canonical(rhs));
}

TEST(Scaled, by_nothing_is_the_tape_to_the_bit) {
  for (std::uint64_t index = 0; index < 2000; ++index) {
    SeedChoices choices(case_seed(1, 0, index));
    GenerateOptions options;
    options.profile = draw_profile(choices);
    options.ops = kAllOps;
    const Program program = generate(choices, options);
    const Trace expected = run(program, *tape_engine());
    const auto op = static_cast<Op>(index % kOpCount);
    const Trace got = run_scaled(program, {op, 0, false});
    ASSERT_TRUE(fits(got, program));
    for (NodeId node = 0; node < program.code.size(); ++node) {
      const NodeState& a = got.after[0].nodes[node];
      const NodeState& b = expected.after[0].nodes[node];
      ASSERT_TRUE(same_canonical(a.data, b.data)) << print(program) << "node " << node;
      ASSERT_TRUE(same_canonical(a.grad, b.grad)) << print(program) << "node " << node;
    }
  }
}

double gradient(std::string_view text, const Scaling& scaling) {
  const Parsed parsed = parse(text, "text");
  EXPECT_FALSE(parsed.error.has_value());
  return run_scaled(parsed.program, scaling).after[0].nodes[0].grad;
}

TEST(Scaled, changes_one_op_and_no_other) {
  const char* const text = "%0 = input 3\n%1 = mul %0 %0\n%2 = neg %1\n%3 = exp %2\n";
  const double exact = gradient(text, {});
  EXPECT_EQ(gradient(text, {Op::add, 0.5, false}), exact);
  EXPECT_DOUBLE_EQ(gradient(text, {Op::mul, 0.5, false}), exact * 1.5);
  EXPECT_DOUBLE_EQ(gradient(text, {Op::exp, 0.5, false}), exact * 1.5);
  EXPECT_DOUBLE_EQ(gradient(text, {Op::neg, 1e-3, false}), exact * 1.001);
}

TEST(Scaled, by_one_ulp_moves_to_the_neighbour_away_from_zero) {
  const char* const text = "%0 = input 3\n%1 = neg %0\n";
  EXPECT_EQ(gradient(text, {Op::neg, 0, true}), std::nextafter(-1.0, -2.0));
  EXPECT_EQ(gradient("%0 = input -3\n%1 = relu %0\n", {Op::relu, 0, true}), 0.0);
}

TEST(Scaled, changes_each_contribution_of_a_neuron) {
  const char* const text = "%0 = input 2\n%1 = input 3\n%2 = input 1\n%3 = neuron %0 %1 %2 1\n";
  const Parsed parsed = parse(text, "text");
  const Trace trace = run_scaled(parsed.program, {Op::neuron, 0.5, false});
  EXPECT_EQ(trace.after[0].nodes[0].grad, 4.5);
  EXPECT_EQ(trace.after[0].nodes[1].grad, 3.0);
  EXPECT_EQ(trace.after[0].nodes[2].grad, 1.5);
}

}  // namespace
}  // namespace cradle
