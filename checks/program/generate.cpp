// Pure programs of the profiles, and the draws that shape a case.

#include "checks/program/generate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <vector>

#include "checks/program/estimate.h"
#include "checks/program/generate_parts.h"
#include "checks/program/lower.h"
#include "checks/program/numbers.h"

namespace cradle {
namespace {

// Mostly small: half of all bugs need three nodes, and a person must read what is found.
std::size_t draw_node_count(Choices& choices, const GenerateOptions& options) {
  const std::uint64_t size_class = choices.below(100);
  const std::size_t wanted = size_class < 50   ? 3 + choices.below(7)
                             : size_class < 88 ? 8 + choices.below(18)
                             : size_class < 98 ? 24 + choices.below(40)
                                               : 60 + choices.below(141);
  return std::clamp<std::size_t>(wanted, options.nodes_min, options.nodes_max);
}

// Builds a program node by node. Operands prefer what is not yet used, and the last lines join what
// is left over: a node that does not reach the last one has gradient 0, and shows little.
class Builder {
 public:
  Builder(Choices& choices, const GenerateOptions& options, OpSet ops)
      : choices_(choices), options_(options), ops_(list_ops(ops & ~bit(Op::neuron))) {
    for (const Op op : ops_) {
      if (info(op).arity == 2) joins_.push_back(op);
    }
  }

  Program build() {
    const std::size_t node_count = draw_node_count(choices_, options_);
    const bool untamed = options_.profile == Profile::wild || options_.profile == Profile::special;
    const std::uint64_t wild_every = options_.profile == Profile::special ? 2 : 6;
    const bool loose_ends =
        options_.even || choices_.below(8) == 0;  // dead branches have bugs of their own
    input();
    while (program_.code.size() < node_count) {
      const bool join = !loose_ends && unused_.size() >= node_count - program_.code.size();
      if (ops_.empty() || (!join && choices_.below(6) == 0)) {
        input();
      } else {
        // What is left over in a program that is not safe anyway is joined, safe or not.
        operation(untamed && (join || choices_.below(wild_every) == 0), join);
      }
    }
    assert(well_formed(program_));
    return std::move(program_);
  }

 private:
  void input() {
    Instruction instruction;
    switch (options_.profile) {
      case Profile::special:
        instruction.immediate =
            choices_.below(2) == 0 ? draw_special(choices_) : draw_readable(choices_);
        break;
      case Profile::wild:
        instruction.immediate =
            choices_.below(5) == 0 ? draw_bits(choices_) : draw_moderate(choices_);
        break;
      default:
        instruction.immediate = draw_moderate(choices_);
    }
    push(instruction, estimate_input(instruction.immediate));
  }

  NodeId operand() {
    const auto size = static_cast<NodeId>(program_.code.size());
    if (options_.even) return static_cast<NodeId>(choices_.below(size));
    switch (choices_.below(4)) {
      case 0:
        return static_cast<NodeId>(choices_.below(size));
      case 1:  // among the newest
        return size - 1 - static_cast<NodeId>(choices_.below(std::min<NodeId>(size, 3)));
      default:  // among the unused ones: the newest node always is
        return unused_[choices_.below(unused_.size())];
    }
  }

  // An op on any operands, or one that joins two unused nodes, or takes the only one.
  Instruction draw_operation(bool join) {
    const bool two = join && unused_.size() > 1 && !joins_.empty();
    const std::vector<Op>& ops = two ? joins_ : ops_;
    Instruction instruction;
    instruction.op = ops[choices_.below(ops.size())];
    for (std::size_t slot = 0; slot < info(instruction.op).arity; ++slot) {
      instruction.operands[slot] = operand();
    }
    if (join) {
      const std::size_t first = choices_.below(unused_.size());
      instruction.operands[0] = unused_[first];
      if (two) {
        const std::size_t further = 1 + choices_.below(unused_.size() - 1);
        instruction.operands[1] = unused_[(first + further) % unused_.size()];
      }
    }
    return instruction;
  }

  void operation(bool wild, bool join) {
    Instruction instruction = draw_operation(join);
    if (info(instruction.op).immediate == Immediate::exponent) {
      instruction.immediate =
          wild && choices_.below(3) == 0 ? draw_special(choices_) : draw_exponent(choices_);
    }
    Estimate result;
    if (try_estimate(instruction, result)) return push(instruction, result);
    if (wild) return push(instruction, Estimate{});
    // Not safe there: try the tamest op on the same operands, then give up and make an input.
    for (const Op tame : {Op::add, Op::mul, Op::exp}) {
      if (std::find(ops_.begin(), ops_.end(), tame) == ops_.end()) continue;
      Instruction other;
      other.op = tame;
      for (std::size_t slot = 0; slot < info(tame).arity; ++slot) {
        other.operands[slot] = instruction.operands[slot];
      }
      if (try_estimate(other, result)) return push(other, result);
    }
    input();
  }

  bool try_estimate(const Instruction& instruction, Estimate& result) const {
    return estimate(instruction, estimates_[instruction.operands[0]],
                    estimates_[instruction.operands[1]], result);
  }

  void push(const Instruction& instruction, const Estimate& result) {
    for_each_operand(instruction, [&](std::uint32_t, NodeId node) { std::erase(unused_, node); });
    unused_.push_back(static_cast<NodeId>(program_.code.size()));
    program_.code.push_back(instruction);
    estimates_.push_back(result);
  }

  Choices& choices_;
  const GenerateOptions& options_;
  std::vector<Op> ops_;
  std::vector<Op> joins_;  // those of them that take two operands
  Program program_;
  std::vector<Estimate> estimates_;
  std::vector<NodeId> unused_;  // never empty after the first node: the newest is among them
};

Program generate_network(Choices& choices, const GenerateOptions& options) {
  // Ever smaller networks: the largest of the last kind has 45 nodes without neurons.
  for (const std::uint32_t width_max : {6u, 4u, 2u}) {
    const Network network = draw_network(choices, width_max > 2 ? 3 : 1, width_max, 2);
    Program program = lower(network).program;
    if (!contains(options.ops, Op::neuron)) program = expand(program);
    if (program.code.size() <= options.nodes_max) return program;
  }
  GenerateOptions safe = options;
  safe.profile = Profile::safe;
  return generate(choices, safe);
}

}  // namespace

std::string_view name_of(Profile profile) {
  static constexpr std::array<std::string_view, kProfileCount> kNames = {"safe", "mlp", "special",
                                                                         "wild", "raw"};
  return kNames[static_cast<std::size_t>(profile)];
}

std::vector<Op> list_ops(OpSet ops) {
  std::vector<Op> list;
  for (const OpInfo& row : kOps) {
    if (row.op != Op::input && contains(ops, row.op)) list.push_back(row.op);
  }
  return list;
}

Profile draw_profile(Choices& choices) {
  const std::uint64_t percent = choices.below(100);
  if (percent < 60) return Profile::safe;
  if (percent < 75) return Profile::mlp;
  if (percent < 90) return Profile::special;
  return Profile::wild;
}

OpSet draw_swarm(Choices& choices, OpSet ops) {
  if (choices.below(2) == 0) return ops;
  OpSet chosen = ops & static_cast<OpSet>(choices.below(OpSet{1} << kOpCount));
  constexpr OpSet kBinary =
      bit(Op::add) | bit(Op::sub) | bit(Op::mul) | bit(Op::div) | bit(Op::powv);
  // Without an op of two operands a graph is a bundle of threads; the lowest bit is the tamest.
  const OpSet binary = ops & kBinary;
  if ((chosen & kBinary) == 0 && binary != 0) chosen |= OpSet{1} << std::countr_zero(binary);
  return chosen | bit(Op::input);
}

Program generate(Choices& choices, const GenerateOptions& options) {
  assert(options.nodes_min > 0 && options.nodes_min <= options.nodes_max);
  if (options.profile == Profile::raw) return generate_raw(choices, options);
  if (options.verbs != 0) return generate_lifetime(choices, options);
  constexpr OpSet kParts = bit(Op::add) | bit(Op::mul) | bit(Op::relu);
  const bool fits = contains(options.ops, Op::neuron) || (options.ops & kParts) == kParts;
  if (options.profile == Profile::mlp && fits && contains(options.ops, Op::add) &&
      contains(options.ops, Op::pow)) {
    return generate_network(choices, options);
  }
  const OpSet ops = options.swarm ? draw_swarm(choices, options.ops) : options.ops;
  return Builder(choices, options, ops).build();
}

}  // namespace cradle
