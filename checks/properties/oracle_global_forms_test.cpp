// GLOBAL passes every legal form of every rule, in binary64 and binary32, backwards and with
// tangents, with the forms known or not; and it sees small errors in each of them.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "checks/oracles/global.h"
#include "checks/program/text.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/forms.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

Program program_for(const Capabilities& engine, Profile profile, std::uint64_t index) {
  const Program program = sample(options_of(profile, kAllOps), index);
  return engine.precision_bits == 24 ? in_floats(program) : program;
}

// Counts what is undecided; fails on the first alarm.
void expect_no_form_alarm(const Capabilities& engine, Profile profile, std::uint64_t case_count,
                          double undecided_max) {
  const Capabilities unknown = with_forms_unknown(engine);
  std::uint64_t undecided = 0;
  for (std::uint64_t index = 0; index < case_count; ++index) {
    const Program program = program_for(engine, profile, index);
    const Trace trace = trace_by_forms(program, engine);
    const Judgement judgement = judge_global(program, trace, engine);
    ASSERT_NE(judgement.verdict, Verdict::disagree)
        << judgement.message << "\n"
        << describe(options_of(profile, kAllOps), program);
    undecided += judgement.verdict == Verdict::inconclusive ? 1 : 0;
    const Judgement union_of_forms = judge_global(program, trace, unknown);
    ASSERT_NE(union_of_forms.verdict, Verdict::disagree)
        << union_of_forms.message << "\n"
        << describe(options_of(profile, kAllOps), program);
  }
  EXPECT_LE(static_cast<double>(undecided), undecided_max * static_cast<double>(case_count))
      << name_of(profile);
}

void expect_no_alarms(Mode mode, unsigned precision_bits, double undecided_max) {
  for (const unsigned variant : {0u, 1u, 2u}) {
    const Capabilities engine = engine_with_forms(variant, mode, precision_bits);
    expect_no_form_alarm(engine, Profile::safe, 4'000, undecided_max);
    expect_no_form_alarm(engine, Profile::mlp, 150, undecided_max);
    expect_no_form_alarm(engine, Profile::special, 3'000, 1);
    expect_no_form_alarm(engine, Profile::wild, 2'000, 1);
  }
}

TEST(OracleGlobalForms, passes_every_form_in_binary64) {
  expect_no_alarms(Mode::reverse, 53, 0.001);
}

// In binary32 cancellation brings values near the kinks and edges far more often.
TEST(OracleGlobalForms, passes_every_form_in_binary32) {
  expect_no_alarms(Mode::reverse, 24, 0.02);
}

TEST(OracleGlobalForms, passes_every_form_with_tangents) {
  expect_no_alarms(Mode::forward, 53, 0.001);
  expect_no_alarms(Mode::forward, 24, 0.02);
}

// One division alone: no other rounding hides one that its rule has and the bound has not.
// A quotient that is rounded correctly is the number next to the true one; another within its ulps.
TEST(OracleGlobalForms, takes_a_division_for_correct_where_it_is_said_to_be) {
  const Program program = program_of("%0 = input 1\n%1 = input 3\n%2 = div %0 %1\n");
  Capabilities engine = engine_with_forms(0);
  engine.div_form = DivForm::quotient;
  const auto radius_in_ulps = [&](double ulps) {
    engine.ulps.div = ulps;
    return global_reference(program, engine).value_radius[2] / 0x1p-54;
  };
  EXPECT_LT(radius_in_ulps(0.5), 0.35);  // 1/3 is a third of an ulp from a number
  EXPECT_NEAR(radius_in_ulps(0.75), 0.75, 0.01);
  EXPECT_NEAR(radius_in_ulps(1), 1, 0.01);
}

TEST(OracleGlobalForms, counts_every_rounding_of_a_division) {
  for (const DivForm form :
       {DivForm::quotient, DivForm::product, DivForm::power, DivForm::reciprocal}) {
    Capabilities engine = engine_with_forms(0);
    engine.div_form = form;
    SeedChoices choices(11);
    for (int k = 0; k < 20'000; ++k) {
      const auto draw = [&] {
        return 1 + std::ldexp(static_cast<double>(choices.below(std::uint64_t{1} << 52)), -52);
      };
      Program program = parse("%0 = input 1\n%1 = input 1\n%2 = div %0 %1\n", "-").program;
      program.code[0].immediate = draw();
      program.code[1].immediate = draw();
      const Trace trace = trace_by_forms(program, engine);
      for (const Capabilities& known : {engine, with_forms_unknown(engine)}) {
        const Judgement judgement = judge_global(program, trace, known);
        ASSERT_EQ(judgement.verdict, Verdict::agree) << judgement.message << '\n' << print(program);
      }
    }
  }
}

bool differ(const Trace& lhs, const Trace& rhs, const Program& program) {
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const double a = lhs.after[0].nodes[node].grad;
    const double b = rhs.after[0].nodes[node].grad;
    if (program.code[node].op == Op::input && a != b && !(std::isnan(a) && std::isnan(b))) {
      return true;
    }
  }
  return false;
}

struct Power {
  std::uint64_t affected = 0;
  std::uint64_t found = 0;
  double share() const {
    return 100.0 * static_cast<double>(found) / static_cast<double>(affected);
  }
};

// Of the programs in which a rule that is off by `delta` changes the gradient of an input, how many
// are refused.
Power power_of(const Capabilities& engine, Op op, double delta, std::uint64_t case_count) {
  Power power;
  const Profile profile = op == Op::neuron ? Profile::mlp : Profile::safe;
  for (std::uint64_t index = 0; index < case_count; ++index) {
    const Program program = program_for(engine, profile, index);
    bool present = false;
    for (const Instruction& line : program.code) present = present || line.op == op;
    if (!present) continue;
    const Trace bent = trace_by_forms(program, engine, {op, 1 + delta});
    if (!differ(bent, trace_by_forms(program, engine), program)) continue;
    ++power.affected;
    if (judge_global(program, bent, engine).verdict == Verdict::disagree) ++power.found;
  }
  return power;
}

constexpr std::array kRules = {Op::add,     Op::sub, Op::mul, Op::div,  Op::neg,        Op::pow,
                               Op::powv,    Op::exp, Op::log, Op::relu, Op::leaky_relu, Op::tanh,
                               Op::sigmoid, Op::sin, Op::cos, Op::sqrt, Op::abs,        Op::neuron};

// Prints the share of affected programs that are refused, at one unit in the last place and above.
void expect_power(const Capabilities& engine, double ulp, std::uint64_t case_count) {
  for (const Op op : kRules) {
    std::printf("%s %u bits: %-10s", engine.mode == Mode::forward ? "forward" : "reverse",
                engine.precision_bits, std::string(info(op).name).c_str());
    for (const double ulps : {1.0, 4.0, 16.0, 256.0}) {
      const Power power = power_of(engine, op, ulps * ulp, op == Op::neuron ? 200 : case_count);
      std::printf(" %5.1f %% at %3.0f ulp", power.share(), ulps);
      ASSERT_GT(power.affected, 10u) << info(op).name;
      if (ulps == 256) {
        EXPECT_GT(power.share(), 60) << info(op).name;
      }
      if (ulps == 16) {
        EXPECT_GT(power.found, 0u) << info(op).name;
      }
    }
    std::printf("\n");
  }
}

TEST(OracleGlobalForms, sees_a_rule_that_is_off_by_a_few_units_in_the_last_place) {
  expect_power(engine_with_forms(0), 0x1p-52, 1'000);
  expect_power(engine_with_forms(1), 0x1p-52, 1'000);
}

TEST(OracleGlobalForms, sees_it_in_binary32_and_with_tangents) {
  expect_power(engine_with_forms(0, Mode::reverse, 24), 0x1p-23, 500);
  expect_power(engine_with_forms(2, Mode::forward), 0x1p-52, 500);
}

}  // namespace
}  // namespace cradle
