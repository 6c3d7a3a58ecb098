// Differences of single ops, for every op of the language: the right derivative passes, one that is
// off by an ulp or two does not, and conventions decide at kinks.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/engines/scaled.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/local.h"
#include "checks/program/numbers.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

constexpr OpSet kScalable = kAllOps & ~bit(Op::input) & ~bit(Op::neuron);

Capabilities tape_capabilities() { return capabilities_of(*find_engine("tape")); }

TEST(OracleDifferenceEdges, agrees_with_every_rule_of_the_reference) {
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    std::uint64_t inconclusive = 0;
    for (std::uint64_t index = 0; index < 1200; ++index) {
      const GenerateOptions options = options_of(profile, kAllOps);
      const Program program = sample(options, index);
      const Trace trace = run(program, *find_engine("tape"));
      Capabilities unknown = tape_capabilities();
      if (index % 2 == 1) {  // whatever forms are declared, or none
        unknown.exp_form = ExpForm::unknown;
        unknown.log_form = LogForm::unknown;
        unknown.pow_form = PowForm::unknown;
        unknown.div_form = DivForm::unknown;
        unknown.tanh_form = TanhForm::unknown;
        unknown.sigmoid_form = SigmoidForm::unknown;
      }
      const Judgement judgement = judge_difference_edges(program, trace, unknown);
      ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message << "\n"
                                                      << describe(options, program);
      inconclusive += judgement.verdict == Verdict::inconclusive ? 1 : 0;
    }
    const bool tame = profile == Profile::safe || profile == Profile::mlp;
    EXPECT_LE(inconclusive, tame ? 1u : 700u) << name_of(profile);
  }
}

// Prints how many affected safe programs tell that one rule is off by `factor`.
TEST(OracleDifferenceEdges, finds_an_ulp_in_every_rule) {
  const GenerateOptions options = options_of(Profile::safe, kScalable);
  for (const double factor : {1 + 0x1p-52, 1 + 1e-14}) {
    for (const OpInfo& row : kOps) {
      if (!contains(kScalable, row.op)) continue;
      std::uint64_t affected = 0;
      std::uint64_t found = 0;
      for (std::uint64_t index = 0; index < 600; ++index) {
        const Program program = sample(options, index);
        const Trace trace = run_scaled(program, {row.op, factor - 1});
        if (!gradients_differ(trace, run(program, *find_engine("tape")))) continue;
        ++affected;
        const Judgement judgement = judge_difference_edges(program, trace, tape_capabilities());
        found += judgement.verdict == Verdict::disagree ? 1 : 0;
      }
      std::printf("edges: %-10s off by %.1e, %llu of %llu\n", std::string(row.name).c_str(),
                  factor - 1, static_cast<unsigned long long>(found),
                  static_cast<unsigned long long>(affected));
      EXPECT_GT(found, 0u) << row.name;
      if (factor > 1 + 5e-15) {
        EXPECT_GT(found * 20, affected * 17) << row.name;
      }
    }
  }
}

Trace with_input_gradient(const Program& program, double gradient) {
  Trace trace = run(program, *find_engine("tape"));
  trace.after.front().nodes[0].grad = gradient;
  return trace;
}

Verdict verdict_of(const Program& program, double gradient, const Capabilities& capabilities) {
  return judge_difference_edges(program, with_input_gradient(program, gradient), capabilities)
      .verdict;
}

TEST(OracleDifferenceEdges, takes_the_declared_convention_at_a_kink_and_no_other) {
  Capabilities capabilities = tape_capabilities();
  capabilities.relu_at_zero = 0.5;
  capabilities.leaky_at_zero = 0.25;
  capabilities.abs_at_zero = 0.125;
  const struct {
    const char* line;
    double at_zero;
  } rows[] = {{"relu", 0.5}, {"leaky_relu", 0.25}, {"abs", 0.125}};
  for (const auto& row : rows) {
    const Program program = program_of(std::string("%0 = input 0\n%1 = ") + row.line + " %0\n");
    EXPECT_EQ(verdict_of(program, row.at_zero, capabilities), Verdict::agree) << row.line;
    for (const double wrong : {0.0, 1.0, -1.0, 0.01, row.at_zero * (1 + 0x1p-52)}) {
      EXPECT_EQ(verdict_of(program, wrong, capabilities), Verdict::disagree) << row.line;
    }
  }
}

TEST(OracleDifferenceEdges, knows_both_sides_of_a_kink) {
  const Capabilities capabilities = tape_capabilities();
  const struct {
    const char* line;
    double below;
  } rows[] = {{"relu", 0}, {"leaky_relu", 0.01}, {"abs", -1}};
  for (const auto& row : rows) {
    const std::string line = std::string("\n%1 = ") + row.line + " %0\n";
    const Program below = program_of("%0 = input -5e-324" + line);
    const Program above = program_of("%0 = input 5e-324" + line);
    EXPECT_EQ(verdict_of(below, row.below, capabilities), Verdict::agree) << row.line;
    EXPECT_EQ(verdict_of(above, 1, capabilities), Verdict::agree) << row.line;
    EXPECT_EQ(verdict_of(below, 1, capabilities), Verdict::disagree) << row.line;
    EXPECT_EQ(verdict_of(above, row.below, capabilities), Verdict::disagree) << row.line;
  }
}

TEST(OracleDifferenceEdges, knows_where_a_slope_vanishes) {
  const Capabilities capabilities = tape_capabilities();
  for (const char* const line : {"cos %0", "pow %0 2", "pow %0 3", "pow %0 8", "pow %0 0"}) {
    const Program program = program_of(std::string("%0 = input 0\n%1 = ") + line + "\n");
    EXPECT_EQ(verdict_of(program, 0, capabilities), Verdict::agree) << line;
    EXPECT_EQ(verdict_of(program, 1e-12, capabilities), Verdict::disagree) << line;
  }
  EXPECT_EQ(verdict_of(program_of("%0 = input 0\n%1 = pow %0 2.5\n"), 0, capabilities),
            Verdict::inconclusive);
}

// Where a function is flat the difference still has its digits.
TEST(OracleDifferenceEdges, keeps_its_power_where_functions_are_flat) {
  for (const char* const line :
       {"tanh %0", "sigmoid %0", "sin %0", "cos %0", "exp %0", "div %1 %0"}) {
    for (const char* const at : {"-30", "-12", "1e-9", "7.5", "12", "1.57"}) {
      const Program program =
          program_of(std::string("%0 = input ") + at + "\n%1 = input 1.5\n%2 = " + line + "\n");
      const Trace right = run(program, *find_engine("tape"));
      const double gradient = right.after.front().nodes[0].grad;
      EXPECT_EQ(verdict_of(program, gradient, tape_capabilities()), Verdict::agree) << line << at;
      const double wrong = gradient + std::fmax(std::fabs(gradient) * 1e-6, 1e-12);
      EXPECT_EQ(verdict_of(program, wrong, tape_capabilities()), Verdict::disagree) << line << at;
    }
  }
}

TEST(OracleDifferenceEdges, judges_binary32_by_its_own_ulps) {
  Capabilities capabilities = tape_capabilities();
  capabilities.precision_bits = 24;
  for (const char* const line : {"tanh", "sigmoid", "sin", "cos", "sqrt", "log", "pow 3"}) {
    const std::string op = line;
    const std::string name = op.substr(0, op.find(' '));
    const std::string rest = op.substr(name.size());
    const Program program =
        program_of("%0 = input 0.699999988079071\n%1 = " + name + " %0" + rest + "\n");
    Trace trace = run(program, *find_engine("tape"));
    std::vector<NodeState>& nodes = trace.after.front().nodes;
    nodes[1].data = static_cast<float>(nodes[1].data);
    const auto right = static_cast<float>(nodes[0].grad);
    nodes[0].grad = right;
    EXPECT_EQ(judge_difference_edges(program, trace, capabilities).verdict, Verdict::agree) << line;
    EXPECT_EQ(judge_difference_edges(program, trace, tape_capabilities()).verdict,
              Verdict::disagree)
        << line;
    nodes[0].grad = right * (1 + 1e-5);
    const Judgement judgement = judge_difference_edges(program, trace, capabilities);
    EXPECT_EQ(judgement.verdict, Verdict::disagree) << line;
    EXPECT_LT(judgement.upper - judgement.lower, 16 * 0x1p-24 * std::fabs(right)) << line;
  }
}

TEST(OracleDifferenceEdges, leaves_engines_without_readable_edges_to_the_inputs) {
  const Program program = program_of("%0 = input 0.5\n%1 = exp %0\n%2 = mul %1 %1\n");
  Trace trace = run(program, *find_engine("tape"));
  trace.after.front().nodes[1].readable = NodeState::kData;
  Capabilities capabilities = tape_capabilities();
  capabilities.interior_readable = false;
  EXPECT_FALSE(has_edges(capabilities));
  EXPECT_EQ(judge_difference_edges(program, trace, capabilities).verdict, Verdict::inconclusive);
  EXPECT_EQ(judge_difference(program, trace, capabilities).verdict, Verdict::agree);
  trace.after.front().nodes[0].grad *= 1 + 1e-13;
  EXPECT_EQ(judge_difference(program, trace, capabilities).verdict, Verdict::disagree);
  capabilities.mode = Mode::forward;
  EXPECT_FALSE(has_edges(capabilities));
}

// Other legal forms, other orders, fused multiply-add, floats, forward mode: inputs and edges.
TEST(OracleDifferenceEdges, agrees_with_healthy_engines_of_every_kind) {
  for (const char* const name : {"tape:alternative", "tape:powers", "tape:depth_first", "tape:fast",
                                 "tape:binary32", "tape:forward", "textbook:fast"}) {
    const cradle_engine& engine = *find_engine(name);
    const Capabilities capabilities = capabilities_of(engine);
    for (const Profile profile : {Profile::safe, Profile::special, Profile::wild}) {
      std::uint64_t inconclusive = 0;
      for (std::uint64_t index = 0; index < 300; ++index) {
        const GenerateOptions options = options_of(profile, capabilities.ops);
        const Program program = in_precision(sample(options, index), capabilities.precision_bits);
        const Judgement judgement = judge_difference(program, run(program, engine), capabilities);
        ASSERT_NE(judgement.verdict, Verdict::disagree) << name << ": " << judgement.message << "\n"
                                                        << describe(options, program);
        inconclusive += judgement.verdict == Verdict::inconclusive ? 1 : 0;
      }
      EXPECT_LE(inconclusive, profile == Profile::safe ? 10u : 250u) << name;
    }
  }
}

// A neuron keeps its result alone: a 0 may come from below the kink, where nothing is passed on, or
// from the kink itself.
TEST(OracleDifferenceEdges, let_a_neuron_of_0_pass_on_nothing_or_what_is_declared_of_0) {
  const Program program = program_of(
      "%0 = input 1\n%1 = input -2\n%2 = input 0\n%3 = neuron %0 %1 %2 1\n"
      "%4 = input 3\n%5 = mul %3 %4\n");
  Trace trace = trace_by_hand(program);
  Capabilities engine = hand_capabilities();
  auto* judge = judge_difference_edges;
  const auto verdict = [&](double gate, double at_zero) {
    engine.relu_at_zero = at_zero;
    std::vector<NodeState>& nodes = trace.after[0].nodes;
    nodes[0].grad = -2 * 3 * gate;
    nodes[1].grad = 3 * gate;
    nodes[2].grad = 3 * gate;
    return judge(program, trace, engine).verdict;
  };
  for (const double at_zero : {0.0, 0.5, 1.0}) {
    EXPECT_EQ(verdict(0, at_zero), Verdict::agree) << at_zero;
    EXPECT_EQ(verdict(at_zero, at_zero), Verdict::agree) << at_zero;
    EXPECT_EQ(verdict(0.25, at_zero), at_zero == 0 ? Verdict::disagree : Verdict::agree) << at_zero;
    EXPECT_EQ(verdict(2, at_zero), Verdict::disagree) << at_zero;
    engine.relu_slope = 0.125;  // below the kink it would not be 0
    EXPECT_EQ(verdict(at_zero, at_zero), Verdict::agree) << at_zero;
    EXPECT_EQ(verdict(0, at_zero), at_zero == 0 ? Verdict::agree : Verdict::disagree) << at_zero;
    engine.relu_slope = 0;
    for (const double sign : {1.0, -1.0}) {  // nothing is exact: no rounding beside it
      EXPECT_EQ(verdict(sign * 0x1p-60, at_zero),
                at_zero > 0 && sign > 0 ? Verdict::agree : Verdict::disagree)
          << at_zero;
    }
  }
  judge = judge_local;  // the same two, and nothing between them
  for (const double slope : {0.0, 0.125}) {
    engine.relu_slope = slope;
    EXPECT_EQ(verdict(0.5, 0.5), Verdict::agree) << slope;
    EXPECT_EQ(verdict(0, 0.5), slope == 0 ? Verdict::agree : Verdict::disagree);
    EXPECT_EQ(verdict(2, 0.5), Verdict::disagree);
  }
}

// Beyond 2^53 the parity of e - 1 is lost, and with it the sign of (-1)^(e-1).
TEST(OracleDifferenceEdges, know_no_sign_of_a_power_whose_exponent_has_no_parity) {
  const Program program = program_of("%0 = input -1\n%1 = pow %0 1152921504606846976\n");
  Trace trace = trace_by_hand(program);
  for (const double sign : {1.0, -1.0}) {
    trace.after[0].nodes[0].grad = sign * 0x1p60;
    for (auto* judge : {judge_difference_edges, judge_difference_edges_by_float128}) {
      EXPECT_EQ(judge(program, trace, hand_capabilities()).verdict, Verdict::inconclusive) << sign;
    }
    EXPECT_NE(judge_local(program, trace, hand_capabilities()).verdict, Verdict::disagree) << sign;
  }
}

// By op_difference.cpp the difference of x^c is wrong by 2^-67 + 2^-73 / c of itself, and four
// times that is more than 2^-53 from c = 2^-18 on down. That it agrees then says little.
TEST(OracleDifferenceEdges, tell_nothing_where_their_own_error_is_more_than_a_rounding) {
  for (int k = 10; k < 40; ++k) {
    Program program = program_of("%0 = input 3\n%1 = pow %0 0.5\n");
    program.code[1].immediate = std::ldexp(1.0, -k);
    const Trace trace = run(program, *find_engine("tape"));
    const Capabilities engine = tape_capabilities();
    EXPECT_EQ(judge_difference_edges(program, trace, engine).verdict,
              k < 18 ? Verdict::agree : Verdict::inconclusive)
        << k;
  }
}

TEST(OracleDifferenceEdges, are_there_where_adjoints_are_and_can_be_read) {
  Capabilities engine = tape_capabilities();
  EXPECT_TRUE(has_edges(engine));
  engine.interior_readable = false;
  EXPECT_FALSE(has_edges(engine));
  engine.interior_readable = true;
  engine.mode = Mode::forward;
  EXPECT_FALSE(has_edges(engine));
}

}  // namespace
}  // namespace cradle
