// GLOBAL on what is known by hand: exact radii, what is undecided, bent traces, and networks.

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/engines/tape.h"
#include "checks/oracles/global.h"
#include "checks/program/lower.h"
#include "checks/program/text.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/forms.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

GlobalReference reference_of(const std::string& text,
                             const Capabilities& engine = engine_with_forms(0)) {
  return global_reference(program_of(text), engine);
}

TEST(OracleGlobal, has_no_radius_where_nothing_is_rounded) {
  const GlobalReference reference = reference_of(
      "%0 = input 6\n%1 = input 0.25\n%2 = mul %0 %1\n%3 = add %2 %2\n%4 = sub %3 %0\n"
      "%5 = pow %4 2\n%6 = div %5 %1\n%7 = abs %6\n%8 = relu %2\n%9 = add %7 %8\n");
  ASSERT_TRUE(reference.decided) << reference.reason;
  for (const NodeId node : {1u, 2u, 3u, 4u, 8u}) EXPECT_EQ(reference.value_radius[node], 0) << node;
  EXPECT_GT(reference.value_radius[5], 0) << "a pow is within some ulps";
  EXPECT_EQ(reference.gradient_radius[8], 0);
  EXPECT_EQ(reference.gradient_radius[5], 0) << "g / 0.25";
}

// Whatever the library: 0 divided, multiplied and to a power is 0.
TEST(OracleGlobal, has_no_radius_of_what_is_0_by_a_poor_library) {
  Capabilities engine = engine_with_forms(0);
  engine.ulps = {3, 2, 5, 1.5, 1.25, 7, 9, 2, 4};
  for (const DivForm form : {DivForm::quotient, DivForm::product, DivForm::reciprocal}) {
    engine.div_form = form;
    for (const char* const line : {"div %0 %1", "mul %0 %1", "pow %0 3", "sqrt %0"}) {
      const GlobalReference reference =
          reference_of(std::string("%0 = input 0\n%1 = input 1.7\n%2 = ") + line + "\n", engine);
      EXPECT_EQ(reference.value_radius[2], 0) << line;
    }
  }
}

// Far on the left sigmoid is smaller than any number: a library may round it up, within its ulps.
TEST(OracleGlobal, allows_the_smallest_numbers_where_sigmoid_is_none) {
  for (const double ulps : {0.5, 1.0, 1.5, 9.0}) {
    Capabilities engine = engine_with_forms(0);
    engine.ulps.sigmoid = ulps;
    const GlobalReference reference = reference_of("%0 = input -1e9\n%1 = sigmoid %0\n", engine);
    EXPECT_EQ(reference.value_radius[1], std::round(std::max(1.0, ulps)) * 0x1p-1074) << ulps;
  }
}

TEST(OracleGlobal, has_the_one_rounding_of_known_operands_and_then_half_an_ulp) {
  const GlobalReference third = reference_of("%0 = input 3\n%1 = log %0\n");
  constexpr double kMore = 1 + 0x1p-5;
  EXPECT_NEAR(third.gradient_radius[0], kMore * 0x1p-54 / 3, 0x1p-90)
      << "1/3 is 0x1.5555555555555p-2";
  Capabilities any = engine_with_forms(0);
  any.log_form = LogForm::unknown;
  const GlobalReference product = reference_of("%0 = input 3\n%1 = log %0\n", any);
  EXPECT_GT(product.gradient_radius[0], 0x1p-55) << "g (1 / x) may be rounded otherwise";
  const GlobalReference sum =
      reference_of("%0 = input 0.1\n%1 = input 0.7\n%2 = add %0 %1\n%3 = add %2 %1\n");
  EXPECT_NEAR(sum.value_radius[2], kMore * 0x1p-55, 0x1p-90) << "0.8, above 1/2";
  EXPECT_NEAR(sum.value_radius[3], kMore * 0x1p-55 + 0x1p-53, 0x1p-88) << "1.5, above 1";
  const Capabilities single = engine_with_forms(0, Mode::reverse, 24);
  const GlobalReference float_third = reference_of("%0 = input 3\n%1 = log %0\n", single);
  EXPECT_NEAR(float_third.gradient_radius[0], kMore * 0x1p-25 / 3, 0x1p-60);
}

TEST(OracleGlobal, says_what_it_cannot_decide) {
  struct Case {
    const char* text;
    const char* reason;
  };
  const Case cases[] = {
      {"%0 = input 0.1\n%1 = input 0.2\n%2 = add %0 %1\n%3 = input -0.3\n%4 = add %2 %3\n"
       "%5 = relu %4\n",
       "either side"},
      {"%0 = input 0.1\n%1 = input 0.2\n%2 = add %0 %1\n%3 = input -0.3\n%4 = add %2 %3\n"
       "%5 = abs %4\n",
       "either side"},
      {"%0 = input 0\n%1 = log %0\n", "log may be 0"},
      {"%0 = input 0\n%1 = sqrt %0\n", "sqrt may be 0"},
      {"%0 = input 1\n%1 = input 0\n%2 = div %0 %1\n", "divisor may be 0"},
      {"%0 = input 0\n%1 = pow %0 0.5\n", "pow may be 0"},
      {"%0 = input -2\n%1 = input 3\n%2 = powv %0 %1\n", "0 or less"},
      {"%0 = input 1e200\n%1 = mul %0 %0\n", "overflow"},
      {"%0 = input nan\n%1 = neg %0\n", "no number"},
      {"%0 = input 1e200\n%1 = input 1e-200\n%2 = mul %0 %1\n%3 = mul %2 %0\n%4 = mul %3 %0\n",
       "overflow"},
  };
  for (const Case& row : cases) {
    const GlobalReference reference = reference_of(row.text);
    EXPECT_FALSE(reference.decided) << row.text;
    EXPECT_NE(reference.reason.find(row.reason), std::string::npos) << reference.reason;
  }
}

// As (g out) / b its product underflows to 0, and the quotient would have been 1e-300.
TEST(OracleGlobal, knows_what_the_rule_of_div_loses_to_underflow) {
  const Program program = program_of(
      "%0 = input 1e-300\n%1 = input 1e-100\n%2 = div %0 %1\n%3 = input 1e-200\n"
      "%4 = mul %2 %3\n");
  const Capabilities engine = engine_with_forms(0);
  ASSERT_EQ(engine.div_form, DivForm::quotient);
  const Trace trace = trace_by_forms(program, engine);
  ASSERT_EQ(trace.after[0].nodes[1].grad, 0);
  const Judgement judgement = judge_global(program, trace, engine);
  EXPECT_EQ(judgement.verdict, Verdict::agree) << judgement.message;
}

TEST(OracleGlobal, takes_the_declared_slope_at_an_exact_kink) {
  Capabilities engine = engine_with_forms(0);
  engine.relu_at_zero = 0.5;
  engine.abs_at_zero = -1;
  engine.leaky_at_zero = 0.25;
  const std::string head = "%0 = input 0\n%1 = ";
  EXPECT_EQ(reference_of(head + "relu %0\n", engine).gradient[0], 0.5);
  EXPECT_EQ(reference_of(head + "abs %0\n", engine).gradient[0], -1);
  EXPECT_EQ(reference_of(head + "leaky_relu %0\n", engine).gradient[0], 0.25);
}

// Eight numbers that cancel: of which none is near overflow, nor is their sum.
TEST(OracleGlobal, decides_no_neuron_whose_sum_may_overflow_on_the_way) {
  const Capabilities engine = hand_capabilities();
  std::string text;
  for (int k = 0; k < 8; ++k) text += "%" + std::to_string(k) + " = input 1\n";
  for (int k = 0; k < 8; ++k) {
    text += "%" + std::to_string(8 + k) + " = input " + (k % 2 == 0 ? "1\n" : "-1\n");
  }
  Program program = program_of(text + "%16 = input 0.5\n%17 = neuron %0 %8 %16 8 linear\n");
  for (const int exponent : {985, 994}) {
    for (NodeId k = 0; k < 8; ++k) program.code[k].immediate = std::ldexp(1.0, exponent);
    const GlobalReference reference = global_reference(program, engine);
    EXPECT_EQ(reference.decided, exponent == 985) << reference.reason;
    EXPECT_EQ(reference.reason.find("a partial sum") == std::string::npos, exponent == 985);
  }
}

TEST(OracleGlobal, decides_tangents_through_an_operand_of_0) {
  Capabilities engine = engine_with_forms(0, Mode::forward);
  for (const char* const line : {"sin %0", "tanh %0", "exp %0", "sigmoid %0", "pow %0 3",
                                 "mul %0 %1", "div %0 %1", "leaky_relu %0"}) {
    const Program program =
        program_of(std::string("%0 = input 0\n%1 = input 3\n%2 = ") + line + "\n");
    const GlobalReference reference = global_reference(program, engine);
    EXPECT_TRUE(reference.decided) << line << ": " << reference.reason;
    EXPECT_LT(reference.gradient_radius[0], 1e-14) << line;
  }
}

TEST(OracleGlobal, leaves_an_engine_that_may_have_clipped_undecided) {
  const Program program = program_of("%0 = input 3\n%1 = mul %0 %0\n");
  Capabilities engine = engine_with_forms(0);
  engine.gradient_clip = 5;
  Trace trace = trace_by_forms(program, engine);
  trace.after[0].nodes[0].grad = 5;
  EXPECT_EQ(judge_global(program, trace, engine).verdict, Verdict::inconclusive);
  engine.gradient_clip = 7;
  EXPECT_EQ(judge_global(program, trace, engine).verdict, Verdict::disagree);
}

// The next double is refused where nothing is rounded; a missing contribution and a wrong sign
// anywhere; NaN and infinity always.
TEST(OracleGlobal, refuses_bent_traces) {
  const Program program = program_of(
      "%0 = input 3\n%1 = input 0.7\n%2 = mul %0 %1\n%3 = add %2 %0\n%4 = exp %1\n"
      "%5 = add %3 %4\n");
  const Capabilities engine = engine_with_forms(0);
  const Trace healthy = trace_by_forms(program, engine);
  ASSERT_EQ(judge_global(program, healthy, engine).verdict, Verdict::agree);
  const double right = healthy.after[0].nodes[0].grad;
  for (const double wrong :
       {right + 0x1p-51, right - 1, -right, right * 2, 0.0,
        std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Trace bent = healthy;
    bent.after[0].nodes[0].grad = wrong;
    const Judgement judgement = judge_global(program, bent, engine);
    EXPECT_EQ(judgement.verdict, Verdict::disagree) << wrong;
    EXPECT_EQ(judgement.node, 0u);
  }
}

// A network of 8,000 parameters, as neurons, on a few samples: leaves only.
TEST(OracleGlobal, judges_every_parameter_of_a_large_network) {
  Network network;
  network.widths = {784, 10, 10};
  network.last_layer_linear = true;
  SeedChoices choices(kSampleSeed);
  fill_network(choices, 4, network);
  const Lowered lowered = lower(network);
  ASSERT_GE(lowered.parameter_count, 7'900u);
  const cradle_engine& tape = *tape_engine();
  const Capabilities capabilities = capabilities_of(tape);
  Trace trace = run(lowered.program, tape);
  const auto start = std::chrono::steady_clock::now();
  const Judgement judgement = judge_global(lowered.program, trace, capabilities);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%u parameters, %zu nodes: %.1f ms\n", lowered.parameter_count,
              lowered.program.code.size(), 1e3 * took.count());
  EXPECT_EQ(judgement.verdict, Verdict::agree) << judgement.message;
  const NodeId last = lowered.parameter_count - 1;
  trace.after[0].nodes[last].grad *= 1 + 1e-9;
  EXPECT_EQ(judge_global(lowered.program, trace, capabilities).node, last);
}

// The first node that decides nothing is named.
TEST(OracleGlobal, says_which_node_it_cannot_decide) {
  for (const unsigned before : {0u, 3u}) {
    std::string text = "%0 = input 0.1\n";
    unsigned node = 1;
    for (; node <= before; ++node) text += "%" + std::to_string(node) + " = exp %0\n";
    const auto line = [&](const std::string& op) {
      text += "%" + std::to_string(node) + " = " + op + "\n";
      return "%" + std::to_string(node++);
    };
    const std::string triple = line("mul %0 %0");
    const std::string minus = line("input -0.010000000000000002");
    const std::string nothing = line("add " + triple + " " + minus);
    const std::string kink = line("relu " + nothing);
    line("relu " + kink);
    const GlobalReference reference = global_reference(program_of(text), hand_capabilities());
    EXPECT_FALSE(reference.decided);
    EXPECT_NE(reference.reason.find("node " + kink + " is"), std::string::npos) << reference.reason;
  }
}

}  // namespace
}  // namespace cradle
