// Laws of generation: total over any choices, always well formed, within what was asked for, and
// the same for the same seed on every machine.

#include "checks/program/generate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "checks/program/small.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

constexpr std::array kProfiles = {Profile::safe, Profile::mlp, Profile::special, Profile::wild,
                                  Profile::raw};

// Why `program` is not what `options` ask for; empty when it is.
std::string objection(const Program& program, const GenerateOptions& options) {
  if (program.code.empty()) return "no instruction";
  if (!well_formed(program)) return "not well formed";
  if (program.code.size() > options.nodes_max) return "too many nodes";
  if (program.actions.size() > options.actions_max) return "too many actions";
  if (options.verbs == 0 && !is_pure(program)) return "not pure";
  for (const Instruction& instruction : program.code) {
    if (!contains(options.ops | bit(Op::input), instruction.op))
      return "an op that was not asked for";
  }
  for (const Action& action : program.actions) {
    if (!contains(options.verbs, action.verb)) return "a verb that was not asked for";
    if (action.verb == Verb::misuse_null && !contains(options.ops, action.op)) {
      return "misuse of an op that was not asked for";
    }
  }
  return {};
}

GenerateOptions draw_options(Choices& choices) {
  GenerateOptions options;
  options.profile = kProfiles[choices.below(kProfiles.size())];
  const OpSet ops = static_cast<OpSet>(choices.below(OpSet{1} << kOpCount));
  options.ops = choices.below(3) == 0 ? kAllOps : choices.below(2) == 0 ? kSpecificationOps : ops;
  const VerbSet verbs = static_cast<VerbSet>(choices.below(kAllVerbs + 1));
  options.verbs = choices.below(3) == 0 ? 0 : choices.below(2) == 0 ? kAllVerbs : verbs;
  if (choices.below(2) == 0) options.nodes_max = 1 + choices.below(30);
  if (choices.below(3) == 0) options.actions_max = choices.below(4);
  return options;
}

RC_GTEST_PROP(Generate, is_total_and_well_formed_over_seeds, (std::uint64_t seed)) {
  SeedChoices choices(seed);
  for (int k = 0; k < 100; ++k) {
    const GenerateOptions options = draw_options(choices);
    const Program program = generate(choices, options);
    const std::string why = objection(program, options);
    if (!why.empty()) RC_FAIL(why + ": " + describe(options, program));
  }
}

RC_GTEST_PROP(Generate, is_total_and_well_formed_over_bytes,
              (const std::vector<std::uint8_t>& bytes, std::uint64_t seed)) {
  SeedChoices seeded(seed);
  for (int k = 0; k < 50; ++k) {
    const GenerateOptions options = draw_options(seeded);
    ByteChoices choices(bytes);
    const Program program = generate(choices, options);
    const std::string why = objection(program, options);
    if (!why.empty()) RC_FAIL(why + ": " + describe(options, program));
  }
}

// The same place of every bound: 0 is what a byte string gives after its end.
class ConstantChoices final : public Choices {
 public:
  explicit ConstantChoices(double place) : place_(place) {}
  std::uint64_t below(std::uint64_t bound) override {
    const auto number = static_cast<std::uint64_t>(place_ * static_cast<double>(bound));
    return number < bound ? number : bound - 1;
  }

 private:
  double place_;
};

TEST(Generate, comes_to_an_end_when_all_choices_are_alike) {
  SeedChoices seeded(3);
  for (int k = 0; k < 2000; ++k) {
    const GenerateOptions options = draw_options(seeded);
    ConstantChoices choices(static_cast<double>(k % 9) / 8);
    const Program program = generate(choices, options);
    EXPECT_EQ(objection(program, options), "") << describe(options, program);
  }
}

TEST(Generate, is_total_and_well_formed_over_the_odometer) {
  for (const Profile profile : kProfiles) {
    for (const VerbSet verbs : {VerbSet{0}, kAllVerbs}) {
      GenerateOptions options;
      options.profile = profile;
      options.ops = kAllOps;
      options.verbs = verbs;
      options.nodes_max = 6;
      options.actions_max = 6;
      Odometer odometer;
      for (int k = 0; k < 3000; ++k) {
        const Program program = generate(odometer, options);
        ASSERT_EQ(objection(program, options), "") << describe(options, program);
        if (!odometer.next()) break;
      }
    }
  }
}

RC_GTEST_PROP(Generate, the_same_seed_gives_the_same_program, (std::uint64_t seed)) {
  SeedChoices first(seed), second(seed);
  const GenerateOptions options = draw_options(first);
  draw_options(second);
  RC_ASSERT(generate(first, options) == generate(second, options));
}

// A fingerprint of the text of the first 500 programs.
std::uint64_t fingerprint_of(const GenerateOptions& options) {
  std::uint64_t hash = fingerprint("");
  for (std::uint64_t k = 0; k < 500; ++k) hash = fingerprint(print(sample(options, k)), hash);
  return hash;
}

TEST(Generate, a_seed_means_the_same_programs_on_every_machine) {
  // These change when generation does. When they change with a compiler, a standard library or a
  // libm, something that is not arithmetic or Choices has decided a case, and that is a defect.
  // A new op changes all of them: what a swarm draws depends on how many ops there are.
  struct Golden {
    Profile profile;
    OpSet ops;
    VerbSet verbs;
    std::uint64_t hash;
  };
  const std::vector<Golden> goldens = {
      {Profile::safe, kSpecificationOps, 0, 0x8a5510afba1f912fu},
      {Profile::safe, kAllOps, 0, 0x47f23be5aaff9e67u},
      {Profile::mlp, kSpecificationOps, 0, 0x71230134d1371c79u},
      {Profile::mlp, kAllOps, 0, 0xe77191ffbab0393eu},
      {Profile::special, kAllOps, 0, 0x23666afa487e3eabu},
      {Profile::wild, kAllOps, 0, 0xd1f0fe6bf2d6393u},
      {Profile::raw, kAllOps, kAllVerbs, 0x16950689f7b43213u},
      {Profile::safe, kSpecificationOps, kOrdinaryVerbs, 0xbd192d2f82c59072u},
      {Profile::safe, kAllOps, kAllVerbs, 0xe346e34ee74d0b5au},
  };
  for (const Golden& golden : goldens) {
    GenerateOptions options;
    options.profile = golden.profile;
    options.ops = golden.ops;
    options.verbs = golden.verbs;
    const std::uint64_t hash = fingerprint_of(options);
    EXPECT_EQ(hash, golden.hash) << std::hex << name_of(golden.profile) << ", ops " << golden.ops
                                 << ", verbs " << golden.verbs
                                 << ": if generation was changed on purpose, it is now 0x" << hash;
  }
}

TEST(Generate, networks_fit_the_node_limit_with_and_without_neurons) {
  for (const OpSet ops : {kSpecificationOps, kSpecificationOps | bit(Op::neuron)}) {
    GenerateOptions options;
    options.profile = Profile::mlp;
    options.ops = ops;
    int networks = 0;
    std::size_t nodes_max = 0;
    constexpr int kCases = 3000;
    for (int k = 0; k < kCases; ++k) {
      const Program program = sample(options, static_cast<std::uint64_t>(k));
      ASSERT_LE(program.code.size(), kGeneratedNodesMax);
      nodes_max = std::max(nodes_max, program.code.size());
      const bool fused = contains(ops, Op::neuron);
      const auto is_neuron = [](const Instruction& i) { return i.op == Op::neuron; };
      if (fused == std::any_of(program.code.begin(), program.code.end(), is_neuron)) ++networks;
    }
    EXPECT_EQ(networks, kCases) << "neurons where the engine has them, parts where it has none";
    EXPECT_GT(nodes_max, 150u) << "networks that nearly fill the limit occur";
  }
}

TEST(Generate, swarms_leave_ops_out_and_keep_one_that_joins) {
  SeedChoices choices(5);
  int whole = 0;
  for (int k = 0; k < 2000; ++k) {
    const OpSet swarm = draw_swarm(choices, kAllOps);
    whole += swarm == kAllOps;
    EXPECT_EQ(swarm & ~kAllOps, 0u);
    EXPECT_NE(swarm & (bit(Op::add) | bit(Op::sub) | bit(Op::mul) | bit(Op::div) | bit(Op::powv)),
              0u);
    EXPECT_TRUE(contains(swarm, Op::input));
    const OpSet lonely = draw_swarm(choices, bit(Op::exp));
    EXPECT_EQ(lonely & ~(bit(Op::exp) | bit(Op::input)), 0u) << "nothing that was not in the set";
  }
  EXPECT_GT(whole, 900);
  EXPECT_LT(whole, 1100);
}

TEST(Generate, profiles_come_in_the_default_mix) {
  SeedChoices choices(6);
  std::array<int, kProfileCount> counts = {};
  for (int k = 0; k < 100'000; ++k) ++counts[static_cast<std::size_t>(draw_profile(choices))];
  const std::array<int, kProfileCount> expected = {60'000, 15'000, 15'000, 10'000, 0};
  for (std::size_t k = 0; k < kProfileCount; ++k) EXPECT_NEAR(counts[k], expected[k], 700);
}

}  // namespace
}  // namespace cradle
