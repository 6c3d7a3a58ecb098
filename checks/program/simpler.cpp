// The candidates: cuts of many lines, then of one, then simpler lines in place.

#include "checks/program/simpler.h"

#include <algorithm>
#include <cmath>

#include "checks/program/execute.h"
#include "checks/program/text.h"
#include "checks/program/verbs.h"

namespace cradle {
namespace {

constexpr NodeId kGone = ~NodeId{0};

bool has_target(const Action& action) { return info(action.verb).has_target; }

// How much a reader has to take in: characters, and a penny for a minus sign or a larger number.
std::uint64_t number_size(double number) {
  const std::uint64_t length = print(number).size();
  std::uint64_t rank = std::signbit(number) ? 1 : 0;
  if (std::fabs(number) > 1) rank += 2;
  if (number != 0) rank += 1;
  return length * 8 + rank;
}

// Visits candidates that really are smaller and well formed, and still pure if the program was.
class Visitor {
 public:
  Visitor(const Program& program, const std::function<bool(const Program&)>& visit)
      : program_(program), pure_(is_pure(program)), key_(size_key(program)), visit_(visit) {}

  bool operator()(const Program& candidate) const {
    return size_key(candidate) < key_ && !candidate.code.empty() && well_formed(candidate) &&
           (!pure_ || is_pure(candidate)) && visit_(candidate);
  }
  const Program& program() const { return program_; }

 private:
  const Program& program_;
  bool pure_;
  SizeKey key_;
  const std::function<bool(const Program&)>& visit_;
};

// Leaves out the nodes from `begin` to `end`; whoever read one of them reads `stand_in` of it
// instead. Actions on them go too.
template <typename StandIn>
Program without_nodes(const Program& program, NodeId begin, NodeId end, StandIn stand_in) {
  Program result;
  std::vector<NodeId> moved(program.code.size(), kGone);
  const auto find = [&](NodeId node) {
    while (node != kGone && node >= begin && node < end) node = stand_in(node);
    return node == kGone ? kGone : moved[node];
  };
  bool lost = false;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    if (node >= begin && node < end) continue;
    Instruction instruction = program.code[node];
    for (std::size_t slot = 0; slot < info(instruction.op).arity; ++slot) {
      const NodeId operand = find(instruction.operands[slot]);
      lost = lost || operand == kGone;
      instruction.operands[slot] = operand;
    }
    moved[node] = static_cast<NodeId>(result.code.size());
    result.code.push_back(instruction);
  }
  if (lost) return {};
  for (Action action : program.actions) {
    if (has_target(action)) {
      if (action.target >= begin && action.target < end) continue;
      action.target = moved[action.target];
    }
    const NodeId gone = action.position <= begin ? 0 : std::min(action.position, end) - begin;
    action.position -= gone;
    result.actions.push_back(action);
  }
  return result;
}

// Cuts of n/2, n/4, ... 1 instructions, from the end: the root's own ancestors are needed longest.
bool cut_nodes(const Visitor& visitor) {
  const Program& program = visitor.program();
  const auto size = static_cast<NodeId>(program.code.size());
  for (NodeId length = (size + 1) / 2; length > 0; length /= 2) {
    for (NodeId end = size; end > 0; end = end > length ? end - length : 0) {
      const NodeId begin = end > length ? end - length : 0;
      const auto before = [&](NodeId) { return begin > 0 ? begin - 1 : kGone; };
      if (visitor(without_nodes(program, begin, end, before))) return true;
      for (std::size_t slot = 0; slot < 3; ++slot) {
        // An operand stands in for its result: the shape around a removed node stays.
        const auto own_operand = [&](NodeId node) {
          const Instruction& gone = program.code[node];
          return slot < info(gone.op).arity ? gone.operands[slot] : kGone;
        };
        if (visitor(without_nodes(program, begin, end, own_operand))) return true;
      }
    }
  }
  return false;
}

bool cut_actions(const Visitor& visitor) {
  const Program& program = visitor.program();
  const std::size_t size = program.actions.size();
  for (std::size_t length = size; length > 0; length /= 2) {
    for (std::size_t end = size; end > 0; end = end > length ? end - length : 0) {
      const std::size_t begin = end > length ? end - length : 0;
      Program candidate = program;
      candidate.actions.erase(candidate.actions.begin() + static_cast<std::ptrdiff_t>(begin),
                              candidate.actions.begin() + static_cast<std::ptrdiff_t>(end));
      if (visitor(candidate)) return true;
    }
  }
  // Pairs that keep the balance, such as a retain and its release.
  for (std::size_t first = 0; first < size && size <= 64; ++first) {
    for (std::size_t second = first + 1; second < size; ++second) {
      Program candidate = program;
      candidate.actions.erase(candidate.actions.begin() + static_cast<std::ptrdiff_t>(second));
      candidate.actions.erase(candidate.actions.begin() + static_cast<std::ptrdiff_t>(first));
      if (visitor(candidate)) return true;
    }
  }
  return false;
}

std::vector<double> simpler_numbers(double number) {
  std::vector<double> numbers = {0, 1, 2, -1, 0.5, 3, -2};
  if (std::isfinite(number)) {
    numbers.push_back(std::trunc(number));
    for (const double grid : {2.0, 16.0, 1024.0}) {
      numbers.push_back(std::nearbyint(number * grid) / grid);
    }
    numbers.push_back(std::fabs(number));
    int exponent = 0;
    const double mantissa = std::frexp(number, &exponent);
    for (const double bits : {1.0, 16.0, 1048576.0}) {
      numbers.push_back(std::ldexp(std::nearbyint(mantissa * bits) / bits, exponent));
    }
  }
  return numbers;
}

template <typename Change>
bool with_numbers(const Visitor& visitor, double number, Change change) {
  for (const double simple : simpler_numbers(number)) {
    if (number_size(simple) >= number_size(number) || !std::isfinite(simple)) continue;
    Program candidate = visitor.program();
    change(candidate, simple);
    if (visitor(candidate)) return true;
  }
  return false;
}

// A node that nobody needs the history of becomes an input with its value, or with a plain one.
bool ops_to_inputs(const Visitor& visitor) {
  const Program& program = visitor.program();
  if (program.code.size() > 1000) return false;
  const std::vector<double> values = execute<double>(program);
  for (NodeId node = 0; node < program.code.size(); ++node) {
    if (program.code[node].op == Op::input) continue;
    for (const double value : {canonical(values[node]), 1.0, 2.0, 0.0}) {
      Program candidate = program;
      candidate.code[node] = Instruction{};
      candidate.code[node].immediate = value;
      if (visitor(candidate)) return true;
    }
  }
  return false;
}

// The same line with a simpler op that the program has anyway: an engine need not have any other.
bool simpler_ops(const Visitor& visitor, NodeId node, OpSet present) {
  const OpInfo& row = info(visitor.program().code[node].op);
  for (const OpInfo& other : kOps) {
    if (other.op >= row.op || !contains(present, other.op) || row.op == Op::neuron) continue;
    if (other.arity != row.arity || other.immediate != row.immediate) continue;
    Program candidate = visitor.program();
    candidate.code[node].op = other.op;
    if (visitor(candidate)) return true;
  }
  return false;
}

bool simpler_lines(const Visitor& visitor) {
  const Program& program = visitor.program();
  OpSet present = 0;
  for (const Instruction& instruction : program.code) present |= bit(instruction.op);
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const Instruction& instruction = program.code[node];
    if (simpler_ops(visitor, node, present)) return true;
    if (info(instruction.op).immediate != Immediate::none &&
        with_numbers(visitor, instruction.immediate,
                     [&](Program& p, double number) { p.code[node].immediate = number; })) {
      return true;
    }
    if (instruction.op == Op::neuron) {
      for (const unsigned count : {1u, instruction.count / 2u, instruction.count - 1u}) {
        Program candidate = program;
        candidate.code[node].count = static_cast<std::uint16_t>(count);
        if (count > 0 && visitor(candidate)) return true;
      }
    }
    for (std::size_t slot = 0; slot < info(instruction.op).arity; ++slot) {
      const NodeId operand = instruction.operands[slot];
      for (const NodeId earlier : {NodeId{0}, operand / 2, operand - 1}) {
        if (operand == 0) break;
        Program candidate = program;
        candidate.code[node].operands[slot] = earlier;
        if (visitor(candidate)) return true;
      }
    }
  }
  return false;
}

bool simpler_actions(const Visitor& visitor) {
  const Program& program = visitor.program();
  for (std::size_t k = 0; k < program.actions.size(); ++k) {
    const Action& action = program.actions[k];
    if (action.verb == Verb::set &&
        with_numbers(visitor, action.value,
                     [&](Program& p, double number) { p.actions[k].value = number; })) {
      return true;
    }
    for (const std::uint32_t count : {1u, action.count / 2, action.count - 1}) {
      Program candidate = program;
      candidate.actions[k].count = count;
      if (action.verb == Verb::fail && count > 0 && visitor(candidate)) return true;
    }
    for (const NodeId earlier : {NodeId{0}, action.target / 2, action.target - 1}) {
      if (!has_target(action) || action.target == 0) break;
      Program candidate = program;
      candidate.actions[k].target = earlier;
      if (visitor(candidate)) return true;
    }
  }
  return false;
}

}  // namespace

SizeKey size_key(const Program& program) {
  SizeKey key = {program.code.size() + program.actions.size(), 0, 0, 0};
  for (const Instruction& instruction : program.code) {
    key[1] += static_cast<std::uint64_t>(instruction.op) + instruction.count;
    for (const NodeId operand : instruction.operands) key[2] += operand;
    if (info(instruction.op).immediate != Immediate::none) {
      key[3] += number_size(instruction.immediate);
    }
  }
  for (const Action& action : program.actions) {
    key[2] += action.target;
    key[3] += action.count;
    if (action.verb == Verb::set) key[3] += number_size(action.value);
  }
  return key;
}

bool for_each_simpler(const Program& program, const std::function<bool(const Program&)>& visit) {
  const Visitor visitor(program, visit);
  return cut_nodes(visitor) || cut_actions(visitor) || ops_to_inputs(visitor) ||
         simpler_lines(visitor) || simpler_actions(visitor);
}

std::vector<Program> simpler(const Program& program) {
  std::vector<Program> all;
  for_each_simpler(program, [&](const Program& candidate) {
    all.push_back(candidate);
    return false;
  });
  return all;
}

}  // namespace cradle
