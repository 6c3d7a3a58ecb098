// What it means for a program to be equal to another, pure, and well formed.

#include "checks/program/program.h"

#include <bit>
#include <cmath>
#include <limits>

#include "checks/program/ledger.h"
#include "checks/program/verbs.h"

namespace cradle {
namespace {

bool same_bits(double lhs, double rhs) {
  return std::bit_cast<std::uint64_t>(lhs) == std::bit_cast<std::uint64_t>(rhs);
}

// Fields that an op does not use must be zero: otherwise two equal texts would be unequal programs.
bool fields_fit(const Instruction& instruction) {
  const OpInfo& row = info(instruction.op);
  if (!same_bits(instruction.immediate, canonical(instruction.immediate))) return false;
  if (row.immediate == Immediate::none && !same_bits(instruction.immediate, 0)) return false;
  for (std::size_t slot = row.arity; slot < 3; ++slot) {
    if (instruction.operands[slot] != 0) return false;
  }
  if (instruction.op != Op::neuron) return !instruction.linear && instruction.count == 0;
  return instruction.count > 0;
}

bool fields_fit(const Action& action) {
  if (static_cast<std::size_t>(action.verb) >= kVerbCount) return false;
  if (static_cast<std::size_t>(action.op) >= kOpCount) return false;
  if (!info(action.verb).has_target && action.target != 0) return false;
  if (action.verb != Verb::misuse_null && action.op != Op::input) return false;
  if (action.verb == Verb::misuse_null && (action.op == Op::input || action.op == Op::neuron)) {
    return false;
  }
  if ((action.verb == Verb::fail) != (action.count != 0)) return false;
  if (!same_bits(action.value, canonical(action.value))) return false;
  return action.verb == Verb::set || same_bits(action.value, 0);
}

bool operands_held(const Instruction& instruction, const Ledger& ledger) {
  bool held = true;
  for_each_operand(instruction, [&](std::uint32_t, NodeId operand) {
    held = held && operand < ledger.size() && ledger.held(operand) > 0;
  });
  return held;
}

bool apply(const Action& action, const Program& program, Ledger& ledger) {
  if (!fields_fit(action)) return false;
  if (!info(action.verb).has_target) return true;
  if (action.target >= ledger.size()) return false;
  if (action.verb == Verb::misuse_stale) return ledger.freshly_dead(action.target);
  if (ledger.held(action.target) == 0) return false;
  switch (action.verb) {
    case Verb::retain:
      ledger.retain(action.target);
      return true;
    case Verb::release:
      ledger.release(action.target);
      return true;
    case Verb::set:
      return program.code[action.target].op == Op::input;
    case Verb::misuse_over_release:  // the first release must free it, so that the second is one
                                     // too many
      if (ledger.count(action.target) != 1) return false;
      ledger.release(action.target);
      return true;
    default:
      return true;
  }
}

}  // namespace

bool operator==(const Instruction& lhs, const Instruction& rhs) {
  return lhs.op == rhs.op && lhs.linear == rhs.linear && lhs.count == rhs.count &&
         lhs.operands == rhs.operands && same_bits(lhs.immediate, rhs.immediate);
}

bool operator==(const Action& lhs, const Action& rhs) {
  return lhs.position == rhs.position && lhs.verb == rhs.verb && lhs.op == rhs.op &&
         lhs.target == rhs.target && lhs.count == rhs.count && same_bits(lhs.value, rhs.value);
}

bool operator==(const Program& lhs, const Program& rhs) {
  return lhs.code == rhs.code && lhs.actions == rhs.actions;
}

std::size_t slot_count(const Instruction& instruction) {
  return instruction.op == Op::neuron ? 2 * std::size_t{instruction.count} + 1
                                      : info(instruction.op).arity;
}

bool is_pure(const Program& program) {
  if (program.actions.empty()) return true;
  if (program.actions.size() > 1 || program.code.empty()) return false;
  const Action& only = program.actions.front();
  return only.verb == Verb::backward && only.target == program.code.size() - 1;
}

bool well_formed(const Program& program) {
  if (program.code.size() > std::numeric_limits<NodeId>::max()) return false;
  Ledger ledger(program);
  std::size_t next = 0;
  for (NodeId position = 0; position <= program.code.size(); ++position) {
    for (; next < program.actions.size() && program.actions[next].position == position; ++next) {
      if (!apply(program.actions[next], program, ledger)) return false;
    }
    if (position == program.code.size()) break;
    const Instruction& instruction = program.code[position];
    if (static_cast<std::size_t>(instruction.op) >= kOpCount) return false;
    if (!fields_fit(instruction) || !operands_held(instruction, ledger)) return false;
    ledger.make();
  }
  return next == program.actions.size();
}

std::vector<bool> reaching(const Program& program, NodeId root) {
  std::vector<bool> reaches(program.code.size(), false);
  reaches[root] = true;
  for (NodeId node = root + 1; node-- > 0;) {
    if (!reaches[node]) continue;
    for_each_operand(program.code[node],
                     [&](std::uint32_t, NodeId operand) { reaches[operand] = true; });
  }
  return reaches;
}

double canonical(double value) {
  return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
}

}  // namespace cradle
