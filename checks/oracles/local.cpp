// LOCAL: a plain replay of the sweep first, the inequality in float128 for whatever it does not
// explain.

#include "checks/oracles/local.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "checks/oracles/replay.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

// What a judge notes of each node. Kept from one to the next: a program of actions has many.
struct Notes {
  std::vector<std::uint8_t> reached;  // it reaches the root
  std::vector<std::uint8_t> blind;    // a consumer's gradient or data cannot be read
  std::vector<double> adjoints;       // replayed, on top of what was there before
};

// One backward under one reading of what a second backward does.
class SweepJudge {
 public:
  SweepJudge(const Program& program, const Sweep& sweep, const Capabilities& capabilities,
             bool resets, Notes& notes)
      : program_(program),
        sweep_(sweep),
        capabilities_(capabilities),
        resets_(resets),
        replays_(replay_is_legal(capabilities)),
        reached_(notes.reached),
        blind_(notes.blind),
        adjoints_(notes.adjoints) {
    find_reached(program, sweep.root, reached_);
    blind_.assign(reached_.size(), 0);
    adjoints_.resize(reached_.size());
    for (NodeId node = 0; node < reached_.size(); ++node) adjoints_[node] = before(node);
  }

  // From the root down, so that the first node that disagrees is the nearest to it.
  Judgement judge() {
    for (NodeId node = static_cast<NodeId>(sweep_.after.size()); node-- > sweep_.root + 1;) {
      if (!unchanged(node)) return meddled(node);
    }
    for (NodeId node = sweep_.root + 1; node-- > 0;) {
      const bool is_reached = reached_[node] != 0;
      if (!is_reached && !unchanged(node)) return meddled(node);
      if (!is_reached) continue;
      if (!sweep_.after[node].has_grad()) {
        undecided_ = true;
      } else if (node == sweep_.root) {
        if (!is_seed(sweep_.after[node].grad, capabilities_)) return wrong_root();
      } else if (!follows(node)) {
        return wrong_;
      }
      pass_on(node);
    }
    if (undecided_) return judged(Verdict::inconclusive, "a gradient could not be decided");
    return agreed(share_);
  }

 private:
  double before(NodeId node) const { return resets_ ? 0 : gradient_before(sweep_, node); }

  bool unchanged(NodeId node) const {
    const NodeState& after = sweep_.after[node];
    const bool known = node >= sweep_.before.size() || sweep_.before[node].has_grad();
    if (!known || !after.has_grad()) return true;
    return same(after.grad, gradient_before(sweep_, node)) || (resets_ && after.grad == 0);
  }

  void pass_on(NodeId node) {
    if (program_.code[node].op == Op::input) return;
    const bool known =
        (capabilities_.reads_at_backward && capabilities_.as_declared) || !sweep_.is_stale(node);
    if (known && passed_on_as_read(program_, sweep_, node, capabilities_) &&
        readable(program_, node, sweep_.after)) {
      return replay(program_, node, sweep_.after, capabilities_, adjoints_);
    }
    for_each_operand(program_.code[node],
                     [&](std::uint32_t, NodeId operand) { blind_[operand] = 1; });
  }

  bool follows(NodeId node) {
    const bool known = node >= sweep_.before.size() || sweep_.before[node].has_grad();
    if (blind_[node] != 0 || !known) {
      undecided_ = true;
      return true;
    }
    const double got = sweep_.after[node].grad;
    if (replays_ && same(got, adjoints_[node])) {
      share_ = std::max(share_, 0.0);
      return true;
    }
    if (!uses_) uses_.emplace(program_, sweep_.root, reached_);
    const GradientSum sum =
        sum_of_uses(program_, sweep_, uses_->of(node), before(node), capabilities_);
    if (sum.accepts(got)) {
      share_ = std::max(share_, sum.share(got));
      return true;
    }
    if (!sum.decided() || may_be_clipped(sum, capabilities_)) {
      undecided_ = true;
      return true;
    }
    wrong_ = blame(program_, sweep_, node, uses_->of(node), sum, capabilities_);
    return false;
  }

  Judgement meddled(NodeId node) const {
    const double expected = gradient_before(sweep_, node);
    Judgement judgement = disagreement(program_, node, Kind::gradient, sweep_.after[node].grad,
                                       expected, {expected, expected});
    judgement.message += " (it does not reach the root, and its gradient changed)";
    return with_infinity(with_edge(std::move(judgement), program_, sweep_.after, capabilities_),
                         sweep_.after, capabilities_);
  }

  Judgement wrong_root() const {
    Judgement judgement = disagreement(program_, sweep_.root, Kind::gradient,
                                       sweep_.after[sweep_.root].grad, 1, {1, 1});
    judgement.message += " (the gradient of the root is not 1)";
    return judgement;
  }

  const Program& program_;
  const Sweep& sweep_;
  const Capabilities& capabilities_;
  const bool resets_;
  const bool replays_;
  std::vector<std::uint8_t>& reached_;
  std::vector<std::uint8_t>& blind_;
  std::vector<double>& adjoints_;
  std::optional<Uses> uses_;
  double share_ = -1;
  Judgement wrong_;
  bool undecided_ = false;
};

}  // namespace

Judgement judge_sweep(const Program& program, const Sweep& sweep,
                      const Capabilities& capabilities) {
  const std::string obstacle = local_obstacle(capabilities);
  if (!obstacle.empty()) return judged(Verdict::inconclusive, obstacle);
  static thread_local Notes notes;
  const SecondBackward policy = capabilities.second_backward;
  Judgement judgement =
      SweepJudge(program, sweep, capabilities, policy == SecondBackward::resets, notes).judge();
  if (judgement.verdict != Verdict::disagree || policy != SecondBackward::unknown) return judgement;
  const Judgement other = SweepJudge(program, sweep, capabilities, true, notes).judge();
  return other.verdict == Verdict::disagree ? judgement : other;
}

Judgement judge_local(const Program& program, const Trace& trace,
                      const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  if (has_merged_nodes(trace)) return judged(Verdict::inconclusive, "an op returned its operand");
  Sweep sweep;
  sweep.root = static_cast<NodeId>(program.code.size() - 1);
  sweep.after = trace.after.front().nodes;
  return judge_sweep(program, sweep, capabilities);
}

}  // namespace cradle
