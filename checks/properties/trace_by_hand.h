// A tiny engine for the oracles' own tests: traces that are right by the plainest code, or wrong on
// purpose.
//
// Plain doubles, one list of contributions a node, reference counts by hand. It shares no code with
// any oracle but the language's meaning of values, and takes any program, with actions and injected
// faults.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "checks/program/capabilities.h"
#include "checks/program/execute.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// How the hand-made engine works, and what is wrong with it.
struct Hand {
  bool ascending = false;  // contributions are summed from the first consumer on, not from the last
  bool fused = false;      // with fused multiply-add
  bool resets = false;     // backward starts from zero gradients
  Op scaled = Op::input;   // contributions of this op are multiplied by `factor`
  double factor = 1;
  bool overwrites = false;  // = for +=
  double clip = 0;          // gradients are clamped to [-clip, clip] after each addition; 0: not
};

/// What an engine like that says of itself.
inline Capabilities hand_capabilities() {
  Capabilities capabilities;
  capabilities.name = "by hand";
  capabilities.ops = kSpecificationOps | bit(Op::sub) | bit(Op::neg) | bit(Op::neuron);
  capabilities.second_backward = SecondBackward::accumulates;
  capabilities.reads_at_backward = capabilities.as_declared = true;
  capabilities.zero_grad = ZeroGrad::node;
  capabilities.can_retain = capabilities.can_release = true;
  capabilities.can_set = capabilities.can_fail = true;
  capabilities.tells_null = capabilities.tells_stale = capabilities.tells_over_release = true;
  capabilities.neuron_in_order = true;
  capabilities.ulps.exp = capabilities.ulps.log = capabilities.ulps.pow = 0.55;
  capabilities.exp_form = ExpForm::from_output;
  capabilities.log_form = LogForm::division;
  capabilities.pow_form = PowForm::exponent;
  capabilities.mask_form = MaskForm::selects;
  return capabilities;
}

class HandEngine {
 public:
  HandEngine(const Program& program, const Hand& hand) : program_(program), hand_(hand) {
    const std::size_t size = program.code.size();
    data_.resize(size);
    grad_.resize(size);
    count_.resize(size);
    held_.resize(size);
  }

  Trace run() {
    std::size_t next = 0;
    const PerformedActions actions(program_);
    for (NodeId position = 0; position <= program_.code.size(); ++position) {
      for (; next < actions.size() && actions[next].position == position; ++next) {
        const int status = perform(actions[next]);
        trace_.after.push_back(observe(true));
        trace_.after.back().status = status;
      }
      if (position < program_.code.size()) make(position);
    }
    trace_.last = observe(!is_pure(program_));
    for (NodeId node = 0; node < made_; ++node) {
      while (held_[node] > 0) release(node);
    }
    trace_.end = observe(false);
    return std::move(trace_);
  }

 private:
  using Term = std::pair<double, double>;  // factor, gradient

  bool allocate() {
    bool fails = false;
    for (std::uint32_t& countdown : countdowns_)
      fails = (countdown > 0 && --countdown == 0) || fails;
    return !fails;
  }

  void make(NodeId node) {
    bool made = true;
    for_each_operand(program_.code[node],
                     [&](std::uint32_t, NodeId operand) { made = made && trace_.made[operand]; });
    made = made && allocate();
    trace_.made.push_back(made);
    held_[node] = 1;
    ++made_;
    if (!made) return;
    data_[node] = value_at<double>(program_, node, data_);
    count_[node] = 1;
    ++live_;
    for_each_operand(program_.code[node],
                     [&](std::uint32_t, NodeId operand) { ++count_[operand]; });
  }

  void drop(NodeId node) {
    if (--count_[node] > 0) return;
    --live_;
    for_each_operand(program_.code[node], [&](std::uint32_t, NodeId operand) { drop(operand); });
  }

  void release(NodeId node) {
    --held_[node];
    if (trace_.made[node]) drop(node);
  }

  int perform(const Action& action) {
    const NodeId node = action.target;
    switch (action.verb) {
      case Verb::retain:
        ++held_[node];
        if (trace_.made[node]) ++count_[node];
        return 0;
      case Verb::release:
      case Verb::misuse_over_release:
        release(node);
        return 0;
      case Verb::backward:
        return trace_.made[node] && allocate() ? backward(node) : -1;
      case Verb::zero_grad:
        for (NodeId k = 0; k < made_; ++k) {
          if (held_[k] > 0) grad_[k] = 0;
        }
        return 0;
      case Verb::set:
        if (trace_.made[node]) data_[node] = action.value;
        return 0;
      case Verb::fail:
        countdowns_.push_back(action.count);
        return 0;
      case Verb::misuse_null:
      case Verb::misuse_stale:
        return 0;
    }
    return -1;
  }

  int backward(NodeId root) {
    const std::vector<bool> reached = reaching(program_, root);
    terms_.assign(program_.code.size(), {});
    grad_[root] = 1;
    for (NodeId node = root + 1; node-- > 0;) {
      if (!reached[node]) continue;
      if (node != root) grad_[node] = summed(node);
      pass_on(node);
    }
    return 0;
  }

  double summed(NodeId node) {
    std::vector<Term>& terms = terms_[node];
    if (hand_.ascending) std::reverse(terms.begin(), terms.end());
    double sum = hand_.resets ? 0 : grad_[node];
    for (const Term& term : terms) {
      if (hand_.overwrites) sum = 0;
      sum = hand_.fused ? std::fma(term.first, term.second, sum) : sum + term.first * term.second;
      if (hand_.clip != 0) sum = std::clamp(sum, -hand_.clip, hand_.clip);
    }
    return sum;
  }

  void give(Op op, NodeId operand, double factor, double g) {
    if (op == hand_.scaled) {
      g = factor * g * hand_.factor;
      factor = 1;
    }
    terms_[operand].push_back({factor, g});
  }

  void pass_on(NodeId node) {
    const Instruction& line = program_.code[node];
    const double g = grad_[node];
    const NodeId a = line.operands[0];
    const NodeId b = line.operands[1];
    const double e = line.immediate;
    switch (line.op) {
      case Op::add:
        give(line.op, a, 1, g);
        return give(line.op, b, 1, g);
      case Op::sub:
        give(line.op, a, 1, g);
        return give(line.op, b, -1, g);
      case Op::neg:
        return give(line.op, a, -1, g);
      case Op::mul:
        give(line.op, a, data_[b], g);
        return give(line.op, b, data_[a], g);
      case Op::relu:
        return give(line.op, a, 1, data_[a] > 0 ? g : 0);
      case Op::exp:
        return give(line.op, a, data_[node], g);
      case Op::log:
        return give(line.op, a, 1, g / data_[a]);
      case Op::pow:
        if (e == 0) return give(line.op, a, 1, 0);
        if (e == 1) return give(line.op, a, 1, g);
        return give(line.op, a, e * std::pow(data_[a], e - 1), g);
      case Op::neuron:
        return pass_on_neuron(line, line.linear || data_[node] > 0 ? g : 0);
      default:
        return;
    }
  }

  void pass_on_neuron(const Instruction& line, double g) {
    for (NodeId k = line.count; k-- > 0;) {
      const NodeId x = line.operands[0] + k;
      const NodeId w = line.operands[1] + k;
      give(Op::neuron, w, data_[x], g);
      give(Op::neuron, x, data_[w], g);
    }
    give(Op::neuron, line.operands[2], 1, g);
  }

  Snapshot observe(bool nodes) const {
    Snapshot snapshot;
    snapshot.live = live_;
    if (!nodes) return snapshot;
    snapshot.nodes.resize(made_);
    for (NodeId node = 0; node < made_; ++node) {
      if (count_[node] == 0) continue;
      snapshot.nodes[node] = {data_[node], grad_[node], count_[node],
                              NodeState::kData | NodeState::kGrad | NodeState::kCount};
    }
    return snapshot;
  }

  const Program& program_;
  const Hand& hand_;
  Trace trace_;
  std::vector<double> data_;
  std::vector<double> grad_;
  std::vector<std::uint32_t> count_;
  std::vector<std::uint32_t> held_;
  std::vector<std::uint32_t> countdowns_;
  std::vector<std::vector<Term>> terms_;
  NodeId made_ = 0;
  std::uint64_t live_ = 0;
};

/// Runs a program by hand.
inline Trace trace_by_hand(const Program& program, const Hand& hand = {}) {
  return HandEngine(program, hand).run();
}

/// True when a bug changed some gradient at all: rounding may swallow one ulp of a small
/// contribution.
inline bool gradients_differ(const Trace& lhs, const Trace& rhs) {
  for (NodeId node = 0; node < lhs.after[0].nodes.size(); ++node) {
    const double a = lhs.after[0].nodes[node].grad;
    const double b = rhs.after[0].nodes[node].grad;
    if (a != b && !(std::isnan(a) && std::isnan(b))) return true;
  }
  return false;
}

}  // namespace cradle
