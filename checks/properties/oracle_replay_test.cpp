// The fast path of LOCAL gives the very numbers of engines whose forms it follows, edges included:
// what it gave wrongly would be believed.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/global.h"
#include "checks/oracles/libm.h"
#include "checks/oracles/local.h"
#include "checks/oracles/replay.h"
#include "checks/oracles/sweep.h"
#include "checks/program/edges.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/forms.h"
#include "checks/properties/ops_at_points.h"

namespace cradle {
namespace {

std::vector<Program> small_programs(OpSet ops) {
  std::vector<Program> all;
  for (std::uint64_t k = 0; k < edge_count(ops); ++k) all.push_back(edge_program(ops, k));
  for (const OpLine& row : kOpLines) {
    for (const OpPoint& point : kOpPoints) all.push_back(program_at(point, row.line));
  }
  for (std::uint64_t k = 0; k < 300; ++k) all.push_back(sample(options_of(Profile::wild, ops), k));
  return all;
}

bool same_number(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool has_nan(const Trace& trace) {
  const std::vector<NodeState>& nodes = trace.after.front().nodes;
  return std::any_of(nodes.begin(), nodes.end(),
                     [](const NodeState& node) { return std::isnan(node.data); });
}

// Returns the first node whose gradient a replay from the root down does not give, or none.
std::string difference_of(const Program& program, const Trace& trace,
                          const Capabilities& capabilities) {
  const std::vector<NodeState>& nodes = trace.after.front().nodes;
  const auto root = static_cast<NodeId>(program.code.size() - 1);
  const std::vector<std::uint8_t> reached = reached_from(program, root);
  std::vector<double> adjoints(program.code.size());
  adjoints[root] = 1;
  for (NodeId node = root + 1; node-- > 0;) {
    if (reached[node] == 0) continue;
    if (!same_number(adjoints[node], nodes[node].grad)) {
      return "%" + std::to_string(node) + ": " + std::to_string(adjoints[node]) + ", not " +
             std::to_string(nodes[node].grad);
    }
    if (program.code[node].op != Op::input) replay(program, node, nodes, capabilities, adjoints);
  }
  return "";
}

TEST(OracleReplay, gives_the_numbers_of_engines_whose_forms_it_follows) {
  ASSERT_LT(host_ulps(Op::exp), 1) << "of a library whose bounds are known, as glibc's since 2.28";
  for (const char* const name : {"tape", "tape:binary32", "microcrad"}) {
    const cradle_engine& engine = *find_engine(name);
    const Capabilities capabilities = capabilities_of(engine);
    ASSERT_TRUE(replay_is_legal(capabilities)) << name;
    const bool narrow = capabilities.precision_bits == 24;
    std::size_t compared = 0;
    for (const Program& one : small_programs(capabilities.ops)) {
      const Program program = narrow ? in_floats(one) : one;
      if (!lacking(program, engine).empty()) continue;
      const Trace trace = run(program, engine);
      if (has_nan(trace)) continue;  // of which rules may make anything
      ASSERT_EQ(difference_of(program, trace, capabilities), "") << name << "\n" << print(program);
      ++compared;
    }
    EXPECT_GT(compared, 500u) << name;
  }
}

// The gradients that a replay gives are those of the function, by other forms than those of the
// tape, too.
Judgement judge_replay(const Program& program, Trace trace, const Capabilities& capabilities) {
  std::vector<NodeState>& nodes = trace.after.front().nodes;
  std::vector<double> adjoints(program.code.size());
  adjoints.back() = 1;
  for (auto node = static_cast<NodeId>(program.code.size()); node-- > 0;) {
    nodes[node].grad = adjoints[node];
    if (program.code[node].op != Op::input) replay(program, node, nodes, capabilities, adjoints);
  }
  return judge_global(program, trace, capabilities);
}

TEST(OracleReplay, gives_gradients_of_the_function_in_other_forms) {
  const cradle_engine& engine = *find_engine("tape");
  std::size_t decided = 0;
  for (unsigned which = 0; which < 12; ++which) {
    Capabilities capabilities = capabilities_of(engine);
    take_forms(capabilities, which);
    for (const OpLine& row : kOpLines) {
      for (const OpPoint& point : kOpPoints) {
        const Program program = program_at(point, row.line);
        const Judgement judgement = judge_replay(program, run(program, engine), capabilities);
        ASSERT_NE(judgement.verdict, Verdict::disagree)
            << "forms " << which << ": " << judgement.message << "\n"
            << print(program);
        decided += judgement.verdict == Verdict::agree ? 1 : 0;
      }
    }
  }
  EXPECT_GT(decided, 3000u);
}

// The host's library stands in for the engine's where it is no worse, function by function.
// Of a neuron that is steeper below its kink: LOCAL believes a replay at once.
TEST(OracleReplay, takes_each_slope_of_a_neuron_for_itself) {
  const Program program =
      program_of("%0 = input -3\n%1 = input 1\n%2 = input 0\n%3 = neuron %0 %1 %2 1\n");
  for (const double slope : {0.5, 1.0, 2.0, 3.0}) {
    Capabilities engine = engine_with_forms(0);
    engine.relu_slope = slope;
    Trace trace = trace_by_forms(program, engine);
    EXPECT_EQ(judge_local(program, trace, engine).verdict, Verdict::agree) << slope;
    for (const double wrong : {0.5, 1.0, 2.0, 3.0}) {
      trace.after[0].nodes[0].grad = wrong;
      EXPECT_EQ(judge_local(program, trace, engine).verdict,
                wrong == slope ? Verdict::agree : Verdict::disagree)
          << slope;
    }
  }
}

TEST(OracleReplay, is_legal_where_no_function_is_better_than_the_hosts) {
  double LibmUlps::*const all[] = {&LibmUlps::exp, &LibmUlps::log, &LibmUlps::pow,
                                   &LibmUlps::sin, &LibmUlps::cos, &LibmUlps::tanh};
  for (const unsigned bits : {53u, 24u}) {
    Capabilities engine = capabilities_of(*find_engine("tape"));
    engine.precision_bits = bits;
    engine.tanh_form = TanhForm::recomputed;
    for (double LibmUlps::*const one : all) engine.ulps.*one = 9;
    ASSERT_TRUE(replay_is_legal(engine));
    for (double LibmUlps::*const one : all) {
      Capabilities better = engine;
      better.ulps.*one = 0.5;
      EXPECT_FALSE(replay_is_legal(better)) << bits;
    }
    if (bits == 53) {
      engine.ulps.exp = host_ulps(Op::exp), engine.ulps.log = host_ulps(Op::log);
      engine.ulps.pow = host_ulps(Op::pow), engine.ulps.sin = host_ulps(Op::sin);
      engine.ulps.cos = host_ulps(Op::cos), engine.ulps.tanh = host_ulps(Op::tanh);
      EXPECT_TRUE(replay_is_legal(engine)) << "no better, and no worse";
    }
    engine.tanh_form = TanhForm::square;
    engine.ulps.tanh = 0.5;
    EXPECT_EQ(replay_is_legal(engine), bits == 53) << "of a double's tanh nothing is asked";
  }
}

}  // namespace
}  // namespace cradle
