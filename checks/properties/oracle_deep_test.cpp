// MPFR as the judge of the other oracles: their reference stands, one that is bent is found.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/deep.h"
#include "checks/oracles/mpfr_gradient.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

TEST(OracleDeep, finds_the_reference_within_a_hundredth_of_its_radius) {
  const cradle_engine& engine = *find_engine("tape");
  const Capabilities capabilities = capabilities_of(engine);
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    GenerateOptions options;
    options.profile = profile;
    options.ops = kAllOps;
    options.nodes_max = 40;
    double of_reference = 0;
    double of_difference = 0;
    std::size_t decided = 0;
    std::size_t beyond_mpfr = 0;
    const std::uint64_t cases = profile == Profile::safe ? 100 : 20;
    for (std::uint64_t index = 0; index < cases; ++index) {
      const Program program = sample(options, index);
      const Judgement judgement = judge_deep(program, run(program, engine), capabilities);
      ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message << "\n"
                                                      << describe(options, program);
      const Deviation deviation =
          deviation_of(program, global_reference(program, capabilities), capabilities);
      decided += deviation.decided ? 1 : 0;
      beyond_mpfr += deviation.reason.find("do not resolve") != std::string::npos ? 1 : 0;
      of_reference = std::fmax(of_reference, deviation.of_reference);
      of_difference = std::fmax(of_difference, deviation.of_difference);
    }
    std::printf(
        "deep: %s, %zu of %llu decided, reference off by %.1e radii, differences by %.1e "
        "of their error\n",
        std::string(name_of(profile)).c_str(), decided, static_cast<unsigned long long>(cases),
        of_reference, of_difference);
    EXPECT_GT(decided, cases / 4) << name_of(profile);
    // Of long programs some inputs count so little that 150 digits tell nothing: that is said.
    EXPECT_EQ(beyond_mpfr > 0, profile == Profile::safe) << name_of(profile);
  }
}

TEST(OracleDeep, judges_each_gradient_that_can_be_read) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = program_of("%0 = input 0.5\n%1 = input 1.25\n%2 = mul %0 %1\n");
  Trace trace = run(program, engine);
  trace.after.front().nodes[0].readable = NodeState::kData;
  EXPECT_EQ(judge_deep(program, trace, capabilities).verdict, Verdict::agree);
  trace.after.front().nodes[1].grad = 0.75;
  const Judgement judgement = judge_deep(program, trace, capabilities);
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.node, 1u);
}

TEST(OracleDeep, catches_a_reference_that_is_bent) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = program_of(
      "%0 = input 0.5\n%1 = input 1.25\n%2 = mul %0 %1\n%3 = exp %2\n%4 = add %3 %2\n%5 = log "
      "%4\n");
  const Trace trace = run(program, engine);
  const GlobalReference right = global_reference(program, capabilities);
  ASSERT_TRUE(right.decided);
  EXPECT_EQ(judge_deep_by(right, program, trace, capabilities).verdict, Verdict::agree);
  GlobalReference bent = right;
  bent.gradient[1] += Float128(0.011) * bent.gradient_radius[1];
  const Judgement judgement = judge_deep_by(bent, program, trace, capabilities);
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.kind, Kind::gradient);
  EXPECT_EQ(judgement.node, 1u);
  EXPECT_NE(judgement.message.find("harness"), std::string::npos) << judgement.message;
  bent = right;
  bent.gradient[1] += Float128(0.009) * bent.gradient_radius[1];
  EXPECT_EQ(judge_deep_by(bent, program, trace, capabilities).verdict, Verdict::agree);
  // A value that is off moves the centre of the difference quotients.
  bent = right;
  bent.value[0] *= Float128(1 + 0x1p-50);
  EXPECT_EQ(judge_deep_by(bent, program, trace, capabilities).verdict, Verdict::disagree);
}

// An input of 0 is no unit for a step: 1 is.
TEST(OracleDeep, takes_differences_from_an_input_of_0_too) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = program_of("%0 = input 0\n%1 = exp %0\n");
  const Trace trace = run(program, engine);
  GlobalReference bent = global_reference(program, capabilities);
  EXPECT_EQ(judge_deep_by(bent, program, trace, capabilities).verdict, Verdict::agree);
  bent.value[0] = 0x1p-50;
  EXPECT_EQ(judge_deep_by(bent, program, trace, capabilities).verdict, Verdict::disagree);
}

// Numbers from one end of the doubles to the other: a step of one of them must not be lost beside
// another, nor a logarithm of what is 1 to 64 bits.
TEST(OracleDeep, resolves_what_is_lost_in_fewer_digits) {
  const Capabilities capabilities = capabilities_of(*find_engine("tape"));
  for (const char* const text :
       {"%0 = input -2.6759486884634883e-252\n%1 = input 3e237\n%2 = sub %0 %1\n",
        "%0 = input 5e-324\n%1 = cos %0\n%2 = add %1 %1\n",
        "%0 = input 1e20\n%1 = mul %0 %0\n%2 = mul %1 %1\n%3 = input 1.5\n%4 = add %3 %2\n"
        "%5 = sub %4 %2\n",
        "%0 = input 1.5\n%1 = input 1e-215\n%2 = powv %0 %1\n%3 = powv %2 %0\n%4 = sqrt %3\n"}) {
    const Program program = program_of(text);
    const GlobalReference reference = global_reference(program, capabilities);
    const Deviation deviation = deviation_of(program, reference, capabilities);
    ASSERT_TRUE(deviation.decided) << text << deviation.reason;
    EXPECT_LE(deviation.of_reference, kDeviationMax) << text;
    EXPECT_LE(deviation.of_difference, 1) << text;
  }
}

// Of a line the two differences are one number: what is left is what MPFR's own digits lose.
TEST(OracleDeep, states_what_rounding_may_have_made_of_a_line) {
  const Program program = program_of("%0 = input 3\n%1 = input 0.1\n%2 = mul %0 %1\n");
  const Capabilities capabilities = capabilities_of(*find_engine("tape"));
  for (const MpfrPrecision precision : {MpfrPrecision::tame, MpfrPrecision::wild}) {
    const MpfrGradients truth = mpfr_gradients(program, capabilities, precision, 64);
    ASSERT_EQ(truth.size(), 2u);
    EXPECT_GT(truth[0].error, 0);
    EXPECT_LT(truth[0].error, 1e-30);
    EXPECT_LE(fabs(truth[0].gradient - Float128(0.1)), truth[0].error);
  }
}

TEST(OracleDeep, catches_an_engine_that_is_off) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = program_of("%0 = input 0.5\n%1 = log %0\n%2 = exp %0\n%3 = mul %1 %2\n");
  Trace trace = run(program, engine);
  EXPECT_EQ(judge_deep(program, trace, capabilities).verdict, Verdict::agree);
  trace.after.front().nodes[0].grad *= 1 + 1e-14;
  const Judgement judgement = judge_deep(program, trace, capabilities);
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.message.find("harness"), std::string::npos) << judgement.message;
}

// Beside a 1 the digits of the tamer precision end before a gradient of 1e-100 begins.
TEST(OracleDeep, catches_an_engine_that_is_off_where_gradients_are_small) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = program_of(
      "%0 = input 0.7\n%1 = input 1e-100\n%2 = mul %0 %1\n%3 = input 1\n%4 = add %2 %3\n");
  Trace trace = run(program, engine);
  EXPECT_EQ(judge_deep(program, trace, capabilities).verdict, Verdict::agree);
  trace.after.front().nodes[0].grad *= 1 + 1e-14;
  EXPECT_EQ(judge_deep(program, trace, capabilities).verdict, Verdict::disagree);
}

TEST(OracleDeep, freezes_branches_and_knows_every_op) {
  Capabilities capabilities;
  capabilities.abs_at_zero = 0.5;
  const struct {
    const char* line;
    double at;
    double slope;
  } rows[] = {{"abs %0", 0, 0.5},
              {"abs %0", -1e-300, -1},
              {"relu %0", 1e-300, 1},
              {"leaky_relu %0", -2, 0.01},
              {"tanh %0", 0, 1},
              {"sigmoid %0", 0, 0.25},
              {"sin %0", 0, 1},
              {"cos %0", 0, 0},
              {"sqrt %0", 4, 0.25},
              {"powv %0 %1", 3, 6},
              {"powv %1 %0", 0, std::log(2.0)},
              {"div %1 %0", 2, -0.5},
              {"pow %0 3", -2, 12},
              {"neg %0", 7, -1}};
  for (const auto& row : rows) {
    const Program program =
        program_of("%0 = input " + print(row.at) + "\n%1 = input 2\n%2 = " + row.line + "\n");
    for (const MpfrPrecision precision : {MpfrPrecision::tame, MpfrPrecision::wild}) {
      const MpfrGradients found = mpfr_gradients(program, capabilities, precision, 8);
      EXPECT_EQ(static_cast<double>(found.at(0).gradient), row.slope) << row.line;
      EXPECT_LE(found[0].error, Float128(1e-40)) << row.line;
    }
  }
}

}  // namespace
}  // namespace cradle
