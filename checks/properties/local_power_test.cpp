// What the local oracle can see: one ulp too much in any one rule of a real engine, found by random
// programs of the default mix within a hundred of them, whatever the seed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/local.h"
#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/text.h"
#include "checks/properties/rules_by_hand.h"

namespace cradle {
namespace {

constexpr std::uint64_t kProgramsMax = 100;
constexpr std::uint64_t kSeeds = 5;

Program drawn_program(std::uint64_t seed, std::uint64_t index, const Capabilities& capabilities) {
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
    const Program program = drawn_program(seed, index, capabilities);
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

// The engine of every op, with forms that are known or not, on graphs of about 124 nodes.
std::vector<Program> large_graphs(std::size_t count) {
  std::vector<Program> graphs;
  for (std::uint64_t index = 0; graphs.size() < count; ++index) {
    SeedChoices choices(case_seed(99, 0, index));
    GenerateOptions options;
    options.ops = kAllOps & ~bit(Op::neuron);
    Program program = generate(choices, options);
    if (program.code.size() >= 100 && program.code.size() <= 150) graphs.push_back(program);
  }
  return graphs;
}

bool gradients_agree(const Trace& lhs, const Trace& rhs) {
  const std::vector<NodeState>& nodes = lhs.after[0].nodes;
  return std::equal(nodes.begin(), nodes.end(), rhs.after[0].nodes.begin(),
                    [](const NodeState& a, const NodeState& b) { return a.grad == b.grad; });
}

TEST(LocalPower, finds_one_ulp_in_most_large_graphs_whatever_the_op) {
  Capabilities known = capabilities_of(*find_engine("tape"));
  known.sqrt_form = SqrtForm::output;
  known.powv_form = PowvForm::from_output;
  Capabilities open;
  open.ulps = known.ulps;
  const std::vector<Program> graphs = large_graphs(150);
  for (std::size_t k = 1; k < kOpCount; ++k) {
    const Op op = static_cast<Op>(k);
    unsigned affected = 0;
    unsigned found = 0;
    unsigned found_open = 0;
    for (const Program& program : graphs) {
      Ways ways;
      ways.any_order = false;
      const Trace right = trace_by_rules(program, known, ways);
      ways.scaled = op;
      ways.ulps = 1;
      const Trace wrong = trace_by_rules(program, known, ways);
      if (gradients_agree(right, wrong)) continue;
      ++affected;
      found += judge_local(program, wrong, known).verdict == Verdict::disagree;
      found_open += judge_local(program, wrong, open).verdict == Verdict::disagree;
    }
    if (op == Op::neuron) continue;  // no graph of the safe profile has one
    std::printf("local: one ulp in %-10s of %3u graphs: %5.1f %% form known, %5.1f %% open\n",
                std::string(info(op).name).c_str(), affected, 100.0 * found / affected,
                100.0 * found_open / affected);
    EXPECT_GE(found, affected * 0.8) << info(op).name;
    // Of many graphs 25 % for tanh, which is asked of it here, and 60 % or more for the others
    // (checks/README.md): of these seventy and some, three standard deviations less at the most.
    EXPECT_GE(found_open, affected * (op == Op::tanh ? 0.25 : 0.42)) << info(op).name;
  }
}

}  // namespace
}  // namespace cradle
