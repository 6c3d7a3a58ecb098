// Differences, and GLOBAL's radius that they are judged by: no alarm on a right engine, wrong rules
// found.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "checks/oracles/difference.h"
#include "checks/oracles/global.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

using Oracle = Judgement (*)(const Program&, const Trace&, const Capabilities&);

struct NamedOracle {
  const char* name;
  Oracle oracle;
};
constexpr NamedOracle kOracles[] = {{"global", judge_global},
                                    {"inputs", judge_difference_inputs},
                                    {"edges", judge_difference_edges}};

void expect_no_alarm(const Hand& hand, Profile profile, std::uint64_t case_count,
                     std::uint64_t inconclusive_max) {
  for (const NamedOracle& row : kOracles) {
    std::uint64_t inconclusive = 0;
    for (std::uint64_t index = 0; index < case_count; ++index) {
      const Program program = sample(options_of(profile, hand_capabilities().ops), index);
      const Judgement judgement =
          row.oracle(program, trace_by_hand(program, hand), hand_capabilities());
      ASSERT_NE(judgement.verdict, Verdict::disagree)
          << row.name << ": " << judgement.message << "\n"
          << describe(options_of(profile, hand_capabilities().ops), program);
      inconclusive += judgement.verdict == Verdict::inconclusive ? 1 : 0;
    }
    EXPECT_LE(inconclusive, inconclusive_max) << row.name << ", " << name_of(profile);
  }
}

TEST(OracleDifference, agrees_with_a_plain_engine_and_is_conclusive_on_safe_programs) {
  for (const bool fused : {false, true}) {
    Hand hand;
    hand.fused = hand.ascending = fused;
    expect_no_alarm(hand, Profile::safe, 4'000, 4);
    expect_no_alarm(hand, Profile::mlp, 1'000, 10);
  }
}

TEST(OracleDifference, agrees_with_a_plain_engine_at_edges_and_kinks) {
  expect_no_alarm({}, Profile::special, 8'000, 8'000);
  expect_no_alarm({}, Profile::wild, 4'000, 4'000);
}

// Prints the share of affected safe programs in which a rule that is off by `factor` is found.
TEST(OracleDifference, finds_a_wrong_rule) {
  for (const double factor : {1 + 0x1p-52, 1 + 1e-13, 1 + 1e-6}) {
    for (const Op op : {Op::add, Op::mul, Op::exp, Op::log, Op::pow, Op::relu}) {
      for (const NamedOracle& row : kOracles) {
        std::uint64_t affected = 0;
        std::uint64_t found = 0;
        for (std::uint64_t index = 0; index < 300; ++index) {
          const Program program = sample(options_of(Profile::safe, hand_capabilities().ops), index);
          Hand hand;
          hand.scaled = op;
          hand.factor = factor;
          const Trace trace = trace_by_hand(program, hand);
          if (!gradients_differ(trace, trace_by_hand(program))) continue;
          ++affected;
          const Judgement judgement = row.oracle(program, trace, hand_capabilities());
          found += judgement.verdict == Verdict::disagree ? 1 : 0;
        }
        std::printf("%s: %-4s off by %.1e, %llu of %llu\n", row.name,
                    std::string(info(op).name).c_str(), factor - 1,
                    static_cast<unsigned long long>(found),
                    static_cast<unsigned long long>(affected));
        if (factor > 1 + 1e-14) {
          EXPECT_GT(found * 10, affected * 8) << row.name;
        }
      }
    }
  }
}

TEST(OracleDifference, finds_what_a_rule_mistyped_twice_would_hide) {
  // A derivative of log that is 1 / (x + 1e-8), as one engine had it.
  const Program program = program_of("%0 = input 0.5\n%1 = log %0\n");
  Trace trace = trace_by_hand(program);
  EXPECT_EQ(judge_difference(program, trace, hand_capabilities()).verdict, Verdict::agree);
  trace.after[0].nodes[0].grad = 1 / (0.5 + 1e-8);
  for (const NamedOracle& row : kOracles) {
    const Judgement judgement = row.oracle(program, trace, hand_capabilities());
    EXPECT_EQ(judgement.verdict, Verdict::disagree) << row.name;
    EXPECT_EQ(judgement.node, 0u);
    EXPECT_EQ(judgement.expected, 2);
    EXPECT_LT(judgement.upper - judgement.lower, 1e-14);
  }
}

// Nine inputs: one direction through all of them must still see each.
TEST(OracleDifference, hides_no_input_behind_another_when_there_are_many) {
  std::string text;
  for (int k = 0; k < 9; ++k) {
    text += "%" + std::to_string(k) + " = input " + print(std::ldexp(1.1, -k)) + "\n";
  }
  text += "%9 = mul %0 %1\n";
  for (int k = 2; k < 9; ++k) {
    text += "%" + std::to_string(k + 8) + " = " + (k % 2 == 0 ? "add" : "mul") + " %" +
            std::to_string(k + 7) + " %" + std::to_string(k) + "\n";
  }
  const Program program = program_of(text);
  const Trace right = trace_by_hand(program);
  EXPECT_EQ(judge_difference_inputs(program, right, hand_capabilities()).verdict, Verdict::agree);
  const GlobalReference reference = global_reference(program, hand_capabilities());
  for (NodeId node = 0; node < 9; ++node) {
    const double radius = reference.gradient_radius[node];
    if (radius == 0) continue;
    Trace trace = right;
    trace.after[0].nodes[node].grad += 40 * radius;
    EXPECT_EQ(judge_difference_inputs(program, trace, hand_capabilities()).verdict,
              Verdict::disagree)
        << node;
  }
}

// What GLOBAL refuses by a tenth of its radius the differences refuse, too, knowing no rule.
TEST(OracleDifference, is_as_sharp_as_global) {
  std::uint64_t asked = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t index = 0; index < 2'000; ++index) {
    const Program program = sample(options_of(Profile::safe, hand_capabilities().ops), index);
    const GlobalReference reference = global_reference(program, hand_capabilities());
    if (!reference.decided) continue;
    Trace trace = trace_by_hand(program);
    std::vector<NodeState>& nodes = trace.after[0].nodes;
    std::size_t inputs = 0;
    for (const Instruction& line : program.code) inputs += line.op == Op::input ? 1 : 0;
    for (NodeId node = 0; node < nodes.size() && inputs <= 8; ++node) {
      const double radius = reference.gradient_radius[node];
      if (program.code[node].op != Op::input || radius == 0) continue;
      const double right = nodes[node].grad;
      nodes[node].grad = static_cast<double>(reference.gradient[node] + Float128(1.1) * radius);
      if (judge_global(program, trace, hand_capabilities()).verdict == Verdict::disagree) {
        ++asked;
        const Judgement judgement = judge_difference_inputs(program, trace, hand_capabilities());
        refused += judgement.verdict == Verdict::disagree ? 1 : 0;
      }
      nodes[node].grad = right;
    }
  }
  std::printf("inputs: 1.1 radii off, %llu of %llu\n", static_cast<unsigned long long>(refused),
              static_cast<unsigned long long>(asked));
  EXPECT_GT(asked, 1'500u);
  EXPECT_GE(refused * 1000, asked * 999);
}

TEST(OracleDifference, freezes_branches_at_the_centre) {
  // 1e-13 above the kink: a step across it would see half of the slope.
  const Program near = program_of("%0 = input 1e-13\n%1 = relu %0\n%2 = input 1\n%3 = add %1 %2\n");
  EXPECT_EQ(judge_difference(near, trace_by_hand(near), hand_capabilities()).verdict,
            Verdict::agree);
  const Program kink = program_of("%0 = input 0\n%1 = relu %0\n%2 = exp %1\n");
  Trace trace = trace_by_hand(kink);
  EXPECT_EQ(judge_difference(kink, trace, hand_capabilities()).verdict, Verdict::agree);
  trace.after[0].nodes[0].grad = 1;
  EXPECT_EQ(judge_difference(kink, trace, hand_capabilities()).verdict, Verdict::disagree);
  Capabilities capabilities = hand_capabilities();
  capabilities.relu_at_zero = 1;
  EXPECT_EQ(judge_difference(kink, trace, capabilities).verdict, Verdict::agree);
}

TEST(OracleDifference, is_inconclusive_where_a_correct_engine_may_take_either_side) {
  // 0.1 + 0.2 - 0.3 is 0 or an ulp: so is the argument of relu, of log, of pow.
  const std::string zero =
      "%0 = input 0.1\n%1 = input 0.2\n%2 = add %0 %1\n%3 = input -0.3\n%4 = add %2 %3\n";
  for (const char* const line : {"relu %4", "log %4", "pow %4 -1"}) {
    const Program program = program_of(zero + "%5 = " + line + "\n");
    const Trace trace = trace_by_hand(program);
    EXPECT_EQ(judge_global(program, trace, hand_capabilities()).verdict, Verdict::inconclusive);
    EXPECT_EQ(judge_difference_inputs(program, trace, hand_capabilities()).verdict,
              Verdict::inconclusive);
    // One op at a time it is decided by the engine's own value.
    EXPECT_EQ(judge_difference_edges(program, trace, hand_capabilities()).verdict, Verdict::agree)
        << line;
    EXPECT_EQ(judge_difference(program, trace, hand_capabilities()).verdict, Verdict::inconclusive);
    Trace wrong = trace;
    wrong.after[0].nodes[1].grad = 2 * trace.after[0].nodes[1].grad + 1;
    EXPECT_EQ(judge_difference(program, wrong, hand_capabilities()).verdict, Verdict::disagree);
  }
  const Program huge = program_of("%0 = input 1e200\n%1 = mul %0 %0\n");
  EXPECT_EQ(judge_global(huge, trace_by_hand(huge), hand_capabilities()).verdict,
            Verdict::inconclusive);
}

TEST(OracleGlobal, has_no_radius_where_every_operation_is_exact) {
  const Program program =
      program_of("%0 = input 3\n%1 = input 5\n%2 = mul %0 %1\n%3 = add %2 %0\n%4 = relu %3\n");
  const GlobalReference reference = global_reference(program, hand_capabilities());
  ASSERT_TRUE(reference.decided);
  EXPECT_EQ(reference.gradient[0], 6);
  EXPECT_EQ(reference.value_radius[4], 0);
  EXPECT_LT(reference.gradient_radius[0], 1e-14);
}

}  // namespace
}  // namespace cradle
