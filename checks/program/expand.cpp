// Neurons as mul, add and relu: for engines that have none, and to compare a fused neuron with its
// parts.

#include <cassert>

#include "checks/program/lower.h"
#include "checks/program/verbs.h"

namespace cradle {
namespace {

// Emits (((b + w0 x0) + w1 x1) + ...) and its relu; returns the node that stands for the neuron.
NodeId expand_neuron(const Instruction& neuron, const std::vector<NodeId>& moved,
                     Program& program) {
  const auto push = [&](Op op, NodeId lhs, NodeId rhs) {
    Instruction instruction;
    instruction.op = op;
    instruction.operands = {lhs, rhs, 0};
    program.code.push_back(instruction);
    return static_cast<NodeId>(program.code.size() - 1);
  };
  NodeId sum = moved[neuron.operands[2]];
  for (NodeId k = 0; k < neuron.count; ++k) {
    const NodeId product =
        push(Op::mul, moved[neuron.operands[1] + k], moved[neuron.operands[0] + k]);
    sum = push(Op::add, sum, product);
  }
  return neuron.linear ? sum : push(Op::relu, sum, 0);
}

}  // namespace

Program expand(const Program& program, std::vector<NodeId>* renumbered) {
  Program expanded;
  std::vector<NodeId> moved;
  std::size_t next = 0;
  const auto copy_actions = [&](NodeId position) {
    for (; next < program.actions.size() && program.actions[next].position == position; ++next) {
      Action action = program.actions[next];
      action.position = static_cast<NodeId>(expanded.code.size());
      if (info(action.verb).has_target) action.target = moved[action.target];
      expanded.actions.push_back(action);
    }
  };
  for (NodeId node = 0; node < program.code.size(); ++node) {
    copy_actions(node);
    Instruction instruction = program.code[node];
    if (instruction.op == Op::neuron) {
      const NodeId first = static_cast<NodeId>(expanded.code.size());
      moved.push_back(expand_neuron(instruction, moved, expanded));
      // The parts belong to the neuron: when a program manages lifetimes, only the result is held.
      for (NodeId part = first; !is_pure(program) && part < moved.back(); ++part) {
        Action release;
        release.position = static_cast<NodeId>(expanded.code.size());
        release.verb = Verb::release;
        release.target = part;
        expanded.actions.push_back(release);
      }
      continue;
    }
    for (std::size_t slot = 0; slot < info(instruction.op).arity; ++slot) {
      instruction.operands[slot] = moved[instruction.operands[slot]];
    }
    expanded.code.push_back(instruction);
    moved.push_back(static_cast<NodeId>(expanded.code.size() - 1));
  }
  copy_actions(static_cast<NodeId>(program.code.size()));
  if (renumbered != nullptr) *renumbered = std::move(moved);
  assert(well_formed(expanded));
  return expanded;
}

}  // namespace cradle
