// The shadow model: a ledger of references, a number of injected faults that nothing has explained
// yet, and the gradients of the snapshot before.

#include "checks/oracles/lifetime.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "checks/oracles/death.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"
#include "checks/program/ledger.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

class LifetimeJudge {
 public:
  LifetimeJudge(const Program& program, const Trace& trace, const Capabilities& capabilities)
      : program_(program),
        trace_(trace),
        capabilities_(capabilities),
        actions_(program),
        ledger_(program),
        merged_(has_merged_nodes(trace)),
        counts_(capabilities.release == ReleaseKind::per_handle && !merged_) {}

  Judgement judge() {
    for (std::size_t k = 0; k < actions_.size(); ++k) {
      performed_ = k;
      if (!make_until(actions_[k].position) || !perform(k) ||
          (lost_.empty() && !references(trace_.after[k]))) {
        return wrong_;
      }
      if (!lost_.empty()) return judged(Verdict::inconclusive, lost_);
      before_ = trace_.after[k].nodes;
    }
    performed_ = actions_.size();
    if (!make_until(static_cast<NodeId>(program_.code.size())) || !references(trace_.last) ||
        !gradients_kept(trace_.last.nodes)) {
      return wrong_;
    }
    if (!all_given_back()) return wrong_;
    if (merged_) return judged(Verdict::inconclusive, "an op returned its own operand");
    const Judgement forward = judge_forward(program_, trace_, capabilities_);
    if (forward.verdict != Verdict::agree) return forward;
    return undecided_.empty() ? agreed(std::max(share_, forward.share))
                              : judged(Verdict::inconclusive, undecided_);
  }

 private:
  // A result is NULL when an operand is; otherwise only an injected fault excuses it.
  bool make_until(NodeId position) {
    for (NodeId node = ledger_.size(); node < position; ++node) {
      bool null_operand = false;
      for_each_operand(program_.code[node], [&](std::uint32_t, NodeId operand) {
        null_operand = null_operand || ledger_.is_null(operand);
      });
      const bool made = trace_.made[node];
      if (made && null_operand) return wrong_node(node, "made from an operand that is NULL");
      if (!made && !null_operand && !explained()) {
        return wrong_node(node, "the engine gave NULL without a reason");
      }
      ledger_.make(made);
    }
    return true;
  }

  // Uses up one injected fault, if there is one.
  bool explained() {
    if (faults_ == 0) return false;
    --faults_;
    return true;
  }

  bool perform(std::size_t k) {
    const Action& action = actions_[k];
    const Snapshot& after = trace_.after[k];
    switch (action.verb) {
      case Verb::retain:
        ledger_.retain(action.target);
        break;
      case Verb::release:
        ledger_.release(action.target);
        break;
      case Verb::backward:
        return backward(action.target, after);
      case Verb::zero_grad:
        return gradients_zeroed(after.nodes);
      case Verb::fail:
        if (after.status == 0) ++faults_;
        return gradients_kept(after.nodes);
      case Verb::misuse_null:
      case Verb::misuse_stale:
      case Verb::misuse_over_release:
        return misuse(action, after);
      case Verb::set:
        make_stale(action.target);
        break;
    }
    if (after.status != 0) return wrong(Kind::memory, print(action) + " failed");
    return gradients_kept(after.nodes);
  }

  bool backward(NodeId target, const Snapshot& after) {
    if (ledger_.is_null(target)) {
      if (after.status == 0) return wrong(Kind::memory, "backward from NULL did not fail");
      return gradients_kept(after.nodes);
    }
    if (after.status != 0) {
      const SecondBackward policy = capabilities_.second_backward;
      const bool may_refuse =
          policy == SecondBackward::refuses || policy == SecondBackward::unknown;
      if (!(may_refuse && swept_) && !explained()) {
        return wrong(Kind::memory,
                     "backward %" + std::to_string(target) + " failed without a reason");
      }
      return gradients_kept(after.nodes);
    }
    swept_ = true;
    if (merged_) return true;
    const Sweep sweep = {target, before_, after.nodes, stale_};
    wrong_ = local_obstacle(capabilities_).empty() ? judge_sweep(program_, sweep, capabilities_)
                                                   : judge_inputs(target, after);
    if (wrong_.verdict == Verdict::inconclusive) undecided_ = wrong_.message;
    share_ = std::max(share_, wrong_.share);
    if (!capabilities_.as_declared) mark_composed(program_, target, stale_);
    return wrong_.verdict != Verdict::disagree;
  }

  // Where interior gradients tell nothing by design, those of the inputs are judged, as long as
  // this backward is all that they hold and its values are those of the program. What they cannot
  // decide is then for global to say: references are judged all the same.
  Judgement judge_inputs(NodeId target, const Snapshot& after) const {
    bool fresh = stale_.empty();
    for (NodeId node = 0; node <= target; ++node) {
      fresh = fresh && trace_.made[node] && (node >= before_.size() || before_[node].grad == 0);
    }
    if (!fresh) return judged(Verdict::agree);
    Program function;
    function.code.assign(program_.code.begin(), program_.code.begin() + target + 1);
    Trace trace;
    trace.made.assign(function.code.size(), true);
    trace.after = {after};
    trace.after.front().nodes.resize(function.code.size());
    const Judgement judgement = judge_global(function, trace, capabilities_);
    return judgement.verdict == Verdict::disagree ? judgement : judged(Verdict::agree);
  }

  // The results that were made from `operand` are not those of its data any more.
  void make_stale(NodeId operand) {
    stale_.resize(ledger_.size());
    for (NodeId node = 0; node < stale_.size(); ++node) {
      for_each_operand(program_.code[node], [&](std::uint32_t, NodeId used) {
        if (used == operand) stale_[node] = 1;
      });
    }
  }

  // Misuse that the engine claims to tell must be told, and must change nothing but what the
  // language says: the first release of an over-release is a good one.
  bool misuse(const Action& action, const Snapshot& after) {
    const bool has_target = action.verb != Verb::misuse_null;
    const bool null = has_target && ledger_.is_null(action.target);
    const bool told = action.verb == Verb::misuse_null    ? capabilities_.tells_null
                      : action.verb == Verb::misuse_stale ? capabilities_.tells_stale
                                                          : capabilities_.tells_over_release;
    if (action.verb == Verb::misuse_stale && !null && !ledger_.freshly_dead(action.target)) {
      // Faults freed it earlier than the program says: its memory may be another node's by now.
      lost_ = "a stale node was freed early, because a consumer could not be made";
      return true;
    }
    if (action.verb == Verb::misuse_over_release) ledger_.release(action.target);
    if (told && !null && after.status != 0) {
      return wrong(Kind::memory, print(action) + " was not told");
    }
    return gradients_kept(after.nodes);
  }

  // New nodes start at 0, all others keep what they had.
  bool gradients_kept(const std::vector<NodeState>& nodes) {
    if (merged_) return true;
    for (NodeId node = 0; node < nodes.size(); ++node) {
      if (!nodes[node].has_grad()) continue;
      const bool is_new = node >= before_.size();
      if (!is_new && !before_[node].has_grad()) continue;
      const double expected = is_new ? 0 : before_[node].grad;
      if (!same(nodes[node].grad, expected)) return wrong_gradient(node, nodes, expected);
    }
    return true;
  }

  // zero_grad is called for every node that is held. What it does to the others is the engine's
  // choice, when it goes on from a node to its operands or clears everything.
  bool gradients_zeroed(const std::vector<NodeState>& nodes) {
    if (capabilities_.zero_grad == ZeroGrad::none || merged_) return true;
    for (NodeId node = 0; node < nodes.size(); ++node) {
      if (!nodes[node].has_grad() || nodes[node].grad == 0) continue;
      const bool held = ledger_.held(node) > 0;
      if (held || capabilities_.zero_grad != ZeroGrad::node) return wrong_gradient(node, nodes, 0);
      if (node < before_.size() && before_[node].has_grad() &&
          !same(nodes[node].grad, before_[node].grad)) {
        return wrong_gradient(node, nodes, before_[node].grad);
      }
    }
    return true;
  }

  // Reference counts and the number of live nodes, by the ledger.
  bool references(const Snapshot& snapshot) {
    if (!counts_) return true;
    for (NodeId node = 0; node < snapshot.nodes.size(); ++node) {
      const NodeState& state = snapshot.nodes[node];
      if (!state.has_count() || state.count == ledger_.count(node)) continue;
      wrong_node(node, "its reference count is " + std::to_string(state.count) + " " + moment() +
                           " and should be " + std::to_string(ledger_.count(node)));
      wrong_.got = state.count;
      wrong_.expected = wrong_.lower = wrong_.upper = ledger_.count(node);
      wrong_.ulps = ulps_between(wrong_.got, wrong_.expected);
      return false;
    }
    return live(snapshot, ledger_.live());
  }

  bool live(const Snapshot& snapshot, std::uint64_t expected) {
    if (snapshot.live == kUnreadable || snapshot.live == expected) return true;
    wrong(snapshot.live > expected ? Kind::leak : Kind::memory,
          std::to_string(snapshot.live) + " nodes are alive " + moment() + ", and " +
              std::to_string(expected) + " should be");
    wrong_.got = static_cast<double>(snapshot.live);
    wrong_.expected = static_cast<double>(expected);
    return false;
  }

  // What is still held is released, in node order: then nothing may live.
  bool all_given_back() {
    const bool returns = capabilities_.release == ReleaseKind::per_handle ||
                         capabilities_.release == ReleaseKind::whole_graph;
    performed_ = actions_.size() + 1;
    return !returns || live(trace_.end, 0);
  }

  std::string moment() const {
    if (performed_ < actions_.size()) return "after " + print(actions_[performed_]);
    return performed_ == actions_.size() ? "before the last releases"
                                         : "after everything was released";
  }

  bool wrong(Kind kind, const std::string& message) {
    wrong_ = disagreement(kind, message);
    return false;
  }

  bool wrong_node(NodeId node, const std::string& why) {
    wrong_ = disagreement(program_, node, Kind::memory, 0, 0, {0, 0});
    wrong_.message += " (" + why + ")";
    return false;
  }

  bool wrong_gradient(NodeId node, const std::vector<NodeState>& nodes, double expected) {
    wrong_ = disagreement(program_, node, Kind::gradient, nodes[node].grad, expected,
                          {expected, expected});
    wrong_.message += " (its gradient is " + plain_number(nodes[node].grad) + " " + moment() +
                      " and should be " + plain_number(expected) + ")";
    return false;
  }

  const Program& program_;
  const Trace& trace_;
  const Capabilities& capabilities_;
  const PerformedActions actions_;
  Ledger ledger_;
  const bool merged_;  // numbers share their nodes: what is done to one is done to the other
  const bool counts_;  // references are given back one by one, and each node is its own
  std::span<const NodeState> before_;  // the snapshot of the action before
  std::vector<std::uint8_t> stale_;    // 1: what it passes on may be other than its operands say
  std::uint32_t faults_ = 0;           // injected, and not yet the reason of a failure
  bool swept_ = false;                 // some backward has succeeded
  std::size_t performed_ = 0;          // the action that is judged; past the last: the end
  std::string undecided_;              // a gradient could not be judged, all else could
  std::string lost_;                   // from here on nothing can be predicted
  double share_ = -1;                  // the largest of the sweeps judged so far
  Judgement wrong_;
};

}  // namespace

Judgement judge_lifetime(const Program& program, const Trace& trace,
                         const Capabilities& capabilities) {
  if (!fits(trace, program)) return judge_death(program, trace);
  return LifetimeJudge(program, trace, capabilities).judge();
}

}  // namespace cradle
