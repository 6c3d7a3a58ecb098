// LOCAL with difference quotients of single ops in place of their rules.
//
// A node's gradient must be the sum over its consumers of g_j D_j, where D_j is the central
// difference of that one op in float128 at the engine's own operands. Each term lies in its hull
// (quotient.cpp), and the sum is bounded as in LOCAL (gradient_sum.cpp): with k terms
//   sum l_j - r <= g <= sum h_j + r,
//   r = gamma_(k-2) sum max(|l_j|, |h_j|) + u ufp(g) + (k - 1) eta / 2    (k >= 2)

#include <algorithm>
#include <cmath>

#include "checks/oracles/difference.h"
#include "checks/oracles/quotient.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

/// The terms of one node, added up.
struct Hulls {
  Float128 centre = 0;
  Float128 lower = 0;
  Float128 upper = 0;
  Float128 magnitude = 0;
  Float128 error = 0;  // of the differences
  double terms = 0;

  void add(const QuotientTerm& term) {
    if (term.lower == 0 && term.upper == 0) return;  // adding 0 rounds nothing
    centre += term.centre;
    lower += term.lower;
    upper += term.upper;
    magnitude += std::max(fabs(term.lower), fabs(term.upper));
    error += term.error;
    ++terms;
  }

  // float128's own sum of k terms is right to k 2^-112.
  Float128 rounding_error(double last, const Rounding& rounding) const {
    const Float128 own = magnitude * ((terms + 1) * 0x1p-110);
    if (terms < 2) return own;
    return own + magnitude * gamma(terms - 2, rounding) +
           Float128(rounding.u) * unit_in_first_place(last) +
           Float128(rounding.eta) * ((terms - 1) / 2);
  }
};

class EdgesJudge {
 public:
  EdgesJudge(const Program& program, std::span<const NodeState> nodes,
             const Capabilities& capabilities)
      : program_(program),
        nodes_(nodes),
        capabilities_(capabilities),
        root_(static_cast<NodeId>(program.code.size() - 1)),
        rounding_(rounding_of(capabilities.precision_bits)),
        reached_(reached_from(program, root_)),
        uses_(program, root_, reached_) {}

  Judgement judge() {
    for (NodeId node = root_; node-- > 0;) {
      if (reached_[node] == 0 || !nodes_[node].has_grad()) continue;
      ++asked_;
      if (!follows(node)) return wrong_;
    }
    if (resolved_ > 0 || asked_ == 0) return agreed(share_);
    return judged(Verdict::inconclusive, "no difference of a single op could be taken");
  }

 private:
  bool follows(NodeId node) {
    const double got = nodes_[node].grad;
    Hulls sum;
    for (const Use& use : uses_.of(node)) {
      if (!readable(program_, use.consumer, nodes_)) return true;
      const QuotientTerm term =
          quotient_term(program_, use.consumer, use.slot, nodes_, capabilities_);
      if (!term.decided) return true;
      sum.add(term);
    }
    if (!(sum.magnitude < (capabilities_.precision_bits == 24 ? 1e37 : 1e300))) return true;
    const Float128 r = sum.rounding_error(got, rounding_);
    // Where the differences' own error counts they may still refuse, but resolve little.
    if (sum.error * 4 <= sum.magnitude * rounding_.u) ++resolved_;
    if (std::isfinite(got) && sum.lower - r <= got && got <= sum.upper + r) {
      const Float128 room = got > sum.centre ? Float128(sum.upper + r - sum.centre)
                                             : Float128(sum.centre - sum.lower + r);
      share_ = std::max(share_,
                        share_of(static_cast<double>(got - sum.centre), static_cast<double>(room)));
      return true;
    }
    wrong_ = disagreement(program_, node, Kind::gradient, got, static_cast<double>(sum.centre),
                          {round_down(sum.lower - r), round_up(sum.upper + r)});
    wrong_.ulps = ulps_between(got, wrong_.expected, capabilities_.precision_bits);
    explain(uses_.of(node));
    return false;
  }

  void explain(std::span<const Use> uses) {
    wrong_.op = program_.code[uses.front().consumer].op;
    wrong_.message += " (" + std::string(info(wrong_.op).name) + ", consumer %" +
                      std::to_string(uses.front().consumer) +
                      (uses.size() > 1 ? " and others" : "") +
                      ": its gradient is not theirs times the difference quotients)";
  }

  const Program& program_;
  const std::span<const NodeState> nodes_;
  const Capabilities& capabilities_;
  const NodeId root_;
  const Rounding rounding_;
  const std::vector<std::uint8_t> reached_;
  const Uses uses_;
  std::size_t asked_ = 0;
  std::size_t resolved_ = 0;
  double share_ = -1;
  Judgement wrong_;
};

}  // namespace

bool has_edges(const Capabilities& capabilities) {
  return capabilities.mode == Mode::reverse && capabilities.interior_readable;
}

Judgement judge_difference_edges(const Program& program, const Trace& trace,
                                 const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  if (has_merged_nodes(trace)) return judged(Verdict::inconclusive, "an op returned its operand");
  if (!has_edges(capabilities)) {
    return judged(Verdict::inconclusive, "there are no gradients of interior nodes to read");
  }
  if (capabilities.gradient_clip != 0) {
    return judged(Verdict::inconclusive, "the engine clips gradients by design");
  }
  return EdgesJudge(program, trace.after.front().nodes, capabilities).judge();
}

}  // namespace cradle
