// The tape's sweep once more, over the program itself, with a hand on one op's scale.

#include "checks/engines/scaled.h"

#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "checks/engines/tape_rules.h"

namespace cradle {
namespace {

double scaled(double c, const Scaling& scaling) {
  if (c == 0 || !std::isfinite(c)) return c;
  if (scaling.one_ulp) {
    return std::nextafter(c, std::copysign(std::numeric_limits<double>::infinity(), c));
  }
  return std::fma(c, scaling.delta, c);
}

double forward(const Program& program, NodeId node, const std::vector<NodeState>& nodes) {
  const Instruction& line = program.code[node];
  if (line.op == Op::input) return line.immediate;
  if (line.op != Op::neuron) {
    const NodeId second = line.operands[info(line.op).arity > 1 ? 1 : 0];
    return tape::value<double>(static_cast<std::uint32_t>(line.op), nodes[line.operands[0]].data,
                               nodes[second].data, line.immediate);
  }
  double sum = nodes[line.operands[2]].data;
  for (NodeId k = 0; k < line.count; ++k) {
    sum += nodes[line.operands[1] + k].data * nodes[line.operands[0] + k].data;
  }
  return line.linear ? sum : tape::value<double>(static_cast<std::uint32_t>(Op::relu), sum, 0, 0);
}

class Backward {
 public:
  Backward(const Program& program, const Scaling& scaling, std::vector<NodeState>& nodes)
      : program_(program), scaling_(scaling), nodes_(nodes) {}

  void sweep() {
    const auto root = static_cast<NodeId>(program_.code.size() - 1);
    const std::vector<bool> reached = reaching(program_, root);
    nodes_[root].grad = 1;
    for (NodeId node = root + 1; node-- > 0;) {
      const Instruction& line = program_.code[node];
      if (!reached[node] || line.op == Op::input) continue;
      chosen_ = line.op == scaling_.op;
      if (line.op == Op::neuron) {
        pull_back_neuron(line, nodes_[node]);
      } else {
        pull_back(line, nodes_[node]);
      }
    }
  }

 private:
  void add(NodeId node, double c) { nodes_[node].grad += chosen_ ? scaled(c, scaling_) : c; }

  void pull_back(const Instruction& line, const NodeState& result) {
    const bool two = info(line.op).arity > 1;
    const NodeId x = line.operands[0];
    const NodeId y = line.operands[two ? 1 : 0];
    const tape::Contributions<double> parts =
        tape::contributions<double>(static_cast<std::uint32_t>(line.op), nodes_[x].data,
                                    nodes_[y].data, line.immediate, result.data, result.grad);
    add(x, parts.to_x);
    if (two) add(y, parts.to_y);
  }

  // From the last product to the first, as the tape does.
  void pull_back_neuron(const Instruction& line, const NodeState& result) {
    const double through = line.linear || result.data > 0 ? result.grad : 0;
    for (NodeId k = line.count; k-- > 0;) {
      const NodeId x = line.operands[0] + k;
      const NodeId w = line.operands[1] + k;
      add(w, nodes_[x].data * through);
      add(x, nodes_[w].data * through);
    }
    add(line.operands[2], through);
  }

  const Program& program_;
  const Scaling& scaling_;
  std::vector<NodeState>& nodes_;
  bool chosen_ = false;
};

}  // namespace

Trace run_scaled(const Program& program, const Scaling& scaling) {
  assert(well_formed(program) && is_pure(program));
  Trace trace;
  trace.made.assign(program.code.size(), true);
  std::vector<NodeState>& nodes = trace.after.emplace_back().nodes;
  nodes.resize(program.code.size());
  for (NodeId node = 0; node < nodes.size(); ++node) {
    nodes[node].data = forward(program, node, nodes);
    nodes[node].readable = NodeState::kData | NodeState::kGrad;
  }
  Backward(program, scaling, nodes).sweep();
  return trace;
}

}  // namespace cradle
