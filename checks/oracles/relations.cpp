// Inserting a node shifts the numbers of all later ones. A neuron reads its operands as two ranges
// of numbers, which nothing may be inserted into.

#include "checks/oracles/relations.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

namespace cradle {
namespace {

// Source: Steele, Lea & Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
std::uint64_t mixed(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// Numbers that follow from a program's code.
class Draws {
 public:
  explicit Draws(const Program& program) {
    for (const Instruction& line : program.code) {
      const auto head = static_cast<std::uint64_t>(line.op) | std::uint64_t{line.count} << 8 |
                        std::uint64_t{line.linear} << 32;
      state_ = mixed(state_ ^ head);
      for (const NodeId operand : line.operands) state_ = mixed(state_ ^ operand);
      state_ = mixed(state_ ^ std::bit_cast<std::uint64_t>(line.immediate));
    }
  }

  // Below `bound`, which is not 0.
  std::size_t below(std::size_t bound) {
    state_ = mixed(state_);
    return static_cast<std::size_t>(state_ % bound);
  }

 private:
  std::uint64_t state_ = 0;
};

class Maker {
 public:
  Maker(const Program& program, const Capabilities& capabilities)
      : code_(program.code), capabilities_(capabilities), draws_(program) {
    const std::size_t size = code_.size();
    ranged_.assign(size, false);
    splits_.assign(size + 1, false);
    for (NodeId node = 0; node < size; ++node) note(node);
  }

  std::vector<Related> make() {
    std::vector<Related> made;
    made.push_back(unchanged(Relation::same));
    if (!fits(2)) return made;
    if (auto related = identity()) made.push_back(std::move(*related));
    if (auto related = leaf()) made.push_back(std::move(*related));
    if (auto related = scaled()) made.push_back(std::move(*related));
    if (auto related = duplicated()) made.push_back(std::move(*related));
    return made;
  }

 private:
  bool fits(std::size_t more) const {
    return capabilities_.nodes_max == 0 || code_.size() + more <= capabilities_.nodes_max;
  }

  void note(NodeId node) {
    const Instruction& line = code_[node];
    if (line.op != Op::neuron) return;
    for (unsigned group = 0; group < 2; ++group) {
      for (NodeId k = 0; k < line.count; ++k) {
        ranged_[line.operands[group] + k] = true;
        if (k > 0) splits_[line.operands[group] + k] = true;
      }
    }
  }

  Related unchanged(Relation relation) const {
    Related related;
    related.relation = relation;
    related.program.code = code_;
    for (NodeId node = 0; node < code_.size(); ++node) related.node.push_back(node);
    return related;
  }

  // Makes room for `count` instructions at `position`; they are inputs until they are written.
  Related with_room(Relation relation, NodeId position, NodeId count) const {
    Related related;
    related.relation = relation;
    const auto moved = [&](NodeId node) { return node < position ? node : node + count; };
    for (NodeId node = 0; node < code_.size(); ++node) {
      if (node == position) related.program.code.resize(position + count);
      Instruction line = code_[node];
      const unsigned arity = info(line.op).arity;
      for (unsigned slot = 0; slot < arity; ++slot)
        line.operands[slot] = moved(line.operands[slot]);
      related.program.code.push_back(line);
      related.node.push_back(moved(node));
    }
    related.program.code.resize(code_.size() + count);
    return related;
  }

  // One of the nodes that a new one may follow at once, as none in a neuron's range may: what
  // splits a range stands behind one of it. From a drawn one on, the first that does.
  template <typename Predicate>
  std::optional<NodeId> draw_node(Predicate fit) {
    const std::size_t start = draws_.below(code_.size());
    for (std::size_t k = 0; k < code_.size(); ++k) {
      const auto node = static_cast<NodeId>((start + k) % code_.size());
      if (!ranged_[node] && fit(node)) return node;
    }
    return std::nullopt;
  }

  static void redirect(Instruction& line, NodeId from, NodeId to) {
    const bool is_neuron = line.op == Op::neuron;
    for (unsigned slot = is_neuron ? 2 : 0; slot < info(line.op).arity; ++slot) {
      if (line.operands[slot] == from) line.operands[slot] = to;
    }
  }

  static Instruction instruction(Op op, NodeId a, NodeId b, double immediate) {
    Instruction line;
    line.op = op;
    line.operands = {a, b, 0};
    line.immediate = immediate;
    return line;
  }

  std::optional<Related> identity() {
    std::vector<Op> offered;
    for (const Op op : {Op::add, Op::mul, Op::pow}) {
      if (contains(capabilities_.ops, op)) offered.push_back(op);
    }
    const auto node = draw_node([](NodeId) { return true; });  // the root, if no other
    if (offered.empty()) return std::nullopt;
    const Op op = offered[draws_.below(offered.size())];
    const NodeId position = *node + 1;
    const NodeId inserted = op == Op::pow ? 1 : 2;
    Related related = with_room(Relation::identity, position, inserted);
    std::vector<Instruction>& code = related.program.code;
    const NodeId copy = position + inserted - 1;
    if (op == Op::pow) {
      code[copy] = instruction(Op::pow, *node, 0, 1);
    } else {
      code[position] = instruction(Op::input, 0, 0, op == Op::add ? -0.0 : 1.0);
      code[copy] = instruction(op, *node, position, 0);
    }
    for (NodeId user = copy + 1; user < code.size(); ++user) redirect(code[user], *node, copy);
    return related;
  }

  std::optional<Related> leaf() {
    std::vector<NodeId> places;  // not last: it would be the root
    for (NodeId position = 0; position < code_.size(); ++position) {
      if (!splits_[position]) places.push_back(position);
    }
    const NodeId position = places[draws_.below(places.size())];
    Related related = with_room(Relation::leaf, position, 1);
    related.program.code[position] = instruction(Op::input, 0, 0, 1.5);
    related.extra = position;
    return related;
  }

  std::optional<Related> scaled() {
    if (!contains(capabilities_.ops, Op::mul)) return std::nullopt;
    Related related = unchanged(Relation::scaled);
    const auto size = static_cast<NodeId>(code_.size());
    const int power = 1 + static_cast<int>(draws_.below(8));
    related.exponent = draws_.below(2) == 0 ? power : -power;
    related.program.code.push_back(instruction(Op::input, 0, 0, std::ldexp(1.0, related.exponent)));
    related.program.code.push_back(instruction(Op::mul, size - 1, size, 0));
    return related;
  }

  // Who uses `node` last, and not as one of a neuron's range.
  std::optional<NodeId> last_user(NodeId node) const {
    for (auto user = static_cast<NodeId>(code_.size()); user-- > node + 1;) {
      bool uses = false;
      for_each_operand(code_[user],
                       [&](std::uint32_t, NodeId operand) { uses |= operand == node; });
      if (uses) return user;
    }
    return std::nullopt;
  }

  std::optional<Related> duplicated() {
    const auto node = draw_node([&](NodeId candidate) {
      return code_[candidate].op != Op::input && last_user(candidate).has_value();
    });
    if (!node) return std::nullopt;
    const NodeId position = *node + 1;
    Related related = with_room(Relation::duplicated, position, 1);
    std::vector<Instruction>& code = related.program.code;
    code[position] = code[*node];
    redirect(code[related.node[*last_user(*node)]], *node, position);
    return related;
  }

  const std::vector<Instruction>& code_;
  const Capabilities& capabilities_;
  Draws draws_;
  std::vector<bool> ranged_;  // one of a neuron's xs or ws
  std::vector<bool> splits_;  // an insertion here would tear a range
};

}  // namespace

const char* name_of(Relation relation) {
  switch (relation) {
    case Relation::same:
      return "the same program once more";
    case Relation::identity:
      return "an identity inserted";
    case Relation::leaf:
      return "an unused input added";
    case Relation::scaled:
      return "the result scaled by a power of two";
    case Relation::duplicated:
      return "a node made twice";
  }
  return "";
}

std::vector<Related> relatives(const Program& program, const Capabilities& capabilities) {
  if (program.code.empty() || !is_pure(program)) return {};
  return Maker(program, capabilities).make();
}

}  // namespace cradle
