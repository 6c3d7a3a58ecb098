// Equal programs: healthy engines agree, bent traces and engines with a memory do not.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/metamorphic.h"
#include "checks/oracles/relations.h"
#include "checks/properties/related_runs.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

// Where of a family's relatives that of `relation` stands.
std::size_t index_of(const Program& program, Relation relation, const Capabilities& capabilities) {
  const std::vector<Related> all = relatives(program, capabilities);
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (all[k].relation == relation) return k;
  }
  ADD_FAILURE() << "no such relative: " << name_of(relation);
  return 0;
}

const char* const kSmall =
    "%0 = input 0.5\n%1 = input 1.25\n%2 = mul %0 %1\n%3 = exp %2\n%4 = add %3 %2\n%5 = mul %4 "
    "%0\n";

TEST(OracleMetamorphic, passes_healthy_engines_and_is_conclusive_on_safe_programs) {
  for (const char* const name : {"microcrad", "tape", "textbook"}) {
    const cradle_engine& engine = *find_engine(name);
    const Capabilities capabilities = capabilities_of(engine);
    for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
      std::size_t inconclusive = 0;
      for (std::uint64_t index = 0; index < 700; ++index) {
        const Program program = sample(options_of(profile, capabilities.ops), index);
        const Judgement judgement = run_related(program, engine).judge(capabilities);
        ASSERT_NE(judgement.verdict, Verdict::disagree) << name << ": " << judgement.message << "\n"
                                                        << print(program);
        inconclusive += judgement.verdict == Verdict::inconclusive ? 1 : 0;
      }
      const bool tame = profile == Profile::safe || profile == Profile::mlp;
      EXPECT_LE(inconclusive, tame || capabilities.fixed_order ? 1u : 500u)
          << name << ", " << name_of(profile);
    }
  }
}

TEST(OracleMetamorphic, makes_well_formed_programs_of_the_engines_own_ops_and_the_same_each_time) {
  Capabilities capabilities;
  capabilities.nodes_max = 150;
  for (const OpSet ops :
       {kSpecificationOps, kAllOps, bit(Op::input) | bit(Op::add), bit(Op::input) | bit(Op::exp)}) {
    capabilities.ops = ops;
    for (std::uint64_t index = 0; index < 1000; ++index) {
      SeedChoices choices(index);
      GenerateOptions options = options_of(draw_profile(choices), capabilities.ops);
      options.nodes_max = 150;
      const Program program = sample(options, index);
      const std::vector<Program> related = related_programs(program, capabilities);
      EXPECT_EQ(related, related_programs(program, capabilities));
      for (const Program& one : related) {
        EXPECT_TRUE(well_formed(one)) << print(program) << print(one);
        EXPECT_TRUE(is_pure(one));
        EXPECT_LE(one.code.size(), std::max(program.code.size(), capabilities.nodes_max));
        for (const Instruction& line : one.code)
          EXPECT_TRUE(contains(ops | bit(Op::neuron), line.op));
      }
    }
  }
}

TEST(OracleMetamorphic, makes_every_relation_and_keeps_the_meaning) {
  Capabilities capabilities;
  const Program program = program_of(kSmall);
  const std::vector<Related> all = relatives(program, capabilities);
  ASSERT_EQ(all.size(), 5u);
  const std::vector<double> values = execute<double>(program);
  for (const Related& related : all) {
    const std::vector<double> others = execute<double>(related.program);
    for (NodeId node = 0; node < values.size(); ++node) {
      EXPECT_EQ(values[node], others[related.node[node]]) << name_of(related.relation);
    }
    EXPECT_EQ(others.back(), std::ldexp(values.back(), related.exponent));
  }
  EXPECT_TRUE(
      related_programs(program_of("%0 = input 1\nretain %0\n%1 = exp %0\n"), capabilities).empty());
}

TEST(OracleMetamorphic, makes_a_node_twice_whichever_operand_it_is) {
  for (const std::string user : {"sub %1 %0\n", "sub %0 %1\n", "neg %1\n"}) {
    int twice = 0;
    const Program program = program_of("%0 = input 2\n%1 = exp %0\n%2 = " + user);
    for (const Related& one : relatives(program, {})) twice += one.relation == Relation::duplicated;
    EXPECT_EQ(twice, 1) << user;
  }
}

TEST(OracleMetamorphic, refuses_one_ulp_on_an_engine_of_fixed_order) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const RelatedRuns healthy = run_related(program_of(kSmall), engine);
  ASSERT_EQ(healthy.judge(capabilities).verdict, Verdict::agree);
  const std::vector<Related> all = relatives(healthy.program, capabilities);
  for (std::size_t k = 0; k < all.size(); ++k) {
    RelatedRuns family = healthy;
    double& grad = family.traces[k].after.front().nodes[all[k].node[1]].grad;
    const bool has_bits = all[k].relation != Relation::duplicated;
    grad *= has_bits ? 1 + 0x1p-52 : 1 + 1e-13;
    const Judgement judgement = family.judge(capabilities);
    EXPECT_EQ(judgement.verdict, Verdict::disagree) << name_of(all[k].relation);
    EXPECT_NE(judgement.message.find(name_of(all[k].relation)), std::string::npos)
        << judgement.message;
  }
}

TEST(OracleMetamorphic, refuses_a_value_that_changed_and_a_leaf_with_a_gradient) {
  const cradle_engine& engine = *find_engine("tape");
  Capabilities capabilities = capabilities_of(engine);
  const RelatedRuns healthy = run_related(program_of(kSmall), engine);
  RelatedRuns family = healthy;
  for (std::size_t k = 0; k < family.traces.size(); ++k) {
    const Related related = relatives(family.program, capabilities)[k];
    // Its values are scaled; or it is held to radii, which are for gradients.
    if (related.exponent != 0 || related.relation == Relation::duplicated) continue;
    family = healthy;
    family.traces[k].after.front().nodes[related.node[3]].data += 1;
    EXPECT_EQ(family.judge(capabilities).verdict, Verdict::disagree) << name_of(related.relation);
    EXPECT_EQ(family.judge(capabilities).kind, Kind::value) << name_of(related.relation);
  }
  for (const bool fixed : {true, false}) {
    capabilities.fixed_order = fixed;
    family = healthy;
    const std::size_t k = index_of(family.program, Relation::leaf, capabilities);
    const NodeId leaf = relatives(family.program, capabilities)[k].extra;
    family.traces[k].after.front().nodes[leaf].grad = 1e-300;
    EXPECT_EQ(family.judge(capabilities).verdict, Verdict::disagree);
  }
}

TEST(OracleMetamorphic, holds_other_engines_to_both_radii) {
  const cradle_engine& engine = *find_engine("textbook");
  const Capabilities capabilities = capabilities_of(engine);
  ASSERT_FALSE(capabilities.fixed_order);
  const RelatedRuns healthy = run_related(program_of(kSmall), engine);
  for (std::size_t k = 0; k < healthy.traces.size(); ++k) {
    const NodeId node = relatives(healthy.program, capabilities)[k].node[0];
    RelatedRuns family = healthy;
    double& grad = family.traces[k].after.front().nodes[node].grad;
    grad *= 1 + 0x1p-52;  // another order of additions may do this
    const bool again = relatives(healthy.program, capabilities)[k].relation == Relation::same;
    const Judgement other_bits = family.judge(capabilities);
    EXPECT_EQ(other_bits.verdict, again ? Verdict::disagree : Verdict::agree);
    EXPECT_EQ(other_bits.kind == Kind::policy, again) << other_bits.message;
    grad *= 1 + 1e-13;
    EXPECT_EQ(family.judge(capabilities).verdict, Verdict::disagree);
  }
}

TEST(OracleMetamorphic, finds_an_engine_whose_gradients_depend_on_what_came_before) {
  // A gradient survives from one session to the next: each run adds to that of the run before.
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  RelatedRuns family = run_related(program_of(kSmall), engine);
  double carried = 0;
  std::vector<Trace*> traces = {&family.trace};
  for (Trace& trace : family.traces) traces.push_back(&trace);
  for (Trace* const trace : traces) {
    double& grad = trace->after.front().nodes[0].grad;
    grad += carried;
    carried = grad * 0x1p-40;
  }
  EXPECT_EQ(family.judge(capabilities).verdict, Verdict::disagree);
}

TEST(OracleMetamorphic, finds_planted_bugs_that_depend_on_numbering_or_memory) {
  const struct {
    const char* name;
    std::uint64_t programs;
  } rows[] = {{"faulty:set_by_data", 300},
              {"faulty:small_set", 300},
              {"faulty:breadth_first", 300},
              {"faulty:revisited_node", 300}};
  for (const auto& row : rows) {
    const cradle_engine& engine = *find_engine(row.name);
    const Capabilities capabilities = capabilities_of(engine);
    std::size_t found = 0;
    for (std::uint64_t index = 0; index < row.programs; ++index) {
      const Program program = sample(options_of(Profile::safe, capabilities.ops), index);
      found +=
          run_related(program, engine).judge(capabilities).verdict == Verdict::disagree ? 1 : 0;
    }
    std::printf("metamorphic: %s, %zu of %llu programs\n", row.name, found,
                static_cast<unsigned long long>(row.programs));
    EXPECT_GT(found, 0u) << row.name;
  }
}

TEST(OracleMetamorphic, says_why_when_it_cannot_compare) {
  const cradle_engine& engine = *find_engine("textbook");
  const Capabilities capabilities = capabilities_of(engine);
  RelatedRuns family = run_related(program_of("%0 = input 1e200\n%1 = mul %0 %0\n"), engine);
  EXPECT_EQ(family.judge(capabilities).verdict, Verdict::inconclusive);
  family = run_related(program_of(kSmall), engine);
  family.traces.pop_back();
  EXPECT_EQ(family.judge(capabilities).verdict, Verdict::inconclusive);
  family = run_related(program_of(kSmall), engine);
  family.traces[1].death = Death::signal;
  const Judgement died = family.judge(capabilities);
  EXPECT_EQ(died.verdict, Verdict::disagree);
  EXPECT_EQ(died.message.back(), ')') << "which relation: " << died.message;
  EXPECT_GT(died.message.find(" ("), 0u) << "and of what it died";
}

TEST(OracleMetamorphic, goes_on_after_a_related_program_that_was_not_run) {
  const cradle_engine& engine = *find_engine("textbook");
  RelatedRuns family = run_related(program_of(kSmall), engine);
  ASSERT_GT(family.traces.size(), 2u);
  family.traces[0].death = Death::unrun;
  EXPECT_EQ(family.judge(capabilities_of(engine)).verdict, Verdict::agree);
  family.traces.back().death = Death::signal;
  EXPECT_EQ(family.judge(capabilities_of(engine)).verdict, Verdict::disagree);
}

TEST(OracleMetamorphic, compares_only_what_can_be_read) {
  for (const char* const name : {"microcrad", "textbook"}) {
    const cradle_engine& engine = *find_engine(name);
    const Capabilities capabilities = capabilities_of(engine);
    RelatedRuns family = run_related(program_of(kSmall), engine);
    std::vector<NodeState>& nodes = family.trace.after.front().nodes;
    for (const std::size_t node : {0u, 3u}) nodes[node] = {.data = 77, .grad = 77, .readable = 0};
    EXPECT_EQ(family.judge(capabilities).verdict, Verdict::agree) << name;
    Trace& same = family.traces[index_of(family.program, Relation::same, capabilities)];
    std::swap(family.trace, same);
    EXPECT_EQ(family.judge(capabilities).verdict, Verdict::agree) << name;
    std::swap(family.trace, same);
    family.trace.after.front().nodes[1].grad = 77;
    EXPECT_EQ(family.judge(capabilities).verdict, Verdict::disagree) << name;
  }
}

TEST(OracleMetamorphic, scales_by_no_power_of_two_what_leaves_the_range_of_binary32) {
  const cradle_engine& engine = *find_engine("tape:binary32");
  Capabilities capabilities = capabilities_of(engine);
  capabilities.fixed_order = true;  // which it does not promise, and keeps
  // Scaled, a gradient of 2^-121 becomes subnormal and loses digits, one of 2^125 overflows.
  for (const char* const factors : {"0x1.555556p-60", "0x1.555556p62"}) {
    for (int k = 1; k < 16; ++k) {
      const std::string text = std::string("%0 = input ") + factors + "\n%1 = mul %0 %0\n" +
                               "%2 = input " + std::to_string(k) + "\n%3 = mul %1 %2\n";
      const Judgement judgement = run_related(program_of(text), engine).judge(capabilities);
      ASSERT_NE(judgement.verdict, Verdict::disagree) << text << judgement.message;
    }
  }
}

TEST(OracleMetamorphic, calls_other_bits_of_the_same_program_a_policy_where_no_order_is_promised) {
  const cradle_engine& engine = *find_engine("textbook");
  Capabilities capabilities = capabilities_of(engine);
  capabilities.fixed_order = false;
  const Program program =
      program_of("%0 = input 0.1\n%1 = input 0.7\n%2 = mul %0 %1\n%3 = exp %0\n%4 = mul %2 %3\n");
  RelatedRuns family = run_related(program, engine);
  EXPECT_EQ(family.judge(capabilities).verdict, Verdict::agree);
  double& gradient =
      family.traces[index_of(program, Relation::same, capabilities)].after.front().nodes[0].grad;
  gradient = std::nextafter(gradient, 2 * gradient);
  const Judgement judgement = family.judge(capabilities);
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.kind, Kind::policy) << judgement.message;
  gradient *= 1.5;
  EXPECT_EQ(family.judge(capabilities).kind, Kind::gradient);
  capabilities.fixed_order = true;
  EXPECT_EQ(family.judge(capabilities).kind, Kind::gradient);
}

}  // namespace
}  // namespace cradle
