// LOCAL with difference quotients of single ops in place of their rules.
//
// A node's gradient must be the sum over its consumers of g_j D_j, where D_j is the central
// difference of that one op in float128 at the engine's own operands. The tolerance is LOCAL's,
// from the number of roundings in the op's rule, with what the difference itself may be wrong by
// added to it.

#include <cmath>

#include "checks/oracles/difference.h"
#include "checks/oracles/quotient.h"
#include "checks/oracles/radius.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

class EdgesJudge {
 public:
  EdgesJudge(const Program& program, const Sweep& sweep, const Capabilities& capabilities)
      : program_(program),
        sweep_(sweep),
        capabilities_(capabilities),
        reached_(reached_from(program, sweep.root)),
        uses_(program, sweep.root, reached_) {}

  Judgement judge() {
    for (NodeId node = sweep_.root; node-- > 0;) {
      if (reached_[node] == 0) continue;
      ++asked_;
      if (!follows(node)) return wrong_;
    }
    if (resolved_ > 0 || asked_ == 0) return judged(Verdict::agree);
    return judged(Verdict::inconclusive, "no difference of a single op could be taken");
  }

 private:
  // |g - sum g_j D_j| <= sum t_j + gamma_(k-2) sum (|C_j| + t_j) + u ufp(g), as in the sum of
  // LOCAL.
  bool follows(NodeId node) {
    const double got = sweep_.after[node].grad;
    Float128 sum = 0;
    double radius = 0;
    double magnitude = 0;
    double terms = 0;
    for (const Use& use : uses_.of(node)) {
      if (!readable(program_, use.consumer, sweep_.after)) return true;
      const QuotientTerm term =
          quotient_term(program_, use.consumer, use.slot, sweep_.after, capabilities_);
      if (!term.decided) return true;
      if (term.centre == 0 && term.radius == 0) continue;
      sum += term.centre;
      radius += term.radius;
      magnitude += std::fabs(static_cast<double>(term.centre)) + term.radius;
      ++terms;
    }
    if (!sweep_.after[node].has_grad() || !(magnitude < kNearOverflow)) return true;
    ++resolved_;
    radius += gamma(terms - 2) * magnitude + magnitude * (terms * 0x1p-100);
    if (terms > 1) radius += Rounding().u * unit_in_first_place(got);
    radius = enlarge(radius);
    if (std::isfinite(got) && fabs(Float128(got) - sum) <= radius) return true;
    wrong_ = disagreement(program_, node, Kind::gradient, got, static_cast<double>(sum),
                          {round_down(sum - radius), round_up(sum + radius)});
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
  const Sweep& sweep_;
  const Capabilities& capabilities_;
  const std::vector<std::uint8_t> reached_;
  const Uses uses_;
  std::size_t asked_ = 0;
  std::size_t resolved_ = 0;
  Judgement wrong_;
};

}  // namespace

Judgement judge_difference_edges(const Program& program, const Trace& trace,
                                 const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  if (has_merged_nodes(trace)) return judged(Verdict::inconclusive, "an op returned its operand");
  Sweep sweep;
  sweep.root = static_cast<NodeId>(program.code.size() - 1);
  sweep.after = trace.after.front().nodes;
  const std::string obstacle = local_obstacle(capabilities);
  if (!obstacle.empty()) return judged(Verdict::inconclusive, obstacle);
  return EdgesJudge(program, sweep, capabilities).judge();
}

}  // namespace cradle
