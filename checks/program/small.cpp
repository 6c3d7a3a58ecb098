// Enumeration without dead ends: only choices that can still be completed are offered, so that no
// sequence is generated in vain.

#include "checks/program/small.h"

#include <cassert>
#include <vector>

#include "checks/program/generate_parts.h"
#include "checks/program/numbers.h"

namespace cradle {
namespace {

class Small {
 public:
  Small(Choices& choices, std::size_t length, OpSet ops)
      : choices_(choices), length_(length), ops_(list_ops(ops)) {
    for (const Op op : ops_) joins_ = joins_ || info(op).arity == 2;
  }

  Program build() {
    while (program_.code.size() < length_) step();
    return std::move(program_);
  }

 private:
  std::size_t size() const { return program_.code.size(); }

  // After this node, `unused` nodes wait, and each later one can take two and leave one if an op
  // has two operands.
  bool can_finish(std::size_t unused) const { return unused <= (joins_ ? length_ - size() : 1); }

  // One choice for the whole line: which op with which operands and number.
  void step() {
    std::vector<Instruction> lines;
    if (can_finish(waiting_count_ + 1)) {
      for (const double constant : small_constants()) {
        Instruction line;
        line.immediate = constant;
        lines.push_back(line);
      }
    }
    for (const Op op : ops_) {
      for (NodeId lhs = 0; lhs < size(); ++lhs) {
        if (info(op).arity == 1) {
          one_operand(op, lhs, lines);
          continue;
        }
        for (NodeId rhs = 0; rhs < size(); ++rhs) {
          const std::size_t taken = waiting_[lhs] + (rhs == lhs ? 0u : waiting_[rhs]);
          if (can_finish(waiting_count_ + 1 - taken))
            lines.push_back({op, false, 0, {lhs, rhs, 0}, 0});
        }
      }
    }
    push(lines[choices_.below(lines.size())]);
  }

  void one_operand(Op op, NodeId operand, std::vector<Instruction>& lines) const {
    if (!can_finish(waiting_count_ + 1 - waiting_[operand])) return;
    Instruction line;
    line.op = op;
    line.operands[0] = operand;
    if (info(op).immediate != Immediate::exponent) return lines.push_back(line);
    for (const double exponent : small_exponents()) {
      line.immediate = exponent;
      lines.push_back(line);
    }
  }

  void push(const Instruction& line) {
    for_each_operand(line, [&](std::uint32_t, NodeId node) {
      waiting_count_ -= waiting_[node];
      waiting_[node] = 0;
    });
    waiting_.push_back(1);
    ++waiting_count_;
    program_.code.push_back(line);
  }

  Choices& choices_;
  std::size_t length_;
  std::vector<Op> ops_;
  bool joins_ = false;
  Program program_;
  std::vector<unsigned> waiting_;  // 1 until a node is used
  std::size_t waiting_count_ = 0;
};

struct Ways {
  std::uint64_t none, one, two;
};

std::uint64_t count(std::uint64_t made, std::uint64_t unused, std::size_t left, const Ways& ways) {
  if (left == 0) return unused == 1 ? 1 : 0;
  if (unused > left + 1) return 0;
  const std::uint64_t used = made - unused;
  const std::uint64_t more = count(made + 1, unused + 1, left - 1, ways);
  const std::uint64_t same = count(made + 1, unused, left - 1, ways);
  const std::uint64_t fewer = unused > 0 ? count(made + 1, unused - 1, left - 1, ways) : 0;
  return ways.none * more + ways.one * (unused * same + used * more) +
         ways.two * (unused * (unused > 0 ? unused - 1 : 0) * fewer +
                     (2 * unused * used + unused) * same + used * used * more);
}

}  // namespace

Program generate_small(Choices& choices, std::size_t length, OpSet ops) {
  assert(length > 0 && !contains(ops, Op::neuron));
  Program program = Small(choices, length, ops).build();
  assert(well_formed(program));
  return program;
}

std::uint64_t small_program_count(std::size_t length, OpSet ops) {
  Ways ways = {small_constants().size(), 0, 0};
  for (const Op op : list_ops(ops)) {
    if (info(op).arity == 2) {
      ++ways.two;
    } else {
      ways.one += info(op).immediate == Immediate::exponent ? small_exponents().size() : 1;
    }
  }
  return count(0, 0, length, ways);
}

}  // namespace cradle
