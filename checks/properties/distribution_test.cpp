// What generated programs look like. The figures are printed, and floors are asserted: a generator
// that stops making what finds bugs passes every other law.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "checks/program/execute.h"
#include "checks/program/generate.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

constexpr std::uint64_t kDistributionCases = 20'000;

struct Figures {
  std::array<std::uint64_t, kOpCount> ops = {};
  std::array<std::uint64_t, kVerbCount> verbs = {};
  std::uint64_t nodes = 0;
  std::uint64_t reached = 0;                // nodes that feed the last one
  std::uint64_t same_operands = 0;          // x + x, x * x
  std::uint64_t shared = 0;                 // nodes used more than once
  std::uint64_t closed = 0;                 // relus of a negative number
  std::uint64_t closed_computed = 0;        // of those, of a node that is no input
  std::uint64_t finite = 0;                 // programs all of whose values are
  std::array<std::uint64_t, 5> sizes = {};  // up to 5, 10, 25, 64, more
};

void add_values(const Program& program, Figures& figures) {
  const std::vector<double> values = execute<double>(program);
  bool finite = true;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    finite = finite && std::isfinite(values[node]);
    const Instruction& instruction = program.code[node];
    if (instruction.op != Op::relu || !(values[instruction.operands[0]] < 0)) continue;
    ++figures.closed;
    figures.closed_computed += program.code[instruction.operands[0]].op != Op::input;
  }
  figures.finite += finite;
}

void add(const Program& program, Figures& figures) {
  const std::size_t size = program.code.size();
  figures.nodes += size;
  ++figures.sizes[size <= 5 ? 0 : size <= 10 ? 1 : size <= 25 ? 2 : size <= 64 ? 3 : 4];
  std::vector<int> uses(size, 0);
  for (const Instruction& instruction : program.code) {
    ++figures.ops[static_cast<std::size_t>(instruction.op)];
    for_each_operand(instruction, [&](std::uint32_t, NodeId node) { ++uses[node]; });
    figures.same_operands +=
        info(instruction.op).arity == 2 && instruction.operands[0] == instruction.operands[1];
  }
  for (const int count : uses) figures.shared += count > 1;
  for (const bool reaches : reaching(program, static_cast<NodeId>(size - 1))) {
    figures.reached += reaches;
  }
  for (const Action& action : program.actions)
    ++figures.verbs[static_cast<std::size_t>(action.verb)];
  add_values(program, figures);
}

Figures measure(const GenerateOptions& options, bool mixed) {
  Figures figures;
  for (std::uint64_t k = 0; k < kDistributionCases; ++k) {
    GenerateOptions one = options;
    SeedChoices choices(case_seed(kSampleSeed, 100, k));
    if (mixed) one.profile = draw_profile(choices);
    add(generate(choices, one), figures);
  }
  return figures;
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return 100 * static_cast<double>(part) / static_cast<double>(whole);
}

void show(const std::string& title, const Figures& figures) {
  std::printf("%s: %.1f nodes a program; up to 5, 10, 25, 64, more nodes:", title.c_str(),
              static_cast<double>(figures.nodes) / kDistributionCases);
  for (const std::uint64_t count : figures.sizes)
    std::printf(" %.1f", percent(count, kDistributionCases));
  std::printf(
      " %%\n  all finite %.1f %%, nodes reaching the last %.1f %%, used twice or more %.1f %%, "
      "same operands %.2f %%, closed relus %.2f %% (of computed nodes %.2f %%)\n  ops:",
      percent(figures.finite, kDistributionCases), percent(figures.reached, figures.nodes),
      percent(figures.shared, figures.nodes), percent(figures.same_operands, figures.nodes),
      percent(figures.closed, figures.nodes), percent(figures.closed_computed, figures.nodes));
  for (const OpInfo& row : kOps) {
    const std::uint64_t count = figures.ops[static_cast<std::size_t>(row.op)];
    if (count > 0) {
      std::printf(" %s %.1f", std::string(row.name).c_str(), percent(count, figures.nodes));
    }
  }
  std::printf(" %%\n");
  for (const VerbInfo& row : kVerbs) {
    const std::uint64_t count = figures.verbs[static_cast<std::size_t>(row.verb)];
    if (count > 0) {
      std::printf("  %s %.2f a program", std::string(row.name).c_str(),
                  static_cast<double>(count) / kDistributionCases);
    }
  }
  std::printf("\n");
}

void expect_every_op(const Figures& figures, OpSet ops, double floor_percent) {
  for (const OpInfo& row : kOps) {
    if (!contains(ops, row.op)) continue;
    EXPECT_GE(percent(figures.ops[static_cast<std::size_t>(row.op)], figures.nodes), floor_percent)
        << row.name;
  }
}

void expect_interesting_shapes(const Figures& figures) {
  EXPECT_GT(percent(figures.reached, figures.nodes), 80) << "what does not reach shows little";
  EXPECT_GT(percent(figures.shared, figures.nodes), 10);
  EXPECT_GT(percent(figures.same_operands, figures.nodes), 1);
  EXPECT_GT(percent(figures.sizes[0], kDistributionCases), 5)
      << "programs that can be read at a glance";
  EXPECT_GT(percent(figures.sizes[4], kDistributionCases), 1) << "programs that fill tables";
}

TEST(Distribution, pure_programs_of_the_default_mix_are_worth_checking) {
  const std::vector<std::pair<OpSet, double>> sets = {{kSpecificationOps, 1}, {kAllOps, 0.4}};
  for (const auto& [ops, floor_percent] : sets) {
    GenerateOptions options;
    options.ops = ops;
    const Figures figures = measure(options, true);
    show(ops == kAllOps ? "mix, all ops" : "mix, microcrad's ops", figures);
    expect_every_op(figures, ops, floor_percent);
    expect_interesting_shapes(figures);
    EXPECT_GT(percent(figures.finite, kDistributionCases), 70)
        << "non-finite graphs hide what they contain";
    EXPECT_LT(percent(figures.finite, kDistributionCases), 97) << "but they occur";
  }
}

TEST(Distribution, every_profile_makes_what_it_is_named_after) {
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    GenerateOptions options;
    options.profile = profile;
    const Figures figures = measure(options, false);
    show(std::string(name_of(profile)) + ", microcrad's ops", figures);
    const bool tame = profile == Profile::safe || profile == Profile::mlp;
    if (tame) {
      EXPECT_EQ(figures.finite, kDistributionCases);
      EXPECT_GT(figures.closed_computed, kDistributionCases / 10)
          << "a relu that is closed far from an input";
    }
    if (!tame) {
      EXPECT_LT(percent(figures.finite, kDistributionCases), 90) << name_of(profile);
    }
    EXPECT_GT(percent(figures.finite, kDistributionCases), 15) << name_of(profile);
  }
}

TEST(Distribution, lifetime_programs_act) {
  GenerateOptions options;
  options.verbs = kAllVerbs;
  const Figures figures = measure(options, false);
  show("lifetime, all verbs", figures);
  for (const VerbInfo& row : kVerbs) {
    EXPECT_GT(figures.verbs[static_cast<std::size_t>(row.verb)], kDistributionCases / 20)
        << row.name;
  }
  EXPECT_GT(figures.verbs[static_cast<std::size_t>(Verb::backward)], kDistributionCases);
  EXPECT_GT(figures.verbs[static_cast<std::size_t>(Verb::release)], kDistributionCases);
}

TEST(Distribution, raw_records_use_every_op_and_verb) {
  Figures figures;
  GenerateOptions options;
  options.profile = Profile::raw;
  options.ops = kAllOps;
  options.verbs = kAllVerbs;
  for (std::uint64_t k = 0; k < 300; ++k) add(sample(options, k), figures);
  for (const OpInfo& row : kOps) EXPECT_GT(figures.ops[static_cast<std::size_t>(row.op)], 300u);
  for (const VerbInfo& row : kVerbs) {
    EXPECT_GT(figures.verbs[static_cast<std::size_t>(row.verb)], 50u) << row.name;
  }
}

}  // namespace
}  // namespace cradle
