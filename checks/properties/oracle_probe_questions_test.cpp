// What probing asks an engine, and what it makes of no answer.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/probe.h"
#include "checks/properties/forms.h"
#include "checks/properties/rules_by_hand.h"

namespace cradle {
namespace {

TEST(OracleProbeQuestions, settle_nothing_by_a_gradient_that_cannot_be_read) {
  const Capabilities declared = open_engine(53);
  const std::vector<Program> programs = probe_programs(declared);
  std::vector<Trace> traces;
  for (const Program& program : programs) {
    traces.push_back(trace_by_rules(program, engine_with_forms(0), {}));
    for (Snapshot& after : traces.back().after) {
      for (NodeState& node : after.nodes) node = {.data = node.data, .readable = NodeState::kData};
    }
  }
  const Capabilities found = settled_by(declared, programs, traces);
  EXPECT_EQ(found.mask_form, MaskForm::unknown);
  EXPECT_EQ(found.log_form, LogForm::unknown);
  EXPECT_TRUE(found.relu_at_zero_open);
  EXPECT_TRUE(found.abs_at_zero_open);
}

TEST(OracleProbeQuestions, settle_nothing_by_a_backward_that_failed) {
  const cradle_engine& engine = *find_engine("tape:recomputed");
  const Capabilities declared = capabilities_of(engine);
  const std::vector<Program> programs = probe_programs(declared);
  std::vector<Trace> traces;
  for (const Program& program : programs) traces.push_back(run(program, engine));
  EXPECT_NE(settled_by(declared, programs, traces).recomputes, 0u);
  for (Trace& trace : traces) trace.after.back().status = -1;
  EXPECT_EQ(settled_by(declared, programs, traces).recomputes, 0u);
}

TEST(OracleProbeQuestions, tell_nothing_of_what_was_declared) {
  for (const unsigned which : {0U, 1U, 2U}) {
    Capabilities declared = engine_with_forms(which);
    declared.second_backward = SecondBackward::accumulates;
    declared.powv_form = PowvForm::from_output;
    declared.mask_form = MaskForm::selects;
    for (const Policy& told : policies(declared, declared)) ADD_FAILURE() << told.name;
  }
}

TEST(OracleProbeQuestions, set_operands_alone_each_to_another_number) {
  std::size_t sets = 0;
  Capabilities declared = open_engine(53);
  declared.can_set = true;
  for (const Program& program : probe_programs(declared)) {
    for (const Action& action : program.actions) {
      if (action.verb != Verb::set) continue;
      ++sets;
      EXPECT_EQ(program.code[action.target].op, Op::input);
      EXPECT_NE(program.code[action.target].immediate, action.value);
    }
  }
  EXPECT_GT(sets, 0u);
}

TEST(OracleProbeQuestions, ask_for_each_rule_all_over_where_it_is_smooth) {
  std::array<double, kOpCount> least{};
  std::array<double, kOpCount> greatest{};
  least.fill(HUGE_VAL);
  greatest.fill(-HUGE_VAL);
  for (const Program& program : probe_programs(open_engine(53))) {
    if (!is_pure(program) || program.code.size() < 10) continue;  // one for conventions
    for (const Instruction& line : program.code) {
      if (line.op == Op::input) continue;
      const Instruction& operand = program.code[line.operands[0]];
      if (operand.op != Op::input) continue;
      double& low = least[static_cast<std::size_t>(line.op)];
      double& high = greatest[static_cast<std::size_t>(line.op)];
      low = std::min(low, operand.immediate);
      high = std::max(high, operand.immediate);
    }
  }
  for (const Op op : {Op::exp, Op::log, Op::sigmoid, Op::tanh, Op::pow, Op::div, Op::sqrt}) {
    const double from = op == Op::exp || op == Op::sigmoid || op == Op::tanh ? -3 : 0.25;
    EXPECT_GE(least[static_cast<std::size_t>(op)], from) << info(op).name;
    EXPECT_LT(least[static_cast<std::size_t>(op)], from + 0.5) << info(op).name;
    EXPECT_GT(greatest[static_cast<std::size_t>(op)], 2.5) << info(op).name;
    EXPECT_LE(greatest[static_cast<std::size_t>(op)], 3) << info(op).name;
  }
}

}  // namespace
}  // namespace cradle
