// A program: the one representation of a computation graph.
//
// A straight-line list of instructions. Node i is the result of instruction i, and operands refer
// to earlier nodes only, so that a program is acyclic by construction. Actions (retain, release,
// backward,
// ...) make no node; each is stored with the number of nodes that exist when it happens, so that
// node numbers never depend on them. Everything else in this folder is a function on programs.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cradle {

using NodeId = std::uint32_t;

/// The kinds of operation. The numbers are part of the engine interface: DO NOT CHANGE THEM.
enum class Op : std::uint8_t {
  input = 0,
  add = 1,
  sub = 2,
  mul = 3,
  div = 4,
  neg = 5,
  pow = 6,
  powv = 7,
  exp = 8,
  log = 9,
  relu = 10,
  leaky_relu = 11,
  tanh = 12,
  sigmoid = 13,
  sin = 14,
  cos = 15,
  sqrt = 16,
  abs = 17,
  neuron = 18,
};
inline constexpr std::size_t kOpCount = 19;

/// What the number stored in an instruction means.
enum class Immediate : std::uint8_t { none, value, exponent };

/// Where an op is defined, as a set of first operands (for div: of second operands).
enum class Domain : std::uint8_t { everywhere, positive, non_negative, non_zero, by_exponent };

/// One row of the op table: the language's own, no engine's.
struct OpInfo {
  Op op;
  std::string_view name;
  std::uint8_t arity;  // a neuron has three: its first x, its first w, its bias
  Immediate immediate;
  Domain domain;
  bool kink_at_zero;  // continuous there, but not differentiable
};

inline constexpr std::array<OpInfo, kOpCount> kOps = {{
    {Op::input, "input", 0, Immediate::value, Domain::everywhere, false},
    {Op::add, "add", 2, Immediate::none, Domain::everywhere, false},
    {Op::sub, "sub", 2, Immediate::none, Domain::everywhere, false},
    {Op::mul, "mul", 2, Immediate::none, Domain::everywhere, false},
    {Op::div, "div", 2, Immediate::none, Domain::non_zero, false},
    {Op::neg, "neg", 1, Immediate::none, Domain::everywhere, false},
    {Op::pow, "pow", 1, Immediate::exponent, Domain::by_exponent, false},
    {Op::powv, "powv", 2, Immediate::none, Domain::positive, false},
    {Op::exp, "exp", 1, Immediate::none, Domain::everywhere, false},
    {Op::log, "log", 1, Immediate::none, Domain::positive, false},
    {Op::relu, "relu", 1, Immediate::none, Domain::everywhere, true},
    {Op::leaky_relu, "leaky_relu", 1, Immediate::none, Domain::everywhere, true},
    {Op::tanh, "tanh", 1, Immediate::none, Domain::everywhere, false},
    {Op::sigmoid, "sigmoid", 1, Immediate::none, Domain::everywhere, false},
    {Op::sin, "sin", 1, Immediate::none, Domain::everywhere, false},
    {Op::cos, "cos", 1, Immediate::none, Domain::everywhere, false},
    {Op::sqrt, "sqrt", 1, Immediate::none, Domain::non_negative, false},
    {Op::abs, "abs", 1, Immediate::none, Domain::everywhere, true},
    {Op::neuron, "neuron", 3, Immediate::none, Domain::everywhere, true},
}};

inline constexpr const OpInfo& info(Op op) { return kOps[static_cast<std::size_t>(op)]; }

/// A set of ops, one bit each.
using OpSet = std::uint32_t;
inline constexpr OpSet bit(Op op) { return OpSet{1} << static_cast<unsigned>(op); }
inline constexpr bool contains(OpSet set, Op op) { return (set & bit(op)) != 0; }
inline constexpr OpSet kAllOps = (OpSet{1} << kOpCount) - 1;
/// microcrad's own: the specification's six, and inputs.
inline constexpr OpSet kSpecificationOps = bit(Op::input) | bit(Op::add) | bit(Op::mul) |
                                           bit(Op::pow) | bit(Op::exp) | bit(Op::log) |
                                           bit(Op::relu);

/// One instruction: fixed width, no ownership.
///
/// Shape  `operands` has `info(op).arity` entries in use, the others are 0. A neuron reads `count`
/// nodes
///        from operands[0] on (x), `count` nodes from operands[1] on (w), and operands[2] (b).
struct Instruction {
  Op op = Op::input;
  bool linear = false;      // neuron only: without relu
  std::uint16_t count = 0;  // neuron only: how many products
  std::array<NodeId, 3> operands = {};
  double immediate = 0;  // input: its value; pow: the exponent. NaN is canonical.
};

/// What an action does. Numbers are stable: they appear in fuzz inputs.
enum class Verb : std::uint8_t {
  retain = 0,
  release = 1,
  backward = 2,
  zero_grad = 3,
  set = 4,
  fail = 5,
  misuse_null = 6,
  misuse_stale = 7,
  misuse_over_release = 8,
};
inline constexpr std::size_t kVerbCount = 9;

/// A line that makes no node. It happens after `position` nodes have been made.
struct Action {
  NodeId position = 0;
  Verb verb = Verb::backward;
  Op op = Op::input;        // misuse_null only: the op that is given NULL
  NodeId target = 0;        // all but zero_grad, fail and misuse_null
  std::uint32_t count = 0;  // fail only: the count-th allocation from here fails, 1 or more
  double value = 0;         // set only
};

/// Instructions and actions; the actions are sorted by position, equal positions in their order.
struct Program {
  std::vector<Instruction> code;
  std::vector<Action> actions;
};

/// Equality of everything, numbers bit by bit (so that NaN equals itself and -0 differs from 0).
bool operator==(const Instruction& lhs, const Instruction& rhs);
bool operator==(const Action& lhs, const Action& rhs);
bool operator==(const Program& lhs, const Program& rhs);

/// Calls `visit(slot, node)` for every operand slot, in order: a neuron's xs, its ws, then its b.
template <typename Visit>
void for_each_operand(const Instruction& instruction, Visit visit) {
  std::uint32_t slot = 0;
  if (instruction.op == Op::neuron) {
    for (unsigned group = 0; group < 2; ++group) {
      for (NodeId k = 0; k < instruction.count; ++k) {
        visit(slot++, instruction.operands[group] + k);
      }
    }
    visit(slot, instruction.operands[2]);
    return;
  }
  for (; slot < info(instruction.op).arity; ++slot) visit(slot, instruction.operands[slot]);
}

/// Returns how many operand slots an instruction has: its arity, or 2 count + 1 for a neuron.
std::size_t slot_count(const Instruction& instruction);

/// True when the program has no action, or `backward` of its last node as its only one: then it is
/// a function, and running it ends with a backward from its last node.
bool is_pure(const Program& program);

/// True when operands are earlier nodes that are held, targets are held nodes, and numbers are
/// canonical. Requires  nothing: any bits may be in `program`.
bool well_formed(const Program& program);

/// Returns which nodes reach `root` through operands; `root` itself included.
/// Shape  one entry a node.
std::vector<bool> reaching(const Program& program, NodeId root);

/// Makes every NaN the one quiet NaN: programs are compared and printed, and payloads would be
/// lost.
double canonical(double value);

}  // namespace cradle
