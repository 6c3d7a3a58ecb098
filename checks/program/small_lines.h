// Which lines may follow the beginning of a small program: what generating one, walking over all
// and counting them have in common. Nobody else calls these.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checks/program/program.h"
#include "checks/program/small.h"

namespace cradle {

/// An instruction or an action.
struct SmallLine {
  bool is_action = false;
  Instruction instruction;
  Action action;
};

/// The beginning of a small program. Lines are pushed and popped.
class SmallBeginning {
 public:
  explicit SmallBeginning(const SmallOptions& options);

  const Program& program() const { return program_; }
  std::size_t lines_left() const { return options_.length - states_.size() + 1; }
  /// Returns every line that may come next, in a fixed order: constants, ops in table order with
  /// their operands, verbs in table order with their targets. Never empty while lines are left, and
  /// none leads to a dead end.
  std::vector<SmallLine> next_lines() const;
  void push(const SmallLine& line);
  void pop();
  /// Puts another line in place of the last one, which is of no consequence to what is before it.
  void replace_last(const SmallLine& line);

  /// What the number of ways to go on depends on: for pure programs how many nodes are not used
  /// yet, for programs with actions how many references are held to each held node, in order.
  using Shape = std::vector<std::uint8_t>;
  Shape shape() const;

 private:
  // For each node: 1 until it is used (pure), or how many references to it are held (actions).
  using State = std::vector<std::uint8_t>;

  const State& state() const { return states_.back(); }
  std::size_t size() const { return program_.code.size(); }
  bool can_finish(std::size_t unused) const;
  bool is_operand(NodeId node) const { return !actions_ || state()[node] > 0; }
  void add_ops(Op op, std::vector<SmallLine>& lines) const;
  void add_actions(std::vector<SmallLine>& lines) const;

  SmallOptions options_;
  std::vector<Op> ops_;
  bool actions_;
  bool joins_ = false;  // an op has two operands
  Program program_;
  std::vector<State> states_;  // before each line, and now
  std::vector<bool> is_action_;
};

/// The constants and exponents of a small program.
std::span<const double> constants_of(const SmallOptions& options);
std::span<const double> exponents_of(const SmallOptions& options);

/// How many lines of each kind there are for given operands.
struct SmallWays {
  std::uint64_t none = 0;  // constants
  std::uint64_t one = 0;   // ops of one operand, once for each exponent
  std::uint64_t two = 0;
};
SmallWays ways_of(const SmallOptions& options);

}  // namespace cradle
