// A right sweep with one rule scaled: the reference engine's rules, swept here, over any op of one
// or two operands.

#pragma once

#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/engines/tape_rules.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Returns tape's trace of a pure program without neurons, with what `op` contributes multiplied by
/// `factor`.
inline Trace scaled_tape(const Program& program, Op op, double factor) {
  Trace trace = run(program, *find_engine("tape"));
  std::vector<NodeState>& nodes = trace.after.front().nodes;
  const auto root = static_cast<NodeId>(program.code.size() - 1);
  const std::vector<bool> reached = reaching(program, root);
  for (NodeState& node : nodes) node.grad = 0;
  nodes[root].grad = 1;
  for (NodeId node = root + 1; node-- > 0;) {
    const Instruction& line = program.code[node];
    if (!reached[node] || line.op == Op::input) continue;
    const NodeId a = line.operands[0];
    const NodeId b = info(line.op).arity > 1 ? line.operands[1] : a;
    const tape::Contributions parts =
        tape::contributions(static_cast<std::uint32_t>(line.op), nodes[a].data, nodes[b].data,
                            line.immediate, nodes[node].data, nodes[node].grad);
    const double scale = line.op == op ? factor : 1;
    nodes[a].grad += parts.to_x * scale;
    if (info(line.op).arity > 1) nodes[b].grad += parts.to_y * scale;
  }
  return trace;
}

}  // namespace cradle
