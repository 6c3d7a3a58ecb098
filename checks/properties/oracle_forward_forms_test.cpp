// Forward on float engines, and on engines whose div and sqrt are powers: what is legal passes, one
// ulp more does not.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "checks/oracles/forward.h"
#include "checks/oracles/values.h"
#include "checks/program/text.h"
#include "checks/properties/rules_by_hand.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

Capabilities forms_engine(unsigned precision_bits) {
  Capabilities capabilities;
  capabilities.ops = kAllOps;
  capabilities.precision_bits = precision_bits;
  capabilities.ulps.tanh = 2.5;
  capabilities.relu_keeps_nan = true;
  return capabilities;
}

// The verdict when the last node of a program has this value.
Verdict verdict_on(const std::string& text, double value, const Capabilities& capabilities) {
  const Parsed parsed = parse(text, "test");
  EXPECT_FALSE(parsed.error) << parsed.error->text();
  Trace trace = trace_by_rules(parsed.program, capabilities);
  trace.after[0].nodes.back().data = value;
  return judge_forward(parsed.program, trace, capabilities).verdict;
}

TEST(OracleForwardForms, agree_with_floats) {
  const Capabilities engine = forms_engine(24);
  GenerateOptions options;
  options.ops = kAllOps;
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    options.profile = profile;
    for (std::uint64_t index = 0; index < 5'000; ++index) {
      Program program = sample(options, index);
      for (Instruction& line : program.code) line.immediate = static_cast<float>(line.immediate);
      const Judgement judgement = judge_forward(program, trace_by_rules(program, engine), engine);
      ASSERT_EQ(judgement.verdict, Verdict::agree) << judgement.message << "\n" << print(program);
    }
  }
}

// Every op of floats, half as much again as its bound away from the true value.
TEST(OracleForwardForms, find_a_float_that_is_off) {
  const Capabilities engine = forms_engine(24);
  for (std::size_t k = 1; k < kOpCount; ++k) {
    const Op op = static_cast<Op>(k);
    if (op == Op::neuron) continue;
    std::string text =
        "%0 = input 1.3125\n%1 = input 0.59375\n%2 = " + std::string(info(op).name) + " %0";
    if (info(op).arity > 1) text += " %1";
    if (op == Op::pow) text += " 2.5";
    const Parsed parsed = parse(text + "\n", "test");
    ASSERT_FALSE(parsed.error) << text;
    const double right = trace_by_rules(parsed.program, engine).after[0].nodes[2].data;
    EXPECT_EQ(verdict_on(text + "\n", right, engine), Verdict::agree) << text;
    double wrong = right;
    for (int ulp = 0; ulp < 6; ++ulp) wrong = std::nextafter(static_cast<float>(wrong), 9.0f);
    EXPECT_EQ(verdict_on(text + "\n", wrong, engine), Verdict::disagree) << text;
    // A double where a float should be is no float's value, unless its bound is wide.
    const bool exact = op == Op::add || op == Op::sub || op == Op::mul || op == Op::neg ||
                       op == Op::relu || op == Op::abs;
    if (!exact) continue;
    EXPECT_EQ(verdict_on(text + "\n", std::nextafter(right, 9), engine), Verdict::disagree) << text;
  }
}

TEST(OracleForwardForms, take_div_and_sqrt_as_powers_unless_they_are_known_not_to_be) {
  Capabilities engine = forms_engine(53);
  engine.ulps.pow = 0.55;
  const double a = 4.0 / 3;
  const double b = 49.0;
  const std::string div = "%0 = input 1.3333333333333333\n%1 = input 49\n%2 = div %0 %1\n";
  const double power = a * std::pow(b, -1);
  ASSERT_NE(power, a / b);
  EXPECT_EQ(verdict_on(div, power, engine), Verdict::agree);
  EXPECT_EQ(verdict_on(div, a / b, engine), Verdict::agree);
  engine.div_form = DivForm::quotient;
  EXPECT_EQ(verdict_on(div, power, engine), Verdict::disagree);
  engine.div_form = DivForm::reciprocal;
  EXPECT_EQ(verdict_on(div, a * (1 / b), engine), Verdict::agree);
  engine.div_form = DivForm::quotient;
  engine.ulps.div = 2;  // as flags that trade accuracy for speed make it
  EXPECT_EQ(verdict_on(div, power, engine), Verdict::agree);

  const std::string root = "%0 = input 2\n%1 = sqrt %0\n";
  const double next = std::nextafter(std::sqrt(2.0), 1);  // on the other side of the true one
  engine.ulps.pow = 1;
  EXPECT_EQ(verdict_on(root, next, engine), Verdict::agree);
  engine.sqrt_form = SqrtForm::output;
  EXPECT_EQ(verdict_on(root, next, engine), Verdict::disagree);
  EXPECT_EQ(verdict_on(root, std::sqrt(2.0), engine), Verdict::agree);
}

TEST(OracleForwardForms, refuse_values_that_overflow_to_nan) {
  for (const unsigned bits : {53u, 24u}) {
    for (const char* op : {"tanh", "sigmoid"}) {
      for (const char* x : {"50", "-50", "400", "-400", "800", "-800"}) {
        const std::string text =
            "%0 = input " + std::string(x) + "\n%1 = " + std::string(op) + " %0\n";
        EXPECT_EQ(verdict_on(text, kNoNumber, forms_engine(bits)), Verdict::disagree) << text;
        const double limit = x[0] != '-' ? 1 : op[0] == 't' ? -1 : 0;
        const bool reached = bits == 24 ? std::string(x) != "-50" || op[0] == 't' : op[0] == 't';
        if (!reached) continue;
        EXPECT_EQ(verdict_on(text, limit, forms_engine(bits)), Verdict::agree) << text;
      }
    }
  }
}

}  // namespace
}  // namespace cradle
