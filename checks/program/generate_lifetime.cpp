// Programs with actions: retain, release, backward, ... in any order, operands always held.

#include <algorithm>
#include <cassert>

#include "checks/program/estimate.h"
#include "checks/program/generate_parts.h"
#include "checks/program/ledger.h"
#include "checks/program/numbers.h"

namespace cradle {

std::vector<Verb> list_verbs(VerbSet verbs) {
  std::vector<Verb> list;
  for (const VerbInfo& row : kVerbs) {
    if (contains(verbs, row.verb)) list.push_back(row.verb);
  }
  return list;
}

namespace {

constexpr int kActionsInARow = 8;

class LifetimeBuilder {
 public:
  LifetimeBuilder(Choices& choices, const GenerateOptions& options)
      : choices_(choices),
        options_(options),
        ops_(list_ops(draw_swarm(choices, options.ops))),
        verbs_(list_verbs(options.verbs)),
        ledger_(program_) {}

  Program build() {
    const std::size_t wanted = 2 + choices_.below(choices_.below(8) == 0 ? 40 : 9);
    const std::size_t node_count = std::min(wanted, options_.nodes_max);
    // How eager this case is to act, and how much it keeps: drawn per case, so that both extremes
    // occur.
    const std::uint64_t act_every = 1 + choices_.below(4);
    input();
    while (program_.code.size() < node_count) {
      if (choices_.below(4) == 0 || ops_.empty() || held_.empty()) {
        input();
      } else {
        operation();
      }
      // Bounded, so that choices which are all alike (a byte string at its end) come to an end too.
      for (int k = 0; k < kActionsInARow && choices_.below(act_every + 1) == 0; ++k) action();
    }
    const std::uint64_t more = choices_.below(6);
    for (std::uint64_t k = 0; k < more; ++k) action();
    if (is_pure(program_) && contains(options_.verbs, Verb::backward)) push_verb(Verb::backward);
    assert(well_formed(program_));
    return std::move(program_);
  }

 private:
  NodeId held() {  // the newest are preferred: a graph rather than a heap of pairs
    const std::size_t size = held_.size();
    const std::size_t window = choices_.below(2) == 0 ? size : std::min<std::size_t>(size, 3);
    return held_[size - 1 - choices_.below(window)];
  }

  void push(const Instruction& instruction, const Estimate& result) {
    held_.push_back(ledger_.size());
    program_.code.push_back(instruction);
    estimates_.push_back(result);
    ledger_.make();
  }

  void input() {
    Instruction instruction;
    instruction.immediate = draw_moderate(choices_);
    push(instruction, estimate_input(instruction.immediate));
  }

  void operation() {
    Instruction instruction;
    instruction.op = ops_[choices_.below(ops_.size())];
    if (instruction.op == Op::neuron) return neuron();
    for (std::size_t slot = 0; slot < info(instruction.op).arity; ++slot) {
      instruction.operands[slot] = held();
    }
    if (info(instruction.op).immediate == Immediate::exponent) {
      instruction.immediate = draw_exponent(choices_);
    }
    Estimate result;
    // An unsafe one passes now and then: lifetimes do not depend on values being finite.
    if (!estimate(instruction, estimates_[instruction.operands[0]],
                  estimates_[instruction.operands[1]], result) &&
        choices_.below(8) != 0) {
      return input();
    }
    push(instruction, result);
  }

  std::uint16_t held_run(NodeId first) const {
    NodeId end = first;
    while (end < ledger_.size() && ledger_.held(end) > 0 && end - first < 4) ++end;
    return static_cast<std::uint16_t>(end - first);
  }

  void neuron() {
    Instruction instruction;
    instruction.op = Op::neuron;
    instruction.linear = choices_.below(3) == 0;
    instruction.operands = {held(), held(), held()};
    const std::uint16_t longest =
        std::min(held_run(instruction.operands[0]), held_run(instruction.operands[1]));
    instruction.count = static_cast<std::uint16_t>(1 + choices_.below(longest));
    push(instruction, Estimate{});
  }

  void action() {
    const Verb verb = verbs_[choices_.below(verbs_.size())];
    // Half of what is drawn here is backward or release: what most bugs need.
    const std::uint64_t common = choices_.below(4);
    if (common == 0 && contains(options_.verbs, Verb::backward)) return push_verb(Verb::backward);
    if (common == 1 && contains(options_.verbs, Verb::release)) return push_verb(Verb::release);
    push_verb(verb);
  }

  void push_verb(Verb verb) {
    if (program_.actions.size() >= options_.actions_max) return;
    Action action;
    action.position = ledger_.size();
    action.verb = verb;
    if (!aim(action)) return;
    program_.actions.push_back(action);
    if (verb == Verb::retain) ledger_.retain(action.target);
    if (verb == Verb::release || verb == Verb::misuse_over_release) {
      ledger_.release(action.target);
      if (ledger_.held(action.target) == 0) std::erase(held_, action.target);
    }
  }

  // Chooses the target and the numbers; false when there is nothing that fits.
  bool aim(Action& action) {
    switch (action.verb) {
      case Verb::zero_grad:
        return true;
      case Verb::fail:
        action.count = static_cast<std::uint32_t>(1 + choices_.below(6));
        return true;
      case Verb::misuse_null: {
        std::vector<Op> ops = ops_;
        std::erase(ops, Op::neuron);
        if (ops.empty()) return false;
        action.op = ops[choices_.below(ops.size())];
        return true;
      }
      case Verb::misuse_stale:
        return aim_where(action, [&](NodeId node) { return ledger_.freshly_dead(node); });
      case Verb::misuse_over_release:
        return aim_where(action, [&](NodeId node) {
          return ledger_.held(node) == 1 && ledger_.count(node) == 1;
        });
      case Verb::set:
        action.value = draw_moderate(choices_);
        return aim_where(action, [&](NodeId node) {
          return ledger_.held(node) > 0 && program_.code[node].op == Op::input;
        });
      default:
        if (held_.empty()) return false;
        action.target = held();
        return true;
    }
  }

  template <typename Fits>
  bool aim_where(Action& action, Fits fits) {
    std::vector<NodeId> targets;
    for (NodeId node = 0; node < ledger_.size(); ++node) {
      if (fits(node)) targets.push_back(node);
    }
    if (targets.empty()) return false;
    action.target = targets[choices_.below(targets.size())];
    return true;
  }

  Choices& choices_;
  const GenerateOptions& options_;
  std::vector<Op> ops_;
  std::vector<Verb> verbs_;
  Program program_;
  Ledger ledger_;
  std::vector<Estimate> estimates_;
  std::vector<NodeId> held_;
};

}  // namespace

Program generate_lifetime(Choices& choices, const GenerateOptions& options) {
  return LifetimeBuilder(choices, options).build();
}

}  // namespace cradle
