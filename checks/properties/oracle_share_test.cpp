// How much of its tolerance an error takes, as the oracles measure it: nothing where the number is
// the expected one, half where it was put half a radius away, and never more than all of it.

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "checks/oracles/deep.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/lifetime.h"
#include "checks/oracles/local.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

TEST(Share, is_nothing_where_every_number_is_the_expected_one) {
  const Program program = program_of("%0 = input 2\n%1 = input 3\n%2 = mul %0 %1\n");
  const Trace trace = trace_by_hand(program);
  const Capabilities engine = hand_capabilities();
  EXPECT_EQ(judge_forward(program, trace, engine).share, 0);
  EXPECT_EQ(judge_local(program, trace, engine).share, 0);
  EXPECT_EQ(judge_global(program, trace, engine).share, 0);
  EXPECT_EQ(judge_difference_edges(program, trace, engine).share, 0);
}

// exp is right to 3 ulps: a value an ulp away takes a third of that, on either side.
TEST(Share, of_a_value_is_how_far_it_is_from_the_true_one) {
  const Program program = program_of("%0 = input 1.25\n%1 = exp %0\n");
  Capabilities engine = hand_capabilities();
  engine.ulps.exp = 3;
  for (const double goal : {-HUGE_VAL, HUGE_VAL}) {
    Trace trace = trace_by_hand(program);
    double& value = trace.after[0].nodes[1].data;
    value = std::nextafter(value, goal);
    trace.after[0].nodes[0].grad = value;
    const Judgement judgement = judge_forward(program, trace, engine);
    EXPECT_EQ(judgement.verdict, Verdict::agree);
    EXPECT_NEAR(judgement.share, 1. / 3, 0.2);
  }
}

TEST(Share, is_negative_where_nothing_was_measured) {
  EXPECT_LT(judged(Verdict::agree).share, 0);
  const Program input = program_of("%0 = input 2\n");
  const Capabilities engine = hand_capabilities();
  EXPECT_LT(judge_local(input, trace_by_hand(input), engine).share, 0);
  const Program program = program_of("%0 = input 2\n%1 = exp %0\n%2 = mul %1 %0\n");
  Trace hidden = trace_by_hand(program);
  for (NodeState& node : hidden.after[0].nodes) node = {.data = 77, .grad = 77};
  for (const Judgement& judgement :
       {judge_forward(program, hidden, engine), judge_local(program, hidden, engine),
        judge_global(program, hidden, engine), judge_global_by_float128(program, hidden, engine),
        judge_difference_inputs(program, hidden, engine),
        judge_difference_edges(program, hidden, engine), judge_lifetime(program, hidden, engine),
        judge_deep(program, hidden, engine)}) {
    EXPECT_NE(judgement.verdict, Verdict::disagree) << judgement.message;
    EXPECT_LT(judgement.share, 0) << judgement.message;
  }
}

// A gradient put anywhere within its radius is measured there, by each way of judging.
TEST(Share, of_the_radius_is_where_the_gradient_was_put) {
  const Program program = program_of(
      "%0 = input 0.1\n%1 = input 0.7\n%2 = exp %0\n%3 = mul %2 %1\n%4 = mul %3 %2\n"
      "%5 = add %4 %0\n%6 = mul %5 %4\n%7 = exp %6\n%8 = mul %7 %6\n");
  const Capabilities engine = hand_capabilities();
  const GlobalReference reference = global_reference(program, engine);
  ASSERT_TRUE(reference.decided);
  for (const double part : {0.3, 0.5, 0.9}) {
    Trace moved = trace_by_hand(program);
    std::vector<NodeState>& nodes = moved.after[0].nodes;
    for (const NodeId input : {0u, 1u}) {
      nodes[input].grad = static_cast<double>(reference.gradient[input] +
                                              Float128(part) * reference.gradient_radius[input]);
    }
    const double rounding = 0.5 * std::abs(nodes[0].grad) * 0x1p-52 / reference.gradient_radius[0];
    const double quick = judge_global(program, moved, engine).share;
    EXPECT_NEAR(quick, part, rounding + 0.01);
    EXPECT_NEAR(judge_global_by_float128(program, moved, engine).share, quick, 1e-3);
    EXPECT_NEAR(judge_difference_inputs(program, moved, engine).share, part, rounding + 0.1);
    EXPECT_NEAR(judge_deep(program, moved, engine).share, part, rounding + 0.05);
  }
}

// A filter's radius is within a 128th of float128's: what is nearer to its end is not the filter's
// to accept. Of a gradient that cancels a double may be anywhere in it.
TEST(Share, that_a_filter_takes_is_less_than_all) {
  const Program program = program_of(
      "%0 = input 1.5\n%1 = input 0.1\n%2 = input 0.3\n%3 = mul %1 %2\n%4 = input -0.03\n"
      "%5 = mul %0 %3\n%6 = mul %0 %4\n%7 = add %5 %6\n");
  const Capabilities engine = hand_capabilities();
  const double radius = quick_radii(program, engine).radius[0];
  const Float128 centre = global_reference(program, engine).gradient[0];
  for (const double sign : {1.0, -1.0}) {
    for (const double part : {0.5, 0.97, 0.996}) {
      Trace trace = trace_by_hand(program);
      trace.after[0].nodes[0].grad = static_cast<double>(centre + Float128(sign * part * radius));
      EXPECT_EQ(inputs_accepted_by_long_double(program, trace, engine), part < 0.99) << part;
      EXPECT_EQ(judge_difference_inputs(program, trace, engine).verdict, Verdict::agree) << part;
    }
  }
}

// Another order of summation is no error, and is seen as a part of the tolerance.
TEST(Share, of_healthy_engines_is_between_nothing_and_all_and_takes_both) {
  GenerateOptions options;
  options.ops = hand_capabilities().ops;
  Hand ascending;
  ascending.ascending = true;
  double most = 0;
  double global_most = 0;
  for (std::uint64_t index = 0; index < cases(3000); ++index) {
    const Program program = sample(options, index);
    const Trace trace = trace_by_hand(program, ascending);
    const Capabilities engine = hand_capabilities();
    for (const Judgement& judgement :
         {judge_forward(program, trace, engine), judge_local(program, trace, engine),
          judge_global(program, trace, engine), judge_difference_edges(program, trace, engine)}) {
      ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message;
      ASSERT_LE(judgement.share, 1) << print(program);
      if (judgement.verdict == Verdict::inconclusive) {
        EXPECT_LT(judgement.share, 0);
      }
    }
    most = std::max(most, judge_local(program, trace, engine).share);
    global_most = std::max(global_most, judge_global(program, trace, engine).share);
  }
  std::printf("local came to %.2f of its tolerance, global to %.2f\n", most, global_most);
  EXPECT_GT(most, 0.2) << "the histogram would be empty";
  EXPECT_GT(global_most, 0.2);
}

}  // namespace
}  // namespace cradle
