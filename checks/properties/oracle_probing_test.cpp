// What probing finds out about engines of every mixture of forms, and of engines that read the
// result that is stored, or one made anew, against the table that is kept.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/oracles/probe.h"
#include "checks/program/execute.h"
#include "checks/properties/forms.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/rules_by_hand.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

// What the rule of an op makes of x, y and a result, in the operand of `slot`.
double slope_by_hand(const Instruction& line, std::uint32_t slot, double x, double y, double out) {
  switch (line.op) {
    case Op::exp:
      return out;
    case Op::tanh:
      return 1 - out * out;
    case Op::sigmoid:
      return out * (1 - out);
    case Op::sqrt:
      return 1 / (2 * out);
    case Op::div:
      return slot == 0 ? 1 / y : -out / y;
    case Op::pow:
      return line.immediate * out / x;
    default:  // powv
      return slot == 0 ? y * out / x : out * std::log(x);
  }
}

// Traces of an engine with these forms; where an operand is set its rules start from the result
// made anew, in the slots that `anew` has, and from the stored one in the others.
std::vector<Trace> traces_with_sets(const std::vector<Program>& programs,
                                    const Capabilities& engine, unsigned anew) {
  std::vector<Trace> traces;
  for (const Program& program : programs) {
    Ways ways;
    ways.seed = traces.size();
    if (is_pure(program) || program.actions.front().verb != Verb::set) {
      traces.push_back(trace_by_rules(program, engine, ways));
      continue;
    }
    Trace trace = trace_by_hand(program);
    const Instruction& line = program.code.back();
    std::vector<NodeState>& nodes = trace.after.back().nodes;
    const double x = nodes[0].data;
    const double y = nodes[info(line.op).arity > 1 ? 1 : 0].data;
    for (std::uint32_t slot = 0; slot < info(line.op).arity; ++slot) {
      const double out = line.op == Op::pow ? std::pow(x, line.immediate) : value_of(line, x, y);
      const bool is_anew = (anew >> slot & 1) != 0;
      nodes[slot].grad = slope_by_hand(line, slot, x, y, is_anew ? out : nodes.back().data);
    }
    traces.push_back(std::move(trace));
  }
  return traces;
}

std::string row_of_probing(const Capabilities& engine, const std::string& name) {
  Capabilities declared = open_engine(engine.precision_bits);
  declared.can_set = true;
  const std::vector<Program> programs = probe_programs(declared);
  std::string row = name;
  for (const unsigned anew : {0u, 1u, 2u, 3u}) {
    const std::vector<Trace> traces = traces_with_sets(programs, engine, anew);
    row += "\t";
    for (const Policy& policy : policies(declared, settled_by(declared, programs, traces))) {
      if (anew == 0 || policy.name == "recomputes") row += policy.name + "=" + policy.value + " ";
    }
  }
  return row;
}

TEST(OracleProbing, finds_what_the_table_has_of_every_mixture_of_forms) {
  std::vector<KeptRow> rows;
  for (const unsigned bits : {53u, 24u}) {
    for (unsigned which = 0; which < 14; ++which) {
      Capabilities engine = open_engine(bits);
      take_forms(engine, which % 12);
      if (which >= 12) take_rare_forms(engine, which == 13);
      rows.push_back(
          {row_of_probing(engine, std::to_string(bits) + " bits, " + std::to_string(which))});
    }
  }
  expect_kept("probing", rows, "What is found no more is judged by wider bounds.");
}

}  // namespace
}  // namespace cradle
