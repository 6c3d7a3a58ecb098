// LOCAL: no false alarm on any engine that is right, and one ulp found in each rule.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "checks/oracles/libm.h"
#include "checks/oracles/local.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

constexpr double kOneUlp = 1 + 0x1p-52;
// The gradients of a hand-made trace replaced, and the verdict on it.
Judgement judge_with(const std::string& text, NodeId node, double grad,
                     const Capabilities& capabilities = hand_capabilities()) {
  const Program program = program_of(text);
  Trace trace = trace_by_hand(program);
  trace.after[0].nodes[node].grad = grad;
  return judge_local(program, trace, capabilities);
}

void expect_no_local_alarm(const Hand& hand, const Capabilities& capabilities,
                           std::uint64_t case_count) {
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    for (std::uint64_t index = 0; index < cases(case_count); ++index) {
      const Program program = sample(options_of(profile, hand_capabilities().ops), index);
      const Judgement judgement = judge_local(program, trace_by_hand(program, hand), capabilities);
      ASSERT_NE(judgement.verdict, Verdict::disagree)
          << judgement.message << "\n"
          << describe(options_of(profile, hand_capabilities().ops), program);
    }
  }
}

TEST(OracleLocal, agrees_with_a_plain_engine) {
  expect_no_local_alarm({}, hand_capabilities(), 50'000);
}

TEST(OracleLocal, agrees_with_any_order_of_summation) {
  Hand hand;
  hand.ascending = true;
  expect_no_local_alarm(hand, hand_capabilities(), 25'000);
}

TEST(OracleLocal, agrees_with_fused_multiply_add) {
  Hand hand;
  hand.fused = true;
  expect_no_local_alarm(hand, hand_capabilities(), 25'000);
  hand.ascending = true;
  expect_no_local_alarm(hand, hand_capabilities(), 10'000);
}

TEST(OracleLocal, agrees_when_no_form_of_a_rule_is_known) {
  Capabilities capabilities = hand_capabilities();
  capabilities.exp_form = ExpForm::unknown;
  capabilities.log_form = LogForm::unknown;
  capabilities.pow_form = PowForm::unknown;
  capabilities.mask_form = MaskForm::unknown;
  Hand hand;
  hand.ascending = true;
  expect_no_local_alarm(hand, capabilities, 10'000);
}

TEST(OracleLocal, is_conclusive_on_safe_programs) {
  for (const Profile profile : {Profile::safe, Profile::mlp}) {
    for (std::uint64_t index = 0; index < 2'000; ++index) {
      const Program program = sample(options_of(profile, hand_capabilities().ops), index);
      ASSERT_EQ(judge_local(program, trace_by_hand(program), hand_capabilities()).verdict,
                Verdict::agree);
    }
  }
}

// Prints the share of affected programs that are flagged, and how soon the first one is.
TEST(OracleLocal, finds_one_ulp_in_each_rule_within_100_programs) {
  constexpr std::uint64_t kCases = cases(5'000);
  const Capabilities capabilities = hand_capabilities();
  for (const Op op :
       {Op::add, Op::sub, Op::neg, Op::mul, Op::exp, Op::log, Op::relu, Op::pow, Op::neuron}) {
    std::uint64_t affected = 0;
    std::uint64_t found = 0;
    std::uint64_t first = kCases;
    const Profile profile = op == Op::neuron ? Profile::mlp : Profile::safe;
    for (std::uint64_t index = 0; index < kCases; ++index) {
      const Program program = sample(options_of(profile, hand_capabilities().ops), index);
      Hand hand;
      hand.scaled = op;
      hand.factor = kOneUlp;
      const Trace trace = trace_by_hand(program, hand);
      if (!gradients_differ(trace, trace_by_hand(program))) continue;
      ++affected;
      if (judge_local(program, trace, capabilities).verdict != Verdict::disagree) continue;
      if (found++ == 0) first = index;
    }
    const double share = static_cast<double>(found) / static_cast<double>(affected);
    std::printf("local: %-6s one ulp, %5.1f %% of %llu affected programs, first at %llu\n",
                std::string(info(op).name).c_str(), 100 * share,
                static_cast<unsigned long long>(affected), static_cast<unsigned long long>(first));
    EXPECT_LT(first, 100u) << info(op).name;
    EXPECT_GT(share, 0.9) << info(op).name;
  }
}

TEST(OracleLocal, says_which_consumer_explains_a_missing_contribution) {
  const Judgement judgement = judge_with("%0 = input 0.5\n%1 = add %0 %0\n", 0, 1);
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.message,
            "node %0 disagrees (add, consumer %1: a contribution of +1 is missing)");
  EXPECT_EQ(judgement.kind, Kind::gradient);
  EXPECT_EQ(judgement.op, Op::add);
  EXPECT_EQ(judgement.got, 1);
  EXPECT_EQ(judgement.expected, 2);
  EXPECT_EQ(judgement.lower, 2);
  EXPECT_EQ(judgement.upper, 2);
}

TEST(OracleLocal, says_when_a_contribution_is_doubled_scaled_or_of_the_wrong_sign) {
  const std::string text =
      "%0 = input 3\n%1 = input 5\n%2 = mul %0 %1\n%3 = exp %0\n%4 = add %2 %3\n";
  const double e = std::exp(3);
  EXPECT_EQ(judge_with(text, 0, 10 + e).message,
            "node %0 disagrees (mul, consumer %2: a contribution of +5 was added twice)");
  EXPECT_EQ(judge_with(text, 0, -5 + e).message,
            "node %0 disagrees (mul, consumer %2: a contribution of +5 has the wrong sign)");
  EXPECT_EQ(judge_with(text, 1, 3.75).message,
            "node %1 disagrees (mul, consumer %2: a contribution of +3 is off by a factor of "
            "1+0.25)");
}

TEST(OracleLocal, names_the_violation_nearest_to_the_root) {
  const Program program = program_of("%0 = input -1\n%1 = exp %0\n%2 = exp %1\n%3 = exp %2\n");
  Trace trace = trace_by_hand(program);
  for (const NodeId node : {NodeId{0}, NodeId{2}}) trace.after[0].nodes[node].grad *= 1.5;
  EXPECT_EQ(judge_local(program, trace, hand_capabilities()).node, 2u);
}

TEST(OracleLocal, wants_exactly_one_at_the_root_and_nothing_where_it_is_not_reached) {
  const std::string text = "%0 = input 2\n%1 = input 3\n%2 = exp %0\n";
  EXPECT_EQ(judge_with(text, 2, std::nextafter(1, 2)).message,
            "node %2 disagrees (the gradient of the root is not 1)");
  EXPECT_EQ(judge_with(text, 1, 0x1p-1074).message,
            "node %1 disagrees (it does not reach the root, and its gradient changed)");
  EXPECT_EQ(judge_with(text, 1, -0.0).verdict, Verdict::agree);
}

TEST(OracleLocal, does_not_take_a_backward_that_did_nothing_for_one) {
  const Program program = program_of("%0 = input 0.5\n%1 = mul %0 %0\n%2 = exp %1\n");
  Trace trace = trace_by_hand(program);
  for (NodeState& node : trace.after[0].nodes) node.grad = 0;
  const Judgement judgement = judge_local(program, trace, hand_capabilities());
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.node, 2u);
}

TEST(OracleLocal, knows_where_relu_has_its_kink) {
  const std::string text = "%0 = input 0\n%1 = relu %0\n";
  EXPECT_EQ(judge_with(text, 0, 0).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(text, 0, 1).message,
            "node %0 disagrees (relu, consumer %1: a contribution that should be 0 is not)");
  Capabilities capabilities = hand_capabilities();
  capabilities.relu_at_zero = 1;
  EXPECT_EQ(judge_with(text, 0, 1, capabilities).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(text, 0, 0, capabilities).verdict, Verdict::disagree);
}

TEST(OracleLocal, knows_the_classes_that_masks_and_skipping_give) {
  // g inf behind a shut relu: 0 when selected, NaN when multiplied.
  const std::string shut = "%0 = input -1\n%1 = relu %0\n%2 = input inf\n%3 = mul %1 %2\n";
  Capabilities capabilities = hand_capabilities();
  EXPECT_EQ(judge_with(shut, 0, 0, capabilities).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(shut, 0, kNoNumber, capabilities).verdict, Verdict::disagree);
  capabilities.mask_form = MaskForm::unknown;
  EXPECT_EQ(judge_with(shut, 0, kNoNumber, capabilities).verdict, Verdict::agree);
  capabilities.mask_form = MaskForm::multiplies;
  EXPECT_EQ(judge_with(shut, 0, kNoNumber, capabilities).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(shut, 0, 0, capabilities).verdict, Verdict::disagree);
  // inf * 0: NaN, or skipped because the gradient is 0.
  const std::string zero =
      "%0 = input 1\n%1 = input inf\n%2 = mul %0 %1\n%3 = input 0\n%4 = mul %2 %3\n";
  EXPECT_EQ(judge_with(zero, 0, kNoNumber).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(zero, 0, 0).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(zero, 0, kInfinity).verdict, Verdict::disagree);
}

TEST(OracleLocal, judges_the_sign_of_infinity_and_the_overflow_of_a_sum) {
  const std::string pole = "%0 = input -0\n%1 = pow %0 -1\n";
  EXPECT_EQ(judge_with(pole, 0, -kInfinity).verdict, Verdict::agree);  // -1 (-0)^-2
  EXPECT_EQ(judge_with(pole, 0, kInfinity).verdict, Verdict::disagree);
  EXPECT_EQ(judge_with(pole, 0, kNoNumber).verdict, Verdict::disagree);
  // 1.5e308 + 1.5e308 - 1.5e308: in one order finite, in another infinite.
  const std::string sum =
      "%0 = input 1\n%1 = input 1.5e308\n%2 = mul %0 %1\n%3 = mul %0 %1\n%4 = input -1.5e308\n"
      "%5 = mul %0 %4\n%6 = add %2 %3\n%7 = add %6 %5\n";
  EXPECT_EQ(judge_with(sum, 0, 1.5e308).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(sum, 0, kInfinity).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(sum, 0, 1.4e308).verdict, Verdict::disagree);
  // The same beside a term that is -inf of itself: -inf, or NaN where the rest came to inf first.
  const std::string beside =
      "%0 = input 1\n%1 = input 1.5e308\n%2 = mul %0 %1\n%3 = mul %0 %1\n%4 = input -inf\n"
      "%5 = mul %0 %4\n%6 = add %2 %3\n%7 = add %6 %5\n";
  EXPECT_EQ(judge_with(beside, 0, -kInfinity).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(beside, 0, kNoNumber).verdict, Verdict::agree);
  EXPECT_EQ(judge_with(beside, 0, kInfinity).verdict, Verdict::disagree);
}

TEST(OracleLocal, knows_one_logarithm_of_infinity) {
  const std::string text = "%0 = input inf\n%1 = input -2\n%2 = powv %0 %1\n";
  EXPECT_EQ(judge_with(text, 1, kNoNumber).verdict, Verdict::agree);  // 0 * inf
  EXPECT_EQ(judge_with(text, 1, 0).verdict, Verdict::disagree);
}

TEST(OracleLocal, calls_a_hole_in_the_formula_of_pow_an_edge) {
  const Judgement judgement = judge_with("%0 = input 0\n%1 = pow %0 0\n", 0, kNoNumber);
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.kind, Kind::edge);
  const std::string two =
      "%0 = input 0\n%1 = pow %0 0\n%2 = input 0\n%3 = pow %2 0\n%4 = add %1 %3\n";
  for (const NodeId base : {0u, 2u}) {
    EXPECT_EQ(judge_with(two, base, kNoNumber).kind, Kind::edge) << base;
  }
}

TEST(OracleLocal, reads_the_gradient_before_a_second_backward_as_the_engine_does) {
  const Program program =
      program_of("%0 = input 2\n%1 = exp %0\n%2 = exp %1\nbackward %2\nbackward %2\n");
  for (const bool resets : {false, true}) {
    Hand hand;
    hand.resets = resets;
    const Trace trace = trace_by_hand(program, hand);
    const Sweep sweep = {2, trace.after[0].nodes, trace.after[1].nodes};
    Capabilities capabilities = hand_capabilities();
    EXPECT_EQ(judge_sweep(program, sweep, capabilities).verdict,
              resets ? Verdict::disagree : Verdict::agree);
    capabilities.second_backward = SecondBackward::resets;
    EXPECT_EQ(judge_sweep(program, sweep, capabilities).verdict,
              resets ? Verdict::agree : Verdict::disagree);
    capabilities.second_backward = SecondBackward::unknown;
    EXPECT_EQ(judge_sweep(program, sweep, capabilities).verdict, Verdict::agree);
  }
}

TEST(OracleLocal, is_inconclusive_where_it_cannot_judge) {
  Program program = program_of("%0 = input 0.5\n%1 = exp %0\n");
  Capabilities hidden = hand_capabilities();
  hidden.interior_readable = false;
  EXPECT_EQ(judge_local(program, trace_by_hand(program), hidden).verdict, Verdict::inconclusive);
  Capabilities forward = hand_capabilities();
  forward.mode = Mode::forward;
  EXPECT_EQ(judge_local(program, trace_by_hand(program), forward).verdict, Verdict::inconclusive);

  Trace trace = trace_by_hand(program);
  trace.after[0].nodes[1].readable = 0;
  EXPECT_EQ(judge_local(program, trace, hand_capabilities()).verdict, Verdict::inconclusive);
  // What was there before cannot be read, and is added to.
  const std::vector<NodeState> after = trace_by_hand(program).after[0].nodes;
  std::vector<NodeState> before = after;
  before[0].readable = NodeState::kData;
  EXPECT_EQ(judge_sweep(program, {1, before, after}, hand_capabilities()).verdict,
            Verdict::inconclusive);
  // Of an input nothing depends: its gradient alone is not known.
  trace = trace_by_hand(program);
  trace.after[0].nodes[0].readable = NodeState::kData;
  EXPECT_EQ(judge_local(program, trace, hand_capabilities()).verdict, Verdict::inconclusive);
  program = program_of("%0 = input -3\n%1 = pow %0 1e300\n");
  EXPECT_NE(judge_with("%0 = input -1\n%1 = pow %0 1e300\n", 0, 7).verdict, Verdict::disagree);
}

TEST(OracleLocal, reports_every_node) {
  const Program program = program_of("%0 = input 0.5\n%1 = add %0 %0\n%2 = input 7\n%3 = neg %1\n");
  Trace trace = trace_by_hand(program);
  trace.after[0].nodes[0].grad = -1;
  const std::vector<NodeReport> rows = local_report(program, trace, hand_capabilities());
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_FALSE(rows[0].ok);
  EXPECT_EQ(rows[0].expected, -2);
  EXPECT_EQ(rows[0].lower, -2);
  EXPECT_EQ(rows[0].upper, -2);
  EXPECT_TRUE(rows[1].ok);
  EXPECT_FALSE(rows[2].reached);
  EXPECT_TRUE(rows[2].ok);
  EXPECT_EQ(rows[3].expected, 1);
  // Without the gradient of a consumer nothing is known of what it was given.
  trace.after[0].nodes[1].readable = NodeState::kData;
  EXPECT_FALSE(local_report(program, trace, hand_capabilities())[0].judged);
}

}  // namespace
}  // namespace cradle
