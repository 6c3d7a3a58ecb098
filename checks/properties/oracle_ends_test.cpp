// Oracles where numbers end, or are missing: sums that overflow on the way, ranges that lean to one
// side, traces that do not fit.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "checks/oracles/classes.h"
#include "checks/oracles/contributions.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/global.h"
#include "checks/oracles/gradient_sum.h"
#include "checks/oracles/local.h"
#include "checks/oracles/values.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

TEST(OracleEnds, share_a_range_that_leans_to_one_side) {
  Contribution leaning;
  leaning.exact = 2;
  leaning.admit_finite(1);
  leaning.admit_finite(6);
  GradientSum sum;
  sum.add(leaning);
  EXPECT_NEAR(sum.share(1.5), 0.5, 1e-12);
  EXPECT_NEAR(sum.share(4), 0.5, 1e-12);
  EXPECT_EQ(sum.share(2), 0);
}

// b + sum w x where the terms cancel to 0 and their partial sums overflow.
TEST(OracleEnds, leave_everything_open_to_a_sum_whose_order_decides) {
  const Program program = program_of(
      "%0 = input 1e308\n%1 = input 1e308\n%2 = input -1e308\n%3 = input -1e308\n%4 = input 1\n"
      "%5 = input 1\n%6 = input 1\n%7 = input 1\n%8 = input 0\n%9 = neuron %0 %4 %8 4 linear\n"
      "%10 = neuron %0 %4 %8 4\n");
  Capabilities engine = hand_capabilities();
  engine.neuron_in_order = false;
  std::vector<double> values;
  for (const Instruction& line : program.code) values.push_back(line.immediate);
  for (const NodeId neuron : {9u, 10u}) {
    const LegalValues legal = legal_values(program, neuron, values, engine);
    EXPECT_EQ(legal.expected, 0);
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double got : {0.0, -0.0, 1.0, infinity, std::nan("")}) {
      EXPECT_TRUE(legal.hold(got)) << got << " for %" << neuron;
    }
    EXPECT_EQ(legal.hold(-infinity), neuron == 9u) << "not after a relu";
  }
}

// A NaN that relu may turn into 0, and into nothing else.
TEST(OracleEnds, let_relu_lose_a_nan) {
  const Program program = program_of(
      "%0 = input inf\n%1 = input 1\n%2 = input -inf\n%3 = neuron %0 %1 %2 1\n"
      "%4 = neuron %0 %1 %2 1 linear\n");
  std::vector<double> values;
  for (const Instruction& line : program.code) values.push_back(line.immediate);
  for (const unsigned which : {0u, 1u, 2u, 3u}) {
    const bool keeps = which % 2 != 0;
    Capabilities engine = hand_capabilities();
    engine.relu_keeps_nan = keeps;
    engine.neuron_in_order = which / 2 != 0;
    const LegalValues relu = legal_values(program, 3, values, engine);
    EXPECT_TRUE(relu.hold(std::nan("")));
    EXPECT_EQ(relu.hold(0), !keeps);
    EXPECT_FALSE(relu.hold(1));
    EXPECT_FALSE(relu.hold(-1));
    EXPECT_FALSE(legal_values(program, 4, values, engine).hold(0));
  }
}

// (1 + e^-x)^2 overflows at -x = 354.9, where an engine may find 0; at 354.15 none does.
TEST(OracleEnds, let_a_sigmoid_from_the_exponential_vanish_where_its_square_may_overflow) {
  for (const double x : {-354.15, -354.3, -360.0}) {
    Program program = program_of("%0 = input 0\n%1 = sigmoid %0\n");
    program.code[0].immediate = x;
    Trace trace = trace_by_hand(program);
    Capabilities engine = hand_capabilities();
    engine.ops = kAllOps;
    trace.after[0].nodes[1].data = std::exp(x);
    trace.after[0].nodes[0].grad = 0;
    const auto verdict = [&](SigmoidForm form) {
      engine.sigmoid_form = form;
      return judge_local(program, trace, engine).verdict;
    };
    EXPECT_EQ(verdict(SigmoidForm::exp) == Verdict::agree, x < -354.2) << x;
    EXPECT_EQ(verdict(SigmoidForm::output), Verdict::disagree) << x;
  }
}

// E g overflows where g is beyond the largest number over E, on the way to a finite quotient.
TEST(OracleEnds, let_a_sigmoid_from_the_exponential_overflow_before_it_is_divided) {
  for (const double factor : {1e130, 1e200}) {
    Program program =
        program_of("%0 = input -400\n%1 = sigmoid %0\n%2 = input 0\n%3 = mul %1 %2\n");
    program.code[2].immediate = factor;
    Trace trace = trace_by_hand(program);
    Capabilities engine = hand_capabilities();
    engine.ops = kAllOps;
    engine.sigmoid_form = SigmoidForm::exp;
    trace.after[0].nodes[1].data = std::exp(-400.0);
    trace.after[0].nodes[3].data = std::exp(-400.0) * factor;
    trace.after[0].nodes[2].grad = std::exp(-400.0);
    trace.after[0].nodes[0].grad = HUGE_VAL;
    EXPECT_EQ(judge_local(program, trace, engine).verdict == Verdict::agree, factor > 1e150);
  }
}

// What is never finite has no hull that could be added to another's.
TEST(OracleEnds, add_nothing_finite_of_what_is_not) {
  Contribution finite;
  finite.admit(5);
  Contribution infinite;
  infinite.admit(HUGE_VAL);
  finite.admit_all(infinite);
  EXPECT_EQ(finite.lower, 5);
  EXPECT_EQ(finite.upper, 5);
  EXPECT_EQ(finite.classes, kFinite | kPlusInfinity);
}

// As the addition of doubles has it.
TEST(OracleEnds, add_infinities_and_nan) {
  const double infinity = HUGE_VAL;
  for (const double a : {1.0, infinity, -infinity, std::nan("")}) {
    for (const double b : {2.0, infinity, -infinity, std::nan("")}) {
      EXPECT_EQ(sum_of(class_of(a), class_of(b)), class_of(a + b)) << a << " + " << b;
    }
  }
  EXPECT_EQ(sum_of(kFinite | kPlusInfinity, kFinite | kMinusInfinity),
            kFinite | kPlusInfinity | kMinusInfinity | kNan);
}

// 2^53 is the last exponent of which one less is a number, too.
TEST(OracleEnds, know_powers_up_to_the_last_exponent_whose_parity_is_kept) {
  const Program last = program_of("%0 = input 1.0000000000000002\n%1 = pow %0 9007199254740992\n");
  EXPECT_TRUE(global_reference(last, hand_capabilities()).decided);
  const Program beyond =
      program_of("%0 = input 1.0000000000000002\n%1 = pow %0 9007199254740994\n");
  EXPECT_FALSE(global_reference(beyond, hand_capabilities()).decided);
}

// Each term is far from overflow, and their sum is not: nothing is said of that node.
TEST(OracleEnds, say_nothing_of_a_sum_of_differences_near_overflow) {
  const Program program = program_of(
      "%0 = input 1\n%1 = input 9e299\n%2 = mul %0 %1\n%3 = mul %0 %1\n%4 = add %2 %3\n");
  Trace trace = trace_by_hand(program);
  const Judgement judgement = judge_difference_edges(program, trace, hand_capabilities());
  EXPECT_EQ(judgement.verdict, Verdict::agree) << judgement.message;
  EXPECT_GE(judgement.share, 0) << "the other nodes are judged";
  trace.after[0].nodes[0].grad = 1;
  EXPECT_EQ(judge_difference_edges(program, trace, hand_capabilities()).verdict, Verdict::agree);
  trace.after[0].nodes[1].grad = 1;
  EXPECT_EQ(judge_difference_edges(program, trace, hand_capabilities()).verdict, Verdict::disagree);
}

// In binary32 the end is nearer.
TEST(OracleEnds, say_nothing_of_a_sum_of_differences_near_overflow_in_floats) {
  const float factor = 4e36F;
  const Program program = program_of("%0 = input 1\n%1 = input " + print(double{factor}) +
                                     "\n%2 = mul %0 %1\n%3 = mul %0 %1\n%4 = mul %0 %1\n"
                                     "%5 = add %2 %3\n%6 = add %5 %4\n");
  Trace trace = trace_by_hand(program);
  Capabilities engine = hand_capabilities();
  engine.precision_bits = 24;
  EXPECT_EQ(judge_difference_edges(program, trace, engine).verdict, Verdict::agree);
  trace.after[0].nodes[0].grad = 1;
  EXPECT_EQ(judge_difference_edges(program, trace, engine).verdict, Verdict::agree);
  engine.precision_bits = 53;
  EXPECT_EQ(judge_difference_edges(program, trace, engine).verdict, Verdict::disagree);
}

TEST(OracleEnds, report_a_gradient_that_is_not_judged_as_one_that_nobody_refuses) {
  const Program program = program_of("%0 = input -1\n%1 = pow %0 1e17\n");  // of which parity?
  Trace trace = trace_by_hand(program);
  for (const double grad : {0.0, 1e17, -5.0, HUGE_VAL}) {
    trace.after[0].nodes[0].grad = grad;
    const NodeReport row = local_report(program, trace, hand_capabilities())[0];
    EXPECT_FALSE(row.judged) << grad;
    EXPECT_TRUE(row.ok) << grad;
  }
}

TEST(OracleEnds, report_no_gradient_that_cannot_be_read) {
  const Program program = program_of("%0 = input 1\n%1 = exp %0\n");
  Trace trace = trace_by_hand(program);
  trace.after[0].nodes[0] = {.data = 1, .grad = 77, .readable = NodeState::kData};
  const std::vector<NodeReport> rows = local_report(program, trace, hand_capabilities());
  EXPECT_FALSE(rows[0].judged);
  EXPECT_TRUE(rows[0].ok);
  EXPECT_TRUE(rows[1].judged);
}

TEST(OracleEnds, report_nothing_of_a_trace_that_does_not_fit) {
  const Program program = program_of("%0 = input 1\n%1 = exp %0\n");
  const Trace trace = trace_by_hand(program);
  EXPECT_EQ(local_report(program, trace, hand_capabilities()).size(), 2u);
  Trace dead = trace;
  dead.death = Death::signal;
  EXPECT_TRUE(local_report(program, dead, hand_capabilities()).empty());
  Trace short_one = trace;
  short_one.after.clear();
  EXPECT_TRUE(local_report(program, short_one, hand_capabilities()).empty());
  const Program other = program_of("%0 = input 1\n%1 = exp %0\n%2 = exp %1\n");
  EXPECT_TRUE(local_report(other, trace, hand_capabilities()).empty());
  Program acting = program;
  acting.actions.push_back({});
  Trace acted = trace;
  acted.after.push_back(acted.after.front());
  EXPECT_TRUE(local_report(acting, acted, hand_capabilities()).empty());
  EXPECT_TRUE(local_report(acting, trace, hand_capabilities()).empty());
}

}  // namespace
}  // namespace cradle
