// LOCAL on every op and every legal form of its rule, in doubles and in floats: no alarm on an
// engine that keeps to a form, whatever its order of operations; and one ulp found in each.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "checks/oracles/libm.h"
#include "checks/oracles/local.h"
#include "checks/program/text.h"
#include "checks/properties/rules_by_hand.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

Capabilities rules_with(unsigned precision_bits) {
  Capabilities capabilities;
  capabilities.name = "rules by hand";
  capabilities.ops = kAllOps;
  capabilities.precision_bits = precision_bits;
  capabilities.ulps.exp = capabilities.ulps.log = capabilities.ulps.pow = 0.55;
  capabilities.ulps.sin = capabilities.ulps.cos = 0.55;
  capabilities.ulps.tanh = 2.5;
  return capabilities;
}

// The first form of each rule, or the second, ...
Capabilities with_forms(Capabilities capabilities, unsigned which) {
  const auto one_of = [&](auto& form, unsigned count) {
    form = static_cast<std::remove_reference_t<decltype(form)>>(1 + which % count);
  };
  one_of(capabilities.exp_form, 2);
  one_of(capabilities.log_form, 2);
  one_of(capabilities.pow_form, 2);
  one_of(capabilities.powv_form, 2);
  one_of(capabilities.div_form, 4);
  one_of(capabilities.tanh_form, 3);
  one_of(capabilities.sigmoid_form, 2);
  one_of(capabilities.sqrt_form, 3);
  one_of(capabilities.mask_form, 2);
  return capabilities;
}

Program rules_program(Profile profile, std::uint64_t index, const Capabilities& capabilities) {
  GenerateOptions options;
  options.profile = profile;
  options.ops = capabilities.ops;
  Program program = sample(options, index);
  if (capabilities.precision_bits == 24) {
    for (Instruction& line : program.code) line.immediate = static_cast<float>(line.immediate);
  }
  return program;
}

void expect_no_rule_alarm(const Capabilities& engine, const Capabilities& judged,
                          std::uint64_t cases) {
  std::uint64_t undecided = 0;
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    for (std::uint64_t index = 0; index < cases; ++index) {
      const Program program = rules_program(profile, index, judged);
      Ways ways;
      ways.seed = index;
      ways.fused = index % 2 == 1;
      ways.in_double = judged.precision_bits == 24 && index % 3 == 0;
      const Judgement judgement =
          judge_local(program, trace_by_rules(program, engine, ways), judged);
      ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message << "\n"
                                                      << print(program);
      const bool tame = profile == Profile::safe || profile == Profile::mlp;
      if (tame && judgement.verdict == Verdict::inconclusive) ++undecided;
    }
  }
  EXPECT_EQ(undecided, 0u);
}

TEST(OracleLocalRules, agree_with_every_form_that_is_known) {
  for (const unsigned bits : {53u, 24u}) {
    for (unsigned which = 0; which < 12; ++which) {
      const Capabilities known = with_forms(rules_with(bits), which);
      expect_no_rule_alarm(known, known, 600);
    }
  }
}

TEST(OracleLocalRules, agree_with_any_mixture_of_forms_when_none_is_known) {
  for (const unsigned bits : {53u, 24u}) {
    expect_no_rule_alarm(rules_with(bits), rules_with(bits), 1'500);
  }
}

TEST(OracleLocalRules, agree_with_the_rarer_forms_where_they_are_known) {
  for (const unsigned bits : {53u, 24u}) {
    for (const TanhForm form : {TanhForm::expanded, TanhForm::cosh}) {
      Capabilities engine = rules_with(bits);
      engine.ops = bit(Op::input) | bit(Op::tanh) | bit(Op::sigmoid) | bit(Op::mul) | bit(Op::add);
      engine.tanh_form = form;
      engine.sigmoid_form = SigmoidForm::recomputed;
      engine.abs_form = AbsForm::quotient;
      engine.ops |= bit(Op::abs);
      expect_no_rule_alarm(engine, engine, 1'000);
    }
  }
}

// What tanh passes on from 5, to an oracle that knows its form: where t is near 1 the forms differ
// by hundreds of ulps.
Verdict judge_tanh_of(const char* x, double slope, TanhForm known) {
  const Parsed parsed = parse(std::string("%0 = input ") + x + "\n%1 = tanh %0\n", "test");
  EXPECT_FALSE(parsed.error);
  Capabilities engine = with_forms(rules_with(53), 0);
  Trace trace = trace_by_rules(parsed.program, engine);
  trace.after[0].nodes[0].grad = slope;
  engine.tanh_form = known;
  return judge_local(parsed.program, trace, engine).verdict;
}

Verdict judge_tanh_of_5(double slope, TanhForm known) { return judge_tanh_of("5", slope, known); }

TEST(OracleLocalRules, tell_the_rarer_forms_of_tanh_from_the_others) {
  const double slope = 1 / (std::cosh(5.0) * std::cosh(5.0));
  EXPECT_EQ(judge_tanh_of_5(slope, TanhForm::cosh), Verdict::agree);
  EXPECT_EQ(judge_tanh_of_5(slope * (1 + 0x1p-48), TanhForm::cosh), Verdict::disagree);
  for (const TanhForm form : {TanhForm::square, TanhForm::product, TanhForm::expanded}) {
    EXPECT_EQ(judge_tanh_of_5(slope, form), Verdict::disagree);
  }
  for (const char* const end : {"inf", "-inf", "800", "-800"}) {
    EXPECT_EQ(judge_tanh_of(end, 0, TanhForm::cosh), Verdict::agree) << end;
    EXPECT_EQ(judge_tanh_of(end, 5e-324, TanhForm::cosh), Verdict::disagree) << end;
    EXPECT_EQ(judge_tanh_of(end, std::nan(""), TanhForm::cosh), Verdict::disagree) << end;
  }
}

// How many programs it takes until an engine is caught that scales what one op passes on by an ulp,
// and which share of those in which a gradient changed.
struct RulePower {
  std::uint64_t affected = 0;
  std::uint64_t found = 0;
  std::uint64_t first = 0;
};

RulePower rule_power_of(Op op, const Capabilities& engine, const Capabilities& judged,
                        std::uint64_t cases) {
  RulePower power;
  power.first = cases;
  const Profile profile = op == Op::neuron ? Profile::mlp : Profile::safe;
  for (std::uint64_t index = 0; index < cases; ++index) {
    const Program program = rules_program(profile, index, engine);
    Ways ways;
    ways.any_order = false;
    const Trace right = trace_by_rules(program, engine, ways);
    ways.scaled = op;
    ways.ulps = 1;
    const Trace wrong = trace_by_rules(program, engine, ways);
    bool differs = false;
    for (NodeId node = 0; node < program.code.size(); ++node) {
      differs |= right.after[0].nodes[node].grad != wrong.after[0].nodes[node].grad;
    }
    if (!differs) continue;
    ++power.affected;
    if (judge_local(program, wrong, judged).verdict != Verdict::disagree) continue;
    if (power.found++ == 0) power.first = index;
  }
  return power;
}

TEST(OracleLocalRules, find_one_ulp_in_each_op_and_form) {
  constexpr std::uint64_t kCases = kSanitized ? 300 : 1'000;
  for (const unsigned bits : {53u, 24u}) {
    for (unsigned which = 0; which < 4; ++which) {
      const Capabilities engine = with_forms(rules_with(bits), which);
      for (std::size_t k = 1; k < kOpCount; ++k) {
        const Op op = static_cast<Op>(k);
        const RulePower power = rule_power_of(op, engine, engine, kCases);
        std::printf("local: %u bits, forms %u, %-10s one ulp, %5.1f %% of %4llu, first at %llu\n",
                    bits, which, std::string(info(op).name).c_str(),
                    100 * static_cast<double>(power.found) / static_cast<double>(power.affected),
                    static_cast<unsigned long long>(power.affected),
                    static_cast<unsigned long long>(power.first));
        EXPECT_LT(power.first, kCases) << info(op).name << ", forms " << which;
      }
    }
  }
}

// One op between two inputs and a product that gives it a gradient of g; what its operand gets.
Judgement judge_one(const std::string& line, double g, double x, double y, double grad,
                    Capabilities capabilities = rules_with(53)) {
  const std::string text = "%0 = input " + std::to_string(x) + "\n%1 = input " + std::to_string(y) +
                           "\n%2 = " + line + "\n%3 = input " + std::to_string(g) +
                           "\n%4 = mul %2 %3\n";
  const Parsed parsed = parse(text, "test");
  EXPECT_FALSE(parsed.error) << parsed.error->text();
  capabilities = with_forms(capabilities, 0);
  Trace trace = trace_by_rules(parsed.program, capabilities);
  trace.after[0].nodes[0].grad = grad;
  return judge_local(parsed.program, trace, capabilities);
}

TEST(OracleLocalRules, know_the_ramps_and_their_kinks) {
  Capabilities engine = rules_with(53);
  engine.leaky_slope = 0.25;
  engine.leaky_at_zero = 0.5;
  EXPECT_EQ(judge_one("leaky_relu %0", 3, -2, 0, 0.75, engine).verdict, Verdict::agree);
  EXPECT_EQ(judge_one("leaky_relu %0", 3, -2, 0, 3, engine).verdict, Verdict::disagree);
  EXPECT_EQ(judge_one("leaky_relu %0", 3, 0, 0, 1.5, engine).verdict, Verdict::agree);
  EXPECT_EQ(judge_one("leaky_relu %0", 3, 0, 0, 0.75, engine).verdict, Verdict::disagree);
  EXPECT_EQ(judge_one("abs %0", 3, -2, 0, -3, engine).verdict, Verdict::agree);
  EXPECT_EQ(judge_one("abs %0", 3, -2, 0, 3, engine).verdict, Verdict::disagree);
  EXPECT_EQ(judge_one("abs %0", 3, 0, 0, 0, engine).verdict, Verdict::agree);
  EXPECT_EQ(judge_one("abs %0", 3, 0, 0, 3, engine).verdict, Verdict::disagree);
  engine.abs_at_zero = 1;
  EXPECT_EQ(judge_one("abs %0", 3, 0, 0, 3, engine).verdict, Verdict::agree);
}

TEST(OracleLocalRules, know_the_poles_and_the_edges_of_domains) {
  EXPECT_EQ(judge_one("sqrt %0", 1, 0, 0, kInfinity).verdict, Verdict::agree);
  EXPECT_EQ(judge_one("sqrt %0", 1, 0, 0, 0).verdict, Verdict::disagree);
  EXPECT_EQ(judge_one("sqrt %0", 1, 0, 0, -kInfinity).verdict, Verdict::disagree);
  EXPECT_EQ(judge_one("div %0 %1", -1, 1, 0, -kInfinity).verdict, Verdict::agree);
  EXPECT_EQ(judge_one("div %0 %1", -1, 1, 0, kNoNumber).verdict, Verdict::disagree);
  EXPECT_EQ(judge_one("powv %0 %1", 1, 0, 2, 0).verdict, Verdict::agree);
  EXPECT_EQ(judge_one("powv %0 %1", 1, 0, 2, kNoNumber).verdict, Verdict::disagree);
  // 0 0^-1 as 0 * inf: a hole in the formula, where the derivative is 0.
  const Judgement hole = judge_one("powv %0 %1", 1, 0, 0, kNoNumber);
  EXPECT_EQ(hole.verdict, Verdict::disagree);
  EXPECT_EQ(hole.kind, Kind::edge);
}

TEST(OracleLocalRules, refuse_what_overflows_where_the_function_does_not) {
  for (const double x : {-800.0, -400.0, 50.0, 400.0, 800.0}) {
    EXPECT_EQ(judge_one("tanh %0", 1, x, 0, kNoNumber).verdict, Verdict::disagree) << x;
    EXPECT_EQ(judge_one("sigmoid %0", 1, x, 0, kNoNumber).verdict, Verdict::disagree) << x;
  }
}

TEST(OracleLocalRules, judge_a_second_backward_of_every_op) {
  for (const unsigned bits : {53u, 24u}) {
    const Capabilities engine = with_forms(rules_with(bits), 1);
    for (std::uint64_t index = 0; index < 500; ++index) {
      const Program program = rules_program(Profile::safe, index, engine);
      const auto root = static_cast<NodeId>(program.code.size() - 1);
      Ways ways;
      const Trace first = trace_by_rules(program, engine, ways);
      ways.before = first.after[0].nodes;
      Trace second = trace_by_rules(program, engine, ways);
      Capabilities adds = engine;
      adds.second_backward = SecondBackward::accumulates;
      const Sweep sweep = {root, first.after[0].nodes, second.after[0].nodes};
      ASSERT_EQ(judge_sweep(program, sweep, adds).verdict, Verdict::agree) << print(program);
      const Sweep fresh = {root, first.after[0].nodes, first.after[0].nodes};
      adds.second_backward = SecondBackward::resets;
      ASSERT_EQ(judge_sweep(program, fresh, adds).verdict, Verdict::agree) << print(program);
    }
  }
}

TEST(OracleLocalRules, say_that_forward_mode_has_no_adjoints) {
  Capabilities engine = rules_with(53);
  engine.mode = Mode::forward;
  const Judgement judgement = judge_one("tanh %0", 1, 0.5, 0, 0.5, engine);
  EXPECT_EQ(judgement.verdict, Verdict::inconclusive);
  EXPECT_EQ(judgement.message, "the engine differentiates in forward mode");
}

}  // namespace
}  // namespace cradle
