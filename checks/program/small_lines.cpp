// Beginnings without dead ends: only lines are offered after which the program can still be
// completed, so that none is generated in vain.

#include "checks/program/small_lines.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "checks/program/generate_parts.h"
#include "checks/program/numbers.h"

namespace cradle {
namespace {

// With actions, lines are better spent on references than on numbers. These two give every op a
// value and a gradient of its own: 0.5 + 0.5 = 1 (1), 0.5 * 0.5 = 0.25 (0.5), 0.5^-1 = 2 (-4).
constexpr std::array kActionConstants = {0.5};
constexpr std::array kActionExponents = {-1.0};

SmallLine line_of(const Instruction& instruction) { return {false, instruction, {}}; }

}  // namespace

std::span<const double> constants_of(const SmallOptions& options) {
  return options.verbs == 0 ? small_constants() : kActionConstants;
}

std::span<const double> exponents_of(const SmallOptions& options) {
  return options.verbs == 0 ? small_exponents() : kActionExponents;
}

SmallWays ways_of(const SmallOptions& options) {
  SmallWays ways = {constants_of(options).size(), 0, 0};
  for (const Op op : list_ops(options.ops & ~bit(Op::neuron))) {
    if (info(op).arity == 2) {
      ++ways.two;
    } else {
      ways.one += info(op).immediate == Immediate::exponent ? exponents_of(options).size() : 1;
    }
  }
  return ways;
}

SmallBeginning::SmallBeginning(const SmallOptions& options)
    : options_(options),
      ops_(list_ops(options.ops & ~bit(Op::neuron))),
      actions_(options.verbs != 0),
      states_(1) {
  for (const Op op : ops_) joins_ = joins_ || info(op).arity == 2;
}

// After the next line, `unused` nodes wait, and each later one can take two and leave one if an op
// has two operands. With actions nodes may wait for ever.
bool SmallBeginning::can_finish(std::size_t unused) const {
  return actions_ || unused <= (joins_ ? lines_left() : 1);
}

std::vector<SmallLine> SmallBeginning::next_lines() const {
  std::vector<SmallLine> lines;
  const std::size_t waiting = std::accumulate(state().begin(), state().end(), std::size_t{0});
  if (can_finish(waiting + 1)) {
    for (const double constant : constants_of(options_)) {
      Instruction line;
      line.immediate = constant;
      lines.push_back(line_of(line));
    }
  }
  for (const Op op : ops_) add_ops(op, lines);
  if (actions_ && size() > 0) add_actions(lines);
  return lines;
}

void SmallBeginning::add_ops(Op op, std::vector<SmallLine>& lines) const {
  const std::size_t waiting = std::accumulate(state().begin(), state().end(), std::size_t{0});
  for (NodeId lhs = 0; lhs < size(); ++lhs) {
    if (!is_operand(lhs)) continue;
    const std::size_t left = waiting - state()[lhs];
    if (info(op).arity == 2) {
      for (NodeId rhs = 0; rhs < size(); ++rhs) {
        if (!is_operand(rhs) || !can_finish(left + 1 - (rhs == lhs ? 0u : state()[rhs]))) continue;
        lines.push_back(line_of({op, false, 0, {lhs, rhs, 0}, 0}));
      }
    } else if (can_finish(left + 1)) {
      if (info(op).immediate != Immediate::exponent) {
        lines.push_back(line_of({op, false, 0, {lhs, 0, 0}, 0}));
        continue;
      }
      for (const double exponent : exponents_of(options_)) {
        lines.push_back(line_of({op, false, 0, {lhs, 0, 0}, exponent}));
      }
    }
  }
}

void SmallBeginning::add_actions(std::vector<SmallLine>& lines) const {
  SmallLine line;
  line.is_action = true;
  line.action.position = static_cast<NodeId>(size());
  for (const VerbInfo& row : kVerbs) {
    if (!contains(options_.verbs, row.verb)) continue;
    line.action.verb = row.verb;
    line.action.target = 0;
    if (!row.has_target) {
      lines.push_back(line);
      continue;
    }
    for (NodeId node = 0; node < size(); ++node) {
      if (state()[node] == 0) continue;
      line.action.target = node;
      lines.push_back(line);
    }
  }
}

void SmallBeginning::push(const SmallLine& line) {
  State next = state();
  if (line.is_action) {
    std::uint8_t& held = next[line.action.target];
    if (line.action.verb == Verb::retain) ++held;
    if (line.action.verb == Verb::release) --held;
    program_.actions.push_back(line.action);
  } else {
    if (!actions_) {
      for_each_operand(line.instruction, [&](std::uint32_t, NodeId node) { next[node] = 0; });
    }
    next.push_back(1);
    program_.code.push_back(line.instruction);
  }
  states_.push_back(std::move(next));
  is_action_.push_back(line.is_action);
}

void SmallBeginning::pop() {
  if (is_action_.back()) {
    program_.actions.pop_back();
  } else {
    program_.code.pop_back();
  }
  is_action_.pop_back();
  states_.pop_back();
}

void SmallBeginning::replace_last(const SmallLine& line) {
  assert(lines_left() == 0);  // so the state after it is asked by nobody
  if (is_action_.back()) {
    program_.actions.pop_back();
  } else {
    program_.code.pop_back();
  }
  is_action_.back() = line.is_action;
  if (line.is_action) {
    program_.actions.push_back(line.action);
  } else {
    program_.code.push_back(line.instruction);
  }
}

SmallBeginning::Shape SmallBeginning::shape() const {
  Shape shape;
  if (!actions_) {
    shape.push_back(std::accumulate(state().begin(), state().end(), std::uint8_t{0}));
    return shape;
  }
  for (const std::uint8_t held : state()) {
    if (held > 0) shape.push_back(held);
  }
  std::sort(shape.begin(), shape.end());
  return shape;
}

}  // namespace cradle
