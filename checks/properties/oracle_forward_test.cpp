// Forward: every legal value passes, and one that is wrong is found where it first appears.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/libm.h"
#include "checks/oracles/values.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

constexpr double kMax = std::numeric_limits<double>::max();

Capabilities all_ops() {
  Capabilities capabilities = hand_capabilities();
  capabilities.ops = kAllOps;
  capabilities.ulps.tanh = 2.5;
  return capabilities;
}

// The verdict when the last node of a program has this value.
Judgement judge_last(const std::string& text, double value,
                     const Capabilities& capabilities = all_ops()) {
  const Program program = program_of(text);
  Trace trace = trace_by_hand(program);
  trace.after[0].nodes.back().data = value;
  return judge_forward(program, trace, capabilities);
}

bool agrees(const std::string& text, double value, const Capabilities& capabilities = all_ops()) {
  return judge_last(text, value, capabilities).verdict == Verdict::agree;
}

TEST(OracleForward, agrees_with_a_plain_engine) {
  GenerateOptions options;
  options.ops = kAllOps;
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    options.profile = profile;
    for (std::uint64_t index = 0; index < cases(20'000); ++index) {
      const Program program = sample(options, index);
      const Judgement judgement = judge_forward(program, trace_by_hand(program), all_ops());
      ASSERT_EQ(judgement.verdict, Verdict::agree) << judgement.message << "\n"
                                                   << describe(options, program);
    }
  }
}

// An engine whose library is another one: float128 must come to the same answer as the quick way.
TEST(OracleForward, agrees_with_a_plain_engine_when_the_host_library_proves_nothing) {
  Capabilities capabilities = all_ops();
  capabilities.ulps.exp = capabilities.ulps.log = capabilities.ulps.pow = 0.54;
  capabilities.ulps.sin = capabilities.ulps.cos = 0.54;
  capabilities.neuron_in_order = false;
  GenerateOptions options;
  options.ops = kAllOps;
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    options.profile = profile;
    for (std::uint64_t index = 0; index < 3'000; ++index) {
      const Program program = sample(options, index);
      const Judgement judgement = judge_forward(program, trace_by_hand(program), capabilities);
      ASSERT_EQ(judgement.verdict, Verdict::agree) << judgement.message << "\n"
                                                   << describe(options, program);
    }
  }
}

// This host's exp and log are not always rounded correctly: no proof for an engine that says so.
TEST(OracleForward, does_not_take_this_hosts_library_for_better_than_it_is) {
  for (const char* const op : {"exp", "log"}) {
    int refused = 0;
    for (int k = 1; k <= 20'000; ++k) {
      const std::string text = "%0 = input " + print(0.00137 * k) + "\n%1 = " + op + " %0\n";
      const double here = trace_by_hand(program_of(text)).after[0].nodes[1].data;
      Capabilities capabilities = all_ops();
      capabilities.ulps.exp = capabilities.ulps.log = 0.5;
      const Judgement judgement = judge_last(text, here, capabilities);
      if (judgement.verdict == Verdict::agree) continue;
      ++refused;
      EXPECT_NE(judgement.expected, here);
      EXPECT_TRUE(agrees(text, judgement.expected, capabilities));
    }
    std::printf("forward: %s is not rounded correctly at %d of 20,000\n", op, refused);
    EXPECT_GT(refused, 0);
    EXPECT_LT(refused, 1000);
  }
}

// A formula made of exponentials may lose the sign of a zero, or the zero.
TEST(OracleForward, calls_a_zero_of_the_other_sign_an_edge_where_nothing_is_declared) {
  for (const char* const text : {"%0 = input -0\n%1 = tanh %0\n", "%0 = input -0\n%1 = sin %0\n",
                                 "%0 = input 1\n%1 = log %0\n"}) {
    const double right = trace_by_hand(program_of(text)).after[0].nodes[1].data;
    Capabilities declared = all_ops();
    EXPECT_EQ(judge_last(text, -right, declared).kind, Kind::value) << text;
    declared.as_declared = false;
    EXPECT_EQ(judge_last(text, -right, declared).kind, Kind::edge) << text;
    EXPECT_EQ(judge_last(text, 1e-20, declared).kind, Kind::value) << text;
  }
  Capabilities undeclared = all_ops();
  undeclared.as_declared = false;
  EXPECT_EQ(judge_last("%0 = input -0\n%1 = neg %0\n", -0.0, undeclared).kind, Kind::value);
}

// Half an ulp above the largest number is where rounding gives infinity.
TEST(OracleForward, lets_the_largest_number_overflow_by_half_an_ulp) {
  EXPECT_EQ(within_ulps(wide(kMax), 0.5).upper, kInfinity);
  EXPECT_EQ(within_ulps(wide(kMax) * (1 - Float128(0x1p-60)), 0.5).upper, kMax);
  EXPECT_EQ(within_ulps(wide(-kMax), 0.5).lower, -kInfinity);
}

TEST(OracleForward, finds_one_ulp_where_ieee_754_leaves_no_choice) {
  for (const char* const line : {"add %0 %1", "sub %0 %1", "mul %0 %1", "div %0 %1", "neg %0",
                                 "relu %0", "abs %0", "sqrt %0", "leaky_relu %0"}) {
    const std::string text = "%0 = input 0.7\n%1 = input 0.3\n%2 = " + std::string(line) + "\n";
    const double right = trace_by_hand(program_of(text)).after[0].nodes[2].data;
    Capabilities capabilities = all_ops();
    capabilities.div_form = DivForm::quotient;
    if (std::string(line).starts_with("sqrt")) capabilities.ulps.pow = 0.5;
    EXPECT_TRUE(agrees(text, right, capabilities)) << line;
    for (const double towards : {kInfinity, -kInfinity}) {
      const Judgement judgement = judge_last(text, std::nextafter(right, towards), capabilities);
      EXPECT_EQ(judgement.verdict, Verdict::disagree) << line;
      EXPECT_EQ(judgement.kind, Kind::value);
      EXPECT_EQ(judgement.node, 2u);
      EXPECT_EQ(judgement.expected, right);
    }
  }
}

TEST(OracleForward, finds_two_ulps_in_each_library_function_and_often_one) {
  std::size_t found = 0;
  std::size_t asked = 0;
  for (const char* const line :
       {"exp %0", "log %0", "pow %0 2.5", "sin %0", "cos %0", "pow %0 -3", "powv %0 %0"}) {
    for (int k = 1; k <= 100; ++k) {
      const std::string text =
          "%0 = input " + print(0.37 * k) + "\n%1 = " + std::string(line) + "\n";
      const double right = trace_by_hand(program_of(text)).after[0].nodes[1].data;
      Capabilities capabilities = all_ops();
      capabilities.ulps.sin = capabilities.ulps.cos = 0.55;
      const double one = std::nextafter(right, kInfinity);
      EXPECT_FALSE(agrees(text, std::nextafter(one, kInfinity), capabilities)) << text;
      ++asked;
      if (!agrees(text, one, capabilities)) ++found;
    }
  }
  std::printf("forward: one ulp in a library function, %zu of %zu\n", found, asked);
  EXPECT_GT(found * 10, asked * 8);
}

TEST(OracleForward, accepts_the_other_forms_of_division_and_square_root_within_their_bounds) {
  const std::string division = "%0 = input 10\n%1 = input 3\n%2 = div %0 %1\n";
  const double power = 10 * std::pow(3.0, -1);
  Capabilities capabilities = all_ops();
  EXPECT_TRUE(agrees(division, power, capabilities));
  EXPECT_FALSE(agrees(division, power * (1 + 0x1p-50), capabilities));
  const std::string root = "%0 = input -0\n%1 = sqrt %0\n";
  EXPECT_TRUE(agrees(root, 0.0));
  EXPECT_TRUE(agrees(root, -0.0));
  EXPECT_FALSE(agrees("%0 = input -1\n%1 = sqrt %0\n", 1));
}

TEST(OracleForward, judges_the_sign_of_zero_where_ieee_754_gives_it_one) {
  EXPECT_FALSE(agrees("%0 = input -0\n%1 = add %0 %0\n", 0.0));
  EXPECT_FALSE(agrees("%0 = input 1\n%1 = sub %0 %0\n", -0.0));
  EXPECT_FALSE(agrees("%0 = input -0\n%1 = input 2\n%2 = mul %0 %1\n", 0.0));
  EXPECT_FALSE(agrees("%0 = input -0\n%1 = pow %0 3\n", 0.0));
  // max(0, v), fmax(0, v) and v * (v > 0) differ in the sign of zero.
  for (const double zero : {0.0, -0.0}) {
    EXPECT_TRUE(agrees("%0 = input -0\n%1 = relu %0\n", zero));
    EXPECT_TRUE(agrees("%0 = input -3\n%1 = relu %0\n", zero));
    EXPECT_TRUE(agrees("%0 = input -0\n%1 = abs %0\n", zero));
  }
  EXPECT_TRUE(agrees("%0 = input nan\n%1 = relu %0\n", kNoNumber));
  EXPECT_TRUE(agrees("%0 = input nan\n%1 = relu %0\n", 0));
  EXPECT_FALSE(agrees("%0 = input nan\n%1 = relu %0\n", 1));
}

TEST(OracleForward, is_exact_at_domain_edges) {
  EXPECT_TRUE(agrees("%0 = input nan\n%1 = pow %0 0\n", 1));
  EXPECT_FALSE(agrees("%0 = input nan\n%1 = pow %0 0\n", kNoNumber));
  // Annex F: exactly 1, whatever a library's bound is elsewhere.
  for (const double next : {std::nextafter(1, 0), std::nextafter(1, 2)}) {
    EXPECT_FALSE(agrees("%0 = input 1\n%1 = pow %0 2.5\n", next));
    EXPECT_FALSE(agrees("%0 = input 2.5\n%1 = pow %0 0\n", next));
  }
  EXPECT_FALSE(agrees("%0 = input 2.5\n%1 = pow %0 1\n", std::nextafter(2.5, 3)));
  EXPECT_TRUE(agrees("%0 = input -0\n%1 = pow %0 -1\n", -kInfinity));
  EXPECT_FALSE(agrees("%0 = input -0\n%1 = pow %0 -1\n", kInfinity));
  EXPECT_FALSE(agrees("%0 = input 0\n%1 = log %0\n", -kMax));
  EXPECT_FALSE(agrees("%0 = input -1\n%1 = log %0\n", -kInfinity));
  EXPECT_FALSE(agrees("%0 = input 709.7\n%1 = exp %0\n", kInfinity));
  EXPECT_TRUE(agrees("%0 = input 709.79\n%1 = exp %0\n", kInfinity));
  EXPECT_FALSE(agrees("%0 = input 709.79\n%1 = exp %0\n", kMax));
  EXPECT_FALSE(agrees("%0 = input -700\n%1 = exp %0\n", 0));
  EXPECT_TRUE(agrees("%0 = input -745\n%1 = exp %0\n", 0x1p-1074));
  EXPECT_FALSE(agrees("%0 = input -800\n%1 = exp %0\n", 0x1p-1072));
  EXPECT_FALSE(agrees("%0 = input 1e308\n%1 = add %0 %0\n", kMax));
  EXPECT_FALSE(agrees("%0 = input -50\n%1 = sigmoid %0\n", kNoNumber));
  EXPECT_TRUE(agrees("%0 = input -720\n%1 = sigmoid %0\n", 0));
}

TEST(OracleForward, holds_a_neuron_to_its_order_or_to_its_bound) {
  const std::string text =
      "%0 = input 1e16\n%1 = input 1\n%2 = input 1\n%3 = input 1\n%4 = input 0.5\n"
      "%5 = neuron %0 %2 %4 2\n";
  const double in_order = (0.5 + 1e16) + 1;
  const double backwards = (1 + 1e16) + 0.5;
  const double exact = 1e16 + 2;
  Capabilities capabilities = all_ops();
  EXPECT_TRUE(agrees(text, in_order, capabilities));
  EXPECT_FALSE(agrees(text, std::nextafter(in_order, 0), capabilities));
  capabilities.neuron_in_order = false;
  EXPECT_TRUE(agrees(text, in_order, capabilities));
  EXPECT_TRUE(agrees(text, backwards, capabilities));
  EXPECT_TRUE(agrees(text, exact, capabilities));
  EXPECT_FALSE(agrees(text, 1e16 + 16, capabilities));
  EXPECT_FALSE(agrees(text, kNoNumber, capabilities));
  const std::string shut = "%0 = input -3\n%1 = input 2\n%2 = input 1\n%3 = neuron %0 %1 %2 1\n";
  EXPECT_TRUE(agrees(shut, 0, capabilities));
  EXPECT_FALSE(agrees(shut, -5, capabilities));
}

TEST(OracleForward, knows_what_inputs_hold_and_that_results_keep_their_values) {
  const Program program = program_of(
      "%0 = input 2\n%1 = exp %0\nset %0 3\n%2 = exp %0\nset %0 4\nbackward %2\nrelease %1\n");
  const Trace right = trace_by_hand(program);
  EXPECT_EQ(judge_forward(program, right, all_ops()).verdict, Verdict::agree);

  Trace stale = right;  // %2 made from the value before the first set
  for (std::size_t k = 1; k < 4; ++k) stale.after[k].nodes[2].data = std::exp(2);
  stale.last.nodes[2].data = std::exp(2);
  EXPECT_EQ(judge_forward(program, stale, all_ops()).node, 2u);

  Trace at_the_end = right;  // %1 changes after the last action
  at_the_end.last.nodes[2].data = std::exp(9);
  EXPECT_EQ(judge_forward(program, at_the_end, all_ops()).node, 2u);

  Trace recomputed = right;  // %1 follows the set
  recomputed.after[0].nodes[1].data = std::exp(3);
  EXPECT_EQ(judge_forward(program, recomputed, all_ops()).verdict, Verdict::disagree);

  Trace changed = right;  // %1 changes later
  changed.after[2].nodes[1].data = std::exp(4);
  EXPECT_NE(judge_forward(program, changed, all_ops()).message.find("changed"), std::string::npos);

  Trace unset = right;
  unset.after[1].nodes[0].data = 3;  // the second set did nothing
  EXPECT_EQ(judge_forward(program, unset, all_ops()).node, 0u);
}

TEST(OracleForward, wants_every_node_made_and_a_trace_that_fits) {
  const Program program = program_of("%0 = input 2\n%1 = exp %0\n");
  Trace trace = trace_by_hand(program);
  trace.made[1] = false;
  EXPECT_EQ(judge_forward(program, trace, all_ops()).kind, Kind::memory);
  trace = trace_by_hand(program);
  trace.after[0].nodes.pop_back();
  EXPECT_EQ(judge_forward(program, trace, all_ops()).verdict, Verdict::disagree);
}

TEST(OracleForward, goes_on_after_a_node_that_could_not_be_made) {
  const Program program =
      program_of("%0 = input 2\nfail 1\n%1 = exp %0\n%2 = relu %0\nbackward %2\n");
  Trace trace = run(program, *find_engine("microcrad"));
  ASSERT_FALSE(trace.made[1]);
  ASSERT_TRUE(trace.made[2]);
  EXPECT_EQ(judge_forward(program, trace, all_ops()).verdict, Verdict::agree);
  trace.after.back().nodes[2].data = 3;
  EXPECT_EQ(judge_forward(program, trace, all_ops()).verdict, Verdict::disagree);
  EXPECT_EQ(judge_forward(program, trace, all_ops()).node, 2u);
}

}  // namespace
}  // namespace cradle
