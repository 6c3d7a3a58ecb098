// Forward: one pass over the snapshots, each node judged when it is first seen.

#include "checks/oracles/forward.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "checks/oracles/death.h"
#include "checks/oracles/values.h"
#include "checks/oracles/words.h"
#include "checks/program/reused.h"

namespace cradle {
namespace {

bool same_bits(double lhs, double rhs) {
  return std::bit_cast<std::uint64_t>(lhs) == std::bit_cast<std::uint64_t>(rhs) ||
         (std::isnan(lhs) && std::isnan(rhs));
}

class ForwardJudge {
 public:
  ForwardJudge(const Program& program, const Trace& trace, const Capabilities& capabilities)
      : program_(program), trace_(trace), capabilities_(capabilities) {
    values_.resize(program.code.size());
    known_.resize(program.code.size());
  }

  Judgement judge() {
    const PerformedActions actions(program_);
    bool may_fail = false;
    for (std::size_t k = 0; k < actions.size(); ++k) {
      const std::vector<NodeState>& nodes = trace_.after[k].nodes;
      if (!meet(nodes, may_fail)) return wrong_;
      perform(actions[k]);
      if (!compare(nodes)) return wrong_;
      may_fail = may_fail || actions[k].verb == Verb::fail;
    }
    if (!trace_.last.nodes.empty()) {
      if (!meet(trace_.last.nodes, may_fail) || !compare(trace_.last.nodes)) return wrong_;
    }
    return agreed(share_);
  }

 private:
  // The nodes made since the last snapshot, from their operands' values before the action that it
  // follows: a `set` may have changed inputs since. Interior values never change, so that this
  // snapshot has them.
  bool meet(const std::vector<NodeState>& nodes, bool may_fail) {
    for (; met_ < nodes.size(); ++met_) {
      if (!trace_.made[met_]) {
        if (!may_fail) return unmade(met_);
        continue;
      }
      const Instruction& line = program_.code[met_];
      if (line.op == Op::input) {
        values_[met_] = line.immediate;
        known_[met_] = 1;
        continue;
      }
      if (!nodes[met_].has_data()) continue;
      values_[met_] = nodes[met_].data;
      known_[met_] = 1;
      if (!follows(met_)) return false;
    }
    return true;
  }

  void perform(const Action& action) {
    if (action.verb == Verb::set && trace_.made[action.target]) {
      values_[action.target] = action.value;
    }
  }

  // What is known must still be there.
  bool compare(const std::vector<NodeState>& nodes) {
    for (NodeId node = 0; node < nodes.size(); ++node) {
      if (known_[node] == 0 || !nodes[node].has_data()) continue;
      if (same_bits(nodes[node].data, values_[node])) continue;
      const double expected = values_[node];
      wrong_ = disagreement(program_, node, Kind::value, nodes[node].data, expected,
                            {expected, expected});
      const bool is_input = program_.code[node].op == Op::input;
      wrong_.message += is_input ? " (an input does not hold the value it was given)"
                                 : " (its value changed after it was made)";
      return false;
    }
    return true;
  }

  bool follows(NodeId node) {
    bool known = true;
    for_each_operand(program_.code[node],
                     [&](std::uint32_t, NodeId operand) { known = known && known_[operand] != 0; });
    if (!known) return true;
    const double got = values_[node];
    const Op op = program_.code[node].op;
    const double plain = plain_value(program_, node, values_, capabilities_);
    if (same_bits(got, plain) && plain_value_is_legal(op, capabilities_)) {
      share_ = std::max(share_, 0.0);
      return true;
    }
    const LegalValues legal = legal_values(program_, node, values_, capabilities_);
    if (legal.hold(got)) {
      measure(got, legal);
      return true;
    }
    wrong_ = disagreement(program_, node, Kind::value, got, legal.expected, legal.range);
    wrong_.ulps = ulps_between(got, legal.expected, capabilities_.precision_bits);
    // Annex F gives these a zero of the operand's sign; a formula made of exp may lose it, and an
    // engine that promises nothing is not to blame.
    const bool function = op == Op::tanh || op == Op::sin || op == Op::log;
    if (!capabilities_.as_declared && function && got == 0 && legal.expected == 0) {
      wrong_.kind = Kind::edge;
    }
    wrong_.message += " (" + std::string(info(op).name) + " should give " +
                      plain_number(legal.expected) + ", got " + plain_number(got) + ")";
    return false;
  }

  void measure(double got, const LegalValues& legal) {
    const double error = got - legal.expected;
    if (!std::isfinite(error)) return;
    const double room =
        error > 0 ? legal.range.upper - legal.expected : legal.expected - legal.range.lower;
    share_ = std::max(share_, share_of(error, room));
  }

  bool unmade(NodeId node) {
    wrong_ = disagreement(program_, node, Kind::memory, 0, 0, {0, 0});
    wrong_.message += " (the engine gave NULL without a reason)";
    return false;
  }

  const Program& program_;
  const Trace& trace_;
  const Capabilities& capabilities_;
  Reused<double, ForwardJudge> values_;  // inputs: by the program; others: the engine's own
  Reused<std::uint8_t, ForwardJudge> known_;
  NodeId met_ = 0;
  double share_ = -1;
  Judgement wrong_;
};

}  // namespace

Judgement judge_forward(const Program& program, const Trace& trace,
                        const Capabilities& capabilities) {
  if (!fits(trace, program)) return judge_death(program, trace);
  return ForwardJudge(program, trace, capabilities).judge();
}

}  // namespace cradle
