// The law this project exists for: an engine's gradients are those of the function, as finite
// differences that know no derivative rule see them. And the law can fail: planted bugs break it,
// with a counterexample that RapidCheck shrinks, through `simpler`, to a few lines.

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/difference.h"
#include "checks/program/simpler.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

Judgement judge(const Program& program, const cradle_engine& engine) {
  return judge_difference(program, run(program, engine), capabilities_of(engine));
}

RC_GTEST_PROP(Gradient, equals_finite_differences_for_pure_programs_on_microcrad,
              (const PureProgram& pure)) {
  const Judgement judgement = judge(pure.program, *find_engine("microcrad"));
  RC_TAG(std::string(name_of(judgement.verdict)));
  if (judgement.verdict == Verdict::disagree) RC_FAIL(judgement.message);
}

TEST(Gradient, equals_finite_differences_in_thousands_of_programs_of_every_profile) {
  const cradle_engine& engine = *find_engine("microcrad");
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    GenerateOptions options;
    options.profile = profile;
    constexpr int kCases = 1000;
    int inconclusive = 0;
    for (std::uint64_t k = 0; k < kCases; ++k) {
      const Program program = sample(options, k);
      const Judgement judgement = judge(program, engine);
      EXPECT_NE(judgement.verdict, Verdict::disagree) << judgement.message << "\n"
                                                      << describe(options, program);
      inconclusive += judgement.verdict == Verdict::inconclusive;
    }
    std::printf("%s: %d of %d inconclusive\n", std::string(name_of(profile)).c_str(), inconclusive,
                kCases);
    const bool tame = profile == Profile::safe || profile == Profile::mlp;
    EXPECT_LE(inconclusive, tame ? kCases / 100 : kCases * 9 / 10) << name_of(profile);
  }
}

// Checks the law on `engine` as RC_GTEST_PROP does, quietly, and returns what came of it.
rc::detail::TestResult check_law(const cradle_engine& engine, std::uint64_t seed) {
  rc::detail::TestParams parameters;
  parameters.seed = seed;
  parameters.maxSuccess = 1000;
  return rc::detail::checkTestable(
      [&](const PureProgram& pure) {
        const Judgement judgement = judge(pure.program, engine);
        if (judgement.verdict == Verdict::disagree) RC_FAIL(judgement.message);
      },
      rc::detail::TestMetadata{}, parameters);
}

// RapidCheck shows the arguments of a law as a tuple: "(text)".
Program counterexample_of(const rc::detail::TestResult& result) {
  std::string text = result.get<rc::detail::FailureResult>().counterExample.at(0).second;
  if (text.starts_with('(')) text = text.substr(1, text.rfind(')') - 1);
  const Parsed parsed = parse(text, "counterexample");
  EXPECT_FALSE(parsed.error) << parsed.error->text() << "\n" << text;
  return parsed.program;
}

TEST(Gradient, the_law_fails_on_planted_bugs_and_shrinks_to_at_most_five_lines) {
  for (const char* const name : {"faulty:scale_mul", "faulty:scale_exp", "faulty:mul_same_operand",
                                 "faulty:overwrite_gradient", "faulty:exp_from_input",
                                 "faulty:pow_without_decrement", "faulty:breadth_first"}) {
    const cradle_engine* const engine = find_engine(name);
    ASSERT_NE(engine, nullptr) << name;
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      const rc::detail::TestResult result = check_law(*engine, seed);
      ASSERT_TRUE(result.is<rc::detail::FailureResult>())
          << name << " was not found, seed " << seed;
      const Program smallest = counterexample_of(result);
      EXPECT_LE(smallest.code.size(), 5u) << name << ", seed " << seed << "\n" << print(smallest);
      EXPECT_EQ(judge(smallest, *engine).verdict, Verdict::disagree) << "what is reported fails";
      for (const Program& simpler_one : simpler(smallest)) {
        EXPECT_NE(judge(simpler_one, *engine).verdict, Verdict::disagree) << "nothing simpler does";
      }
      if (seed == 1) std::printf("%s:\n%s", name, print(smallest).c_str());
    }
  }
}

TEST(Gradient, the_same_check_passes_on_the_engine_without_the_bugs) {
  const rc::detail::TestResult result = check_law(*find_engine("textbook"), 1);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>());
}

}  // namespace
}  // namespace cradle
