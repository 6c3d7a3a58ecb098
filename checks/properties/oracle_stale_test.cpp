// Results that are older than what their operands hold: `set` came in between, and a rule may work
// its result out anew.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/oracles/contributions.h"
#include "checks/oracles/lifetime.h"
#include "checks/oracles/values.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

// What backward gives %0 when %0 was `set` after its result was made, to an engine of which it was
// found out that it recomputes; and to one that reads the result that it stored.
void expect_stale(const std::string& line, double result, double anew, double stored) {
  const Program program = program_of("%0 = input 0.5\n%1 = " + line + "\nset %0 3\nbackward %1\n");
  Trace trace = trace_by_hand(program);
  for (Snapshot* snapshot : {&trace.after[0], &trace.after[1], &trace.last}) {
    snapshot->nodes[1].data = result;
  }
  Capabilities strict = hand_capabilities();
  strict.ops = kAllOps;
  strict.tanh_form = TanhForm::square;
  strict.sigmoid_form = SigmoidForm::output;
  strict.sqrt_form = SqrtForm::output;
  strict.ulps.tanh = 2.5;
  Capabilities recomputing = strict;
  recomputing.recomputes = bit(Op::exp) | bit(Op::tanh) | bit(Op::sigmoid) | bit(Op::sqrt);
  const auto verdict = [&](double grad, const Capabilities& capabilities) {
    trace.after[1].nodes[0].grad = trace.last.nodes[0].grad = grad;
    return judge_lifetime(program, trace, capabilities).verdict;
  };
  EXPECT_EQ(verdict(anew, recomputing), Verdict::agree) << line;
  EXPECT_EQ(verdict(anew, strict), Verdict::disagree) << line;
  EXPECT_EQ(verdict(anew * (1 + 1e-11), recomputing), Verdict::disagree) << line;
  EXPECT_EQ(verdict(stored, strict), Verdict::agree) << line;
  EXPECT_EQ(verdict((anew + stored) / 2, recomputing), Verdict::disagree) << line;
  EXPECT_EQ(verdict(std::nan(""), recomputing), Verdict::disagree) << line;
}

// Set to where a sigmoid made anew may be 0, and is not 1.
TEST(OracleStale, lets_a_sigmoid_made_anew_vanish_and_be_nothing_else) {
  const Program program = program_of("%0 = input 1\n%1 = sigmoid %0\nset %0 -800\nbackward %1\n");
  Trace trace = trace_by_hand(program);
  Capabilities recomputing = hand_capabilities();
  recomputing.ops = kAllOps;
  recomputing.sigmoid_form = SigmoidForm::output;
  recomputing.recomputes = bit(Op::sigmoid);
  const auto verdict = [&](double grad) {
    trace.after[1].nodes[0].grad = trace.last.nodes[0].grad = grad;
    return judge_lifetime(program, trace, recomputing).verdict;
  };
  EXPECT_EQ(verdict(0), Verdict::agree);
  for (const double wrong : {0.25, 1.0, -1.0, -2.0, HUGE_VAL}) {
    EXPECT_EQ(verdict(wrong), Verdict::disagree) << wrong;
  }
}

// The same for an op of two: %0 is set from 0.5 to 3 beside a 2, and `anew` and `stored` are for
// %1.
void expect_stale_pair(const std::string& op, double result, double first, double anew,
                       double stored) {
  const Program program =
      program_of("%0 = input 0.5\n%1 = input 2\n%2 = " + op + " %0 %1\nset %0 3\nbackward %2\n");
  Trace trace = trace_by_hand(program);
  for (Snapshot* snapshot : {&trace.after[0], &trace.after[1], &trace.last}) {
    snapshot->nodes[2].data = result;
  }
  Capabilities strict = hand_capabilities();
  strict.ops = kAllOps;
  strict.div_form = DivForm::quotient;
  strict.powv_form = PowvForm::from_output;
  Capabilities recomputing = strict;
  recomputing.recomputes = bit(Op::div) | bit(Op::powv);
  const auto verdict = [&](double grad, const Capabilities& capabilities) {
    trace.after[1].nodes[0].grad = trace.last.nodes[0].grad = first;
    trace.after[1].nodes[1].grad = trace.last.nodes[1].grad = grad;
    return judge_lifetime(program, trace, capabilities).verdict;
  };
  EXPECT_EQ(verdict(anew, recomputing), Verdict::agree) << op;
  EXPECT_EQ(verdict(anew, strict), Verdict::disagree) << op;
  EXPECT_EQ(verdict(anew * (1 + 1e-11), recomputing), Verdict::disagree) << op;
  EXPECT_EQ(verdict(stored, strict), Verdict::agree) << op;
  // One rule of powv may read the result, and the other not: then all between is open.
  EXPECT_EQ(verdict((anew + stored) / 2, recomputing) == Verdict::disagree, op == "div") << op;
}

TEST(OracleStale, lets_an_op_of_two_recompute_from_what_was_set_only_if_it_does_so) {
  expect_stale_pair("div", 0.25, 0.5, -0.75, -0.125);
  expect_stale_pair("powv", 0.25, 6, 9 * std::log(3.0), 0.25 * std::log(3.0));
}

// 0 / 0, made anew of what was 0.5 / 0, is NaN and nothing else: so is what it passes on.
TEST(OracleStale, gives_nan_where_the_result_made_anew_is_nan) {
  const Program program =
      program_of("%0 = input 0.5\n%1 = input 0\n%2 = div %0 %1\nset %0 0\nbackward %2\n");
  Trace trace = trace_by_hand(program);
  const double infinity = HUGE_VAL;
  for (Snapshot* snapshot : {&trace.after[0], &trace.after[1], &trace.last}) {
    snapshot->nodes[2].data = infinity;
  }
  Capabilities engine = hand_capabilities();
  engine.ops = kAllOps;
  engine.div_form = DivForm::quotient;
  engine.recomputes = bit(Op::div);
  const auto verdict = [&](double grad) {
    trace.after[1].nodes[0].grad = trace.last.nodes[0].grad = infinity;
    trace.after[1].nodes[1].grad = trace.last.nodes[1].grad = grad;
    return judge_lifetime(program, trace, engine).verdict;
  };
  EXPECT_EQ(verdict(std::nan("")), Verdict::agree);
  EXPECT_EQ(verdict(0), Verdict::disagree);
  EXPECT_EQ(verdict(infinity), Verdict::disagree);
  EXPECT_EQ(verdict(1), Verdict::disagree);
}

TEST(OracleStale, lets_an_engine_recompute_from_what_was_set_only_if_it_does_so) {
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  const auto square = [](double t) { return 1 - t * t; };
  const auto output = [](double s) { return s * (1 - s); };
  const auto inverse = [](double r) { return 1 / (2 * r); };
  expect_stale("exp %0", std::exp(0.5), std::exp(3.0), std::exp(0.5));
  expect_stale("tanh %0", std::tanh(0.5), square(std::tanh(3.0)), square(std::tanh(0.5)));
  expect_stale("sigmoid %0", sigmoid(0.5), output(sigmoid(3)), output(sigmoid(0.5)));
  expect_stale("sqrt %0", std::sqrt(0.5), inverse(std::sqrt(3.0)), inverse(std::sqrt(0.5)));
}

// s (1 - s) and (1 - t)(1 + t) read their result twice: whatever that is, it is the same both
// times.
TEST(OracleStale, admits_what_any_result_made_anew_gives_a_rule_that_reads_it_twice) {
  Capabilities engine = hand_capabilities();
  engine.ops = kAllOps;
  engine.sigmoid_form = SigmoidForm::output;
  engine.tanh_form = TanhForm::product;
  engine.ulps.sigmoid = engine.ulps.tanh = 4;
  engine.recomputes = bit(Op::sigmoid) | bit(Op::tanh);
  for (const char* const op : {"sigmoid", "tanh"}) {
    const Program program = program_of("%0 = input 1\n%1 = " + std::string(op) + " %0\n");
    for (int k = -40; k <= 40; ++k) {
      const double x = k / 8.0;
      const NodeState input = {.data = x, .grad = 0, .readable = 3};
      const NodeState result = {.data = 0.5, .grad = 1, .readable = 3};
      const Contribution c =
          contribution(program, 1, 0, std::vector<NodeState>{input, result}, engine, true);
      const LegalValues legal = legal_values(program, 1, std::vector<double>{x, 0}, engine);
      for (const double out : {legal.range.lower, legal.expected, legal.range.upper}) {
        const bool is_tanh = program.code[1].op == Op::tanh;
        const Float128 slope = is_tanh ? (1 - out) * (1 + out) : out * (1 - out);
        EXPECT_TRUE(c.lower <= slope && slope <= c.upper) << op << " " << x;
      }
    }
  }
}

}  // namespace
}  // namespace cradle
