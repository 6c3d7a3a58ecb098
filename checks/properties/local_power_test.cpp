// What the local oracle can see: one ulp too much in any one rule of a real engine, found by random
// programs of the default mix within a hundred of them, whatever the seed.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/local.h"
#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

constexpr std::uint64_t kProgramsMax = 100;
constexpr std::uint64_t kSeeds = 5;

Program program_of(std::uint64_t seed, std::uint64_t index, const Capabilities& capabilities) {
  SeedChoices choices(case_seed(seed, 0, index));
  GenerateOptions options;
  options.profile = draw_profile(choices);
  options.ops = capabilities.ops;
  return generate(choices, options);
}

// The first of a hundred programs on which the engine disagrees.
std::optional<std::uint64_t> first_found(const cradle_engine& engine, std::uint64_t seed,
                                         Judgement& judgement) {
  const Capabilities capabilities = capabilities_of(engine);
  for (std::uint64_t index = 0; index < kProgramsMax; ++index) {
    const Program program = program_of(seed, index, capabilities);
    judgement = judge_local(program, run(program, engine), capabilities);
    if (judgement.verdict == Verdict::disagree) return index;
  }
  return std::nullopt;
}

TEST(LocalPower, finds_one_ulp_in_each_rule_within_100_programs) {
  for (const char* op : {"add", "mul", "pow", "exp", "log", "relu"}) {
    const cradle_engine* engine = find_engine(std::string("faulty:scale_") + op);
    ASSERT_NE(engine, nullptr) << op;
    std::string firsts;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      Judgement judgement;
      const auto first = first_found(*engine, seed, judgement);
      EXPECT_TRUE(first.has_value()) << op << ", seed " << seed;
      if (!first) continue;
      firsts += ' ' + std::to_string(*first);
    }
    std::printf("local: scale_%s, first program found, seeds 1 to 5:%s\n", op, firsts.c_str());
  }
}

TEST(LocalPower, finds_nothing_in_the_engine_without_the_bug) {
  for (const char* name : {"textbook", "microcrad"}) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      Judgement judgement;
      EXPECT_FALSE(first_found(*find_engine(name), seed, judgement).has_value())
          << name << ", seed " << seed << ": " << judgement.message;
    }
  }
}

}  // namespace
}  // namespace cradle
