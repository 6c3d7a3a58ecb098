// A network is made as one: all of its parameters and neurons, or none.

#include "checks/oracles/network_faults.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "checks/oracles/death.h"
#include "checks/oracles/words.h"
#include "checks/program/ledger.h"

namespace cradle {
namespace {

class NetworkFaultsJudge {
 public:
  NetworkFaultsJudge(const Lowered& lowered, const Trace& trace, const Capabilities& capabilities)
      : lowered_(lowered),
        program_(lowered.program),
        trace_(trace),
        capabilities_(capabilities),
        actions_(program_),
        ledger_(program_),
        made_(trace.made.front()) {}

  Judgement judge() {
    for (std::size_t k = 0; k + 1 < actions_.size(); ++k) {
      faults_ += trace_.after[k].status == 0 ? 1 : 0;
    }
    if (!nodes() || !backward() || !references() || !all_given_back()) return wrong_;
    return judged(Verdict::agree);
  }

 private:
  NodeId end_of_network() const {
    NodeId node = lowered_.first_output.back();
    while (node < program_.code.size() && program_.code[node].op == Op::neuron) ++node;
    return node;
  }

  bool is_parameter(NodeId node) const { return node < lowered_.parameter_count; }

  // Uses up one injected fault, if there is one.
  bool explained() {
    if (faults_ == 0) return false;
    --faults_;
    return true;
  }

  bool nodes() {
    const NodeId end = end_of_network();
    bool null_input = false;
    for (NodeId node = 0; node < end; ++node) {
      const bool part = is_parameter(node) || program_.code[node].op == Op::neuron;
      if (part && trace_.made[node] != made_) return wrong("a part of a network was made");
      if (part || trace_.made[node]) continue;
      null_input = true;
      if (!explained()) return wrong("the engine gave no input without a reason");
    }
    if (made_ && null_input) return wrong("a network was run on an input that is NULL");
    if (!made_ && !null_input && !explained()) {
      return wrong("the engine gave no network without a reason");
    }
    for (NodeId node = 0; node < program_.code.size(); ++node) {
      if (node >= end && !follows(node)) return false;
      ledger_.make(trace_.made[node]);
    }
    return true;
  }

  // A part of the loss is NULL when an operand is; otherwise only a fault excuses it.
  bool follows(NodeId node) {
    bool null_operand = false;
    for_each_operand(program_.code[node], [&](std::uint32_t, NodeId operand) {
      null_operand = null_operand || ledger_.is_null(operand);
    });
    if (trace_.made[node]) return !null_operand || wrong("made from an operand that is NULL");
    return null_operand || explained() || wrong("the engine gave NULL without a reason");
  }

  bool backward() {
    const Snapshot& after = trace_.after.back();
    const bool null = ledger_.is_null(static_cast<NodeId>(program_.code.size() - 1));
    if (null && after.status == 0) return wrong("backward from NULL did not fail");
    if (after.status == 0) return true;
    if (!null && !explained()) return wrong("backward failed without a reason");
    for (NodeId node = 0; node < after.nodes.size(); ++node) {
      const NodeState& state = after.nodes[node];
      if (!state.has_grad() || state.grad == 0) continue;
      wrong_ = disagreement(program_, node, Kind::gradient, state.grad, 0, {0, 0});
      wrong_.message += " (a backward that failed has changed it)";
      return false;
    }
    return true;
  }

  // Where neurons are no nodes, what a network consists of cannot be counted.
  bool references() {
    if (made_ && !contains(capabilities_.ops, Op::neuron)) return true;
    const std::vector<NodeState>& nodes = trace_.after.back().nodes;
    for (NodeId node = 0; node < nodes.size(); ++node) {
      if (!nodes[node].has_count() || nodes[node].count == ledger_.count(node)) continue;
      wrong_ = disagreement(program_, node, Kind::memory, nodes[node].count, ledger_.count(node),
                            {0, 0});
      wrong_.message += " (its reference count is " + std::to_string(nodes[node].count) +
                        " and should be " + std::to_string(ledger_.count(node)) + ")";
      return false;
    }
    return live(trace_.after.back(), ledger_.live(), "after backward");
  }

  bool all_given_back() {
    const bool returns = capabilities_.release == ReleaseKind::per_handle ||
                         capabilities_.release == ReleaseKind::whole_graph;
    return !returns || live(trace_.end, 0, "after everything was released");
  }

  bool live(const Snapshot& snapshot, std::uint64_t expected, const std::string& moment) {
    if (snapshot.live == kUnreadable || snapshot.live == expected) return true;
    wrong_ = disagreement(snapshot.live > expected ? Kind::leak : Kind::memory,
                          std::to_string(snapshot.live) + " nodes are alive " + moment + ", and " +
                              std::to_string(expected) + " should be");
    return false;
  }

  bool wrong(const std::string& message) {
    wrong_ = disagreement(Kind::memory, message);
    return false;
  }

  const Lowered& lowered_;
  const Program& program_;
  const Trace& trace_;
  const Capabilities& capabilities_;
  const PerformedActions actions_;
  Ledger ledger_;
  const bool made_;           // the network
  std::uint32_t faults_ = 0;  // injected, and not yet the reason of a failure
  Judgement wrong_;
};

}  // namespace

Lowered with_fault(const Lowered& lowered, std::uint32_t number) {
  Lowered with = lowered;
  const PerformedActions performed(lowered.program);
  std::vector<Action> actions(performed.begin(), performed.end());
  Action fail;
  fail.verb = Verb::fail;
  fail.count = number;
  actions.insert(actions.begin(), fail);
  with.program.actions = std::move(actions);
  return with;
}

Judgement judge_network_faults(const Lowered& lowered, const Trace& trace,
                               const Capabilities& capabilities) {
  if (!fits(trace, lowered.program)) return judge_death(lowered.program, trace);
  return NetworkFaultsJudge(lowered, trace, capabilities).judge();
}

}  // namespace cradle
