// LOCAL with difference quotients of single ops in place of their rules.
//
// A node's gradient must be the sum over its consumers of g_j D_j, where D_j is the central
// difference of that one op in float128 at the engine's own operands. Each term lies in its hull
// (quotient.cpp), and the sum is bounded as in LOCAL (gradient_sum.cpp): with k terms
//   sum l_j - r <= g <= sum h_j + r,
//   r = gamma_(k-2) sum max(|l_j|, |h_j|) + u ufp(g) + (k - 1) eta / 2    (k >= 2)

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "checks/oracles/difference.h"
#include "checks/oracles/quotient.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

/// The terms of one node, added up.
template <typename Real>
struct Hulls {
  using Radius = RadiusOf<Real>;

  Real centre = 0;
  Real lower = 0;
  Real upper = 0;
  Radius magnitude = 0;
  Radius error = 0;  // of the differences
  double terms = 0;
  // Of a filter's ends: that of no term or of one, or the sum of two doubles.
  bool lower_is_exact = true;
  bool upper_is_exact = true;

  void add(const QuotientTerm<Real>& term) {
    if (term.lower == 0 && term.upper == 0) return;  // adding 0 rounds nothing
    if constexpr (std::is_same_v<Real, DoubleDouble>) {
      const auto exactly = [&](const Real& sum, const Real& end) {
        return terms == 0 || (terms == 1 && sum.x[1] == 0 && end.x[1] == 0);
      };
      lower_is_exact = exactly(lower, term.lower);
      upper_is_exact = exactly(upper, term.upper);
    }
    centre += term.centre;
    lower += term.lower;
    upper += term.upper;
    magnitude += std::max(cradle::magnitude(term.lower), cradle::magnitude(term.upper));
    error += term.error;
    ++terms;
  }

  // float128's own sum of k terms is right to k 2^-112, that in double-double to k times its noise.
  Radius own() const {
    constexpr double kOwn = std::is_same_v<Real, Float128> ? 0x1p-110 : kDoubleDoubleNoise * 2;
    return magnitude * ((terms + 1) * kOwn);
  }

  // Of a filter, which its own noise makes narrower, no more than float128's. One term is no sum;
  // where an end is exact, all of half an ulp may be needed.
  Radius rounding_error(double last, const Rounding& rounding, bool end_is_exact) const {
    if (terms < 2) return std::is_same_v<Real, Float128> ? own() : Radius(0);
    Radius orders = magnitude * gamma(terms - 2, rounding);
    const Radius last_one = Radius(rounding.u) * unit_in_first_place(last);
    const double etas = (terms - 1) / 2;
    if constexpr (std::is_same_v<Real, DoubleDouble>) {
      // A subnormal product is rounded to a whole number of the smallest one.
      if (orders < 0x1p-960) orders = std::max(orders - 0x1p-1074, 0.0);
      if (end_is_exact) return orders + last_one;  // of two
      return rounded_down(orders + last_one + rounding.eta * std::floor(etas)) - own();
    } else {
      return own() + orders + last_one + Radius(rounding.eta) * etas;
    }
  }
};

// Which numbers are asked: double-doubles, which only ever accept, and float128 where they do not.
enum class Numbers { both, quick, float128 };

class EdgesJudge {
 public:
  EdgesJudge(const Program& program, std::span<const NodeState> nodes,
             const Capabilities& capabilities, Numbers numbers)
      : program_(program),
        nodes_(nodes),
        capabilities_(capabilities),
        root_(static_cast<NodeId>(program.code.size() - 1)),
        rounding_(rounding_of(capabilities.precision_bits)),
        numbers_(numbers),
        reached_(reached_from(program, root_)),
        uses_(program, root_, reached_) {}

  Judgement judge() {
    for (NodeId node = root_; node-- > 0;) {
      if (reached_[node] == 0 || !nodes_[node].has_grad()) continue;
      ++asked_;
      if (follows(node)) continue;
      return numbers_ == Numbers::quick ? judged(Verdict::inconclusive, "not accepted") : wrong_;
    }
    if (resolved_ > 0 || asked_ == 0) return agreed(share_);
    return judged(Verdict::inconclusive, "no difference of a single op could be taken");
  }

 private:
  enum class Answer { accepted, undecided, hopeless, refused };

  bool follows(NodeId node) {
    if (numbers_ != Numbers::float128) {
      const Answer answer = ask<DoubleDouble>(node);
      if (answer == Answer::hopeless) return true;
      if (answer == Answer::accepted || numbers_ == Numbers::quick) {
        return answer == Answer::accepted;
      }
    }
    return ask<Float128>(node) != Answer::refused;
  }

  template <typename Real>
  Answer ask(NodeId node) {
    const double got = nodes_[node].grad;
    Hulls<Real> sum;
    for (const Use& use : uses_.of(node)) {
      if (!readable(program_, use.consumer, nodes_)) return Answer::hopeless;
      const QuotientTerm<Real> term =
          quotient_term<Real>(program_, use.consumer, use.slot, nodes_, capabilities_);
      if (!term.decided) return term.is_hopeless ? Answer::hopeless : Answer::undecided;
      sum.add(term);
    }
    if (!(sum.magnitude < (capabilities_.precision_bits == 24 ? 1e37 : 1e300))) {
      return Answer::undecided;
    }
    const RadiusOf<Real> below = sum.rounding_error(got, rounding_, sum.lower_is_exact);
    const RadiusOf<Real> above = sum.rounding_error(got, rounding_, sum.upper_is_exact);
    const Real lower = sum.lower - below;
    const Real upper = sum.upper + above;
    const bool is_within = std::isfinite(got) && lower <= got && got <= upper;
    if (is_within) {
      // Where the differences' own error counts they may still refuse, but resolve little.
      if (sum.error * 4 <= sum.magnitude * rounding_.u) ++resolved_;
      const Real room = got > sum.centre ? Real(upper - sum.centre) : Real(sum.centre - lower);
      const Real off = got - sum.centre;
      // What the differences cannot tell from nothing is none.
      const bool is_off = magnitude(off) > sum.error + sum.own() * 2;
      share_ = std::max(share_, is_off ? share_of(nearest(off), nearest(room)) : 0);
      return Answer::accepted;
    }
    if constexpr (std::is_same_v<Real, Float128>) {
      wrong_ = disagreement(program_, node, Kind::gradient, got, nearest(sum.centre),
                            {round_down(lower), round_up(upper)});
      wrong_.ulps = ulps_between(got, wrong_.expected, capabilities_.precision_bits);
      explain(uses_.of(node));
    }
    return Answer::refused;
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
  const Numbers numbers_;
  const std::vector<std::uint8_t> reached_;
  const Uses uses_;
  std::size_t asked_ = 0;
  std::size_t resolved_ = 0;
  double share_ = -1;
  Judgement wrong_;
};

Judgement judge_by(Numbers numbers, const Program& program, const Trace& trace,
                   const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  if (has_merged_nodes(trace)) return judged(Verdict::inconclusive, "an op returned its operand");
  if (!has_edges(capabilities)) {
    return judged(Verdict::inconclusive, "there are no gradients of interior nodes to read");
  }
  if (capabilities.gradient_clip != 0) {
    return judged(Verdict::inconclusive, "the engine clips gradients by design");
  }
  return EdgesJudge(program, trace.after.front().nodes, capabilities, numbers).judge();
}

}  // namespace

bool has_edges(const Capabilities& capabilities) {
  return capabilities.mode == Mode::reverse && capabilities.interior_readable;
}

Judgement judge_difference_edges(const Program& program, const Trace& trace,
                                 const Capabilities& capabilities) {
  return judge_by(Numbers::both, program, trace, capabilities);
}

Judgement judge_difference_edges_by_float128(const Program& program, const Trace& trace,
                                             const Capabilities& capabilities) {
  return judge_by(Numbers::float128, program, trace, capabilities);
}

bool edges_accepted_by_double_double(const Program& program, const Trace& trace,
                                     const Capabilities& capabilities) {
  return judge_by(Numbers::quick, program, trace, capabilities).verdict == Verdict::agree;
}

}  // namespace cradle
