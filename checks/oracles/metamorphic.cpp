// Comparing what an engine made of a program with what it made of the program's relatives.
//
// Why an engine that sweeps in a fixed order gives the same bits:
//   identity    all users of x use y = x op 1 instead, so that y gathers what x did, in the same
//               order, and x gathers one term: 0 + g (1 g), which rounds nothing. No other node's
//               terms change their order, as the numbers of others keep theirs.
//   leaf        nothing gathers anything from it.
//   scaled      every gradient is multiplied by 2^k, and so are all products and sums on the way,
//               exactly, as long as none of them is near the end of its range.
// Terms are regrouped when a node is made twice: then rounding differs.

#include "checks/oracles/metamorphic.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "checks/oracles/global.h"
#include "checks/oracles/relations.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

class FamilyJudge {
 public:
  FamilyJudge(const Program& program, const Trace& trace, const Capabilities& capabilities)
      : program_(program), nodes_(trace.after.front().nodes), capabilities_(capabilities) {}

  // Compares with one relative: false when it disagrees.
  bool agrees_with(const Related& related, const Trace& trace) {
    const std::vector<NodeState>& others = trace.after.front().nodes;
    if (related.relation == Relation::same) repeats_ = has_equal_bits(others);
    const bool has_bits = capabilities_.fixed_order && related.relation != Relation::duplicated &&
                          (related.relation != Relation::scaled || in_mid_range());
    if (related.relation == Relation::leaf) {
      const NodeState& extra = others[related.extra];
      if (extra.has_grad() && extra.grad != 0) {
        wrong_ =
            disagreement(related.program, related.extra, Kind::gradient, extra.grad, 0, {0, 0});
        wrong_ = with_infinity(std::move(wrong_), others, capabilities_);
        return refused(related);
      }
    }
    return has_bits ? equal_in_bits(related, others) : equal_within_radii(related, others);
  }

  Judgement verdict() const {
    if (!repeats_) {
      return disagreement(Kind::policy,
                          "run again, the same program gives other bits: the engine "
                          "adds up in an order that changes");
    }
    if (share_ >= 0) return agreed(share_);
    return judged(Verdict::inconclusive, reason_);
  }
  const Judgement& wrong() const { return wrong_; }

 private:
  // True when products of four numbers of this program cannot leave the normal range.
  bool in_mid_range() const {
    const int most = capabilities_.precision_bits == 24 ? 24 : 200;
    const auto fits = [&](double x) {
      return x == 0 || (std::isfinite(x) && std::abs(std::ilogb(x)) <= most);
    };
    for (NodeId node = 0; node < nodes_.size(); ++node) {
      if (!fits(program_.code[node].immediate)) return false;
      if (!nodes_[node].has_data() || !fits(nodes_[node].data)) return false;
      if (nodes_[node].has_grad() && !fits(nodes_[node].grad)) return false;
    }
    return capabilities_.interior_readable;
  }

  bool has_equal_bits(const std::vector<NodeState>& others) const {
    for (NodeId node = 0; node < nodes_.size(); ++node) {
      const NodeState& mine = nodes_[node];
      const NodeState& other = others[node];
      if (mine.has_data() && other.has_data() && !same(mine.data, other.data)) return false;
      if (mine.has_grad() && other.has_grad() && !same(mine.grad, other.grad)) return false;
    }
    return true;
  }

  bool equal_in_bits(const Related& related, const std::vector<NodeState>& others) {
    for (NodeId node = 0; node < nodes_.size(); ++node) {
      const NodeState& mine = nodes_[node];
      const NodeState& other = others[related.node[node]];
      if (mine.has_data() && other.has_data() && !same(mine.data, other.data)) {
        return differs(related, node, Kind::value, other.data, mine.data, 0);
      }
      if (!mine.has_grad() || !other.has_grad()) continue;
      const double expected = std::ldexp(mine.grad, related.exponent);
      if (!same(expected, other.grad)) {
        return differs(related, node, Kind::gradient, other.grad, expected, 0);
      }
      share_ = std::max(share_, 0.0);
    }
    return true;
  }

  bool equal_within_radii(const Related& related, const std::vector<NodeState>& others) {
    if (!reference_) reference_ = global_reference(program_, capabilities_);
    const GlobalReference& mine = *reference_;
    if (!mine.decided) return undecided(mine.reason);
    const GlobalReference other = global_reference(related.program, capabilities_);
    if (!other.decided) return undecided(other.reason);
    for (NodeId node = 0; node < nodes_.size(); ++node) {
      if (program_.code[node].op != Op::input) continue;
      const NodeId twin = related.node[node];
      if (!nodes_[node].has_grad() || !others[twin].has_grad()) continue;
      const double expected = std::ldexp(nodes_[node].grad, related.exponent);
      const double radius =
          std::ldexp(mine.gradient_radius[node], related.exponent) + other.gradient_radius[twin];
      const double got = others[twin].grad;
      const Float128 error = fabs(Float128(got) - expected);
      if (!(error <= Float128(radius) * (1 + 0x1p-50))) {
        return differs(related, node, Kind::gradient, got, expected, radius);
      }
      share_ = std::max(share_, share_of(static_cast<double>(error), radius));
    }
    return true;
  }

  bool undecided(const std::string& reason) {
    reason_ = reason;
    return true;
  }

  bool differs(const Related& related, NodeId node, Kind kind, double got, double expected,
               double radius) {
    wrong_ = disagreement(
        program_, node, kind, got, expected,
        {round_down(Float128(expected) - radius), round_up(Float128(expected) + radius)});
    return refused(related);
  }

  bool refused(const Related& related) {
    wrong_.message += std::string(" (") + name_of(related.relation) + ")";
    return false;
  }

  const Program& program_;
  const std::vector<NodeState>& nodes_;
  const Capabilities& capabilities_;
  std::optional<GlobalReference> reference_;
  double share_ = -1;
  bool repeats_ = true;  // the same program gives the same bits
  std::string reason_ = "no gradient could be compared";
  Judgement wrong_;
};

}  // namespace

std::vector<Program> related_programs(const Program& program, const Capabilities& capabilities) {
  std::vector<Program> programs;
  for (Related& related : relatives(program, capabilities)) {
    programs.push_back(std::move(related.program));
  }
  return programs;
}

Judgement judge_metamorphic(const Program& program, const Trace& trace,
                            std::span<const Program> related, std::span<const Trace> related_traces,
                            const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  if (capabilities.gradient_clip != 0) {
    return judged(Verdict::inconclusive, "the engine clips gradients by design");
  }
  const std::vector<Related> family = relatives(program, capabilities);
  if (family.size() != related.size() || family.size() != related_traces.size()) {
    return judged(Verdict::inconclusive, "not every related program was run");
  }
  FamilyJudge judge(program, trace, capabilities);
  for (std::size_t k = 0; k < family.size(); ++k) {
    if (!(family[k].program == related[k])) {
      return judged(Verdict::inconclusive, "a program was run that is not related");
    }
    if (auto unfit = unfit_for_gradients(related[k], related_traces[k])) {
      if (unfit->verdict != Verdict::disagree) continue;
      unfit->message += std::string(" (") + name_of(family[k].relation) + ")";
      return *unfit;
    }
    if (judge.agrees_with(family[k], related_traces[k])) continue;
    return with_edge(with_edge(judge.wrong(), program, trace, capabilities), related[k],
                     related_traces[k], capabilities);
  }
  return judge.verdict();
}

}  // namespace cradle
