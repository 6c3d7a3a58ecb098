// Reference counts of a program, without recursion: a chain of a million nodes dies in one call.

#include "checks/program/ledger.h"

#include <cassert>
#include <vector>

namespace cradle {

Ledger::Ledger(const Program& program) : program_(program) { nodes_.reserve(program.code.size()); }

void Ledger::make(bool made) {
  const NodeId self = size();
  assert(self < program_.code.size());
  Node node;
  node.held = 1;
  node.null = !made;
  node.count = made ? 1 : 0;
  nodes_.push_back(node);
  if (!made) return;
  ++live_;
  for_each_operand(program_.code[self],
                   [&](std::uint32_t, NodeId operand) { ++nodes_[operand].count; });
}

void Ledger::retain(NodeId node) {
  ++nodes_[node].held;
  if (!nodes_[node].null) ++nodes_[node].count;
}

void Ledger::release(NodeId node) {
  assert(nodes_[node].held > 0);
  --nodes_[node].held;
  if (!nodes_[node].null) drop(node);
}

void Ledger::drop(NodeId first) {
  // Kept from call to call: a ledger is made and thrown away for each small program.
  static thread_local std::vector<NodeId> pending;
  pending.push_back(first);
  while (!pending.empty()) {
    const NodeId node = pending.back();
    pending.pop_back();
    if (--nodes_[node].count > 0) continue;
    nodes_[node].died_at = size();
    --live_;
    for_each_operand(program_.code[node],
                     [&](std::uint32_t, NodeId operand) { pending.push_back(operand); });
  }
}

}  // namespace cradle
