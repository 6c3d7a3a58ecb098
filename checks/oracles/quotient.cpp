// A consumer's contribution from the difference of its op: the hull over the legal forms of its
// rule.
//
// With C = g (D + shift) and r the bound on what rounding makes of it before the last product, and
// on what the difference is wrong by, an engine's contribution is the rounding of some number in
// [C - r, C + r]. Rounding is monotone, so that it lies between the roundings of the ends; fused
// with the sum it is not rounded at all. So the hull of C - r, C + r and their roundings holds it,
// and where r is small beside an ulp it is half an ulp wide, as LOCAL's.
//
// A filter whose own centre may be off, by a doubt of its slope or by what its numbers have lost,
// accepts what every centre within that would allow: the interval is narrower by as much at both
// ends, and an end's rounding counts where it is the same for all of them. So what a filter accepts
// is within float128's hull, to the last number.

#include "checks/oracles/quotient.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "checks/oracles/contributions.h"
#include "checks/oracles/rounded_rule.h"
#include "checks/oracles/sides.h"

namespace cradle {
namespace {

// What numbers of 113 bits, or 106, have lost in a centre and its bound.
template <typename Real>
constexpr double kOwnNoise = std::is_same_v<Real, Float128> ? 0x1p-108 : kDoubleDoubleNoise * 4;

template <typename Real>
class Hull {
 public:
  using Radius = RadiusOf<Real>;

  Hull(const Slope<Real>& difference, double g, unsigned precision_bits)
      : difference_(difference),
        g_(g),
        is_single_(precision_bits == 24),
        rounding_(rounding_of(precision_bits)) {
    if constexpr (std::is_same_v<Real, DoubleDouble>) {
      possible_ = difference.defined && is_plain(nearest(difference.slope));
    }
    term_.centre = difference.slope * g;
    error_ = difference.error * Radius(std::fabs(g));
    term_.error = error_ + rounded_up(Radius(difference.doubt) * Radius(std::fabs(g)));
  }

  // (1 + u)^n - 1 <= gamma_n, and a library's factor 1 + 2 B u <= (1 + u)^(2B) for 2B >= 1.
  void admit(const RuleOf<Real>& rule) {
    const Real slope = difference_.slope + rule.shift;
    const Real centre = slope * g_;
    const double size = std::fabs(g_);
    const Radius relative = gamma(rule.roundings, rounding_) * (1 + rule.spread) + rule.spread;
    Radius radius = error_ + magnitude(centre) * relative + Radius(rule.absolute) * size * u();
    if (rule.chain > 0) radius += underflows(rule.chain);
    // What `radius` itself and the shift lost in their own bits.
    Radius lost = (magnitude(centre) + magnitude(term_.centre)) * kOwnNoise<Real>;
    if (g_ == 0) radius = lost = 0;
    const auto bound = static_cast<double>(magnitude(centre) + radius);
    const bool fits = (1 + bound) * (1 + rule.chain) * (1 + size) < near_overflow();
    possible_ = possible_ && takes(slope, rule, bound) && fits;
    if (!possible_) return;
    if constexpr (std::is_same_v<Real, DoubleDouble>) {
      const bool is_exact = slope.x[1] == 0 && (radius == 0 || centre == 0);
      include_surely(centre, rounded_down(radius), is_exact ? 0 : lost, rule.rounds);
    } else {
      radius += lost;
      const Real lower = centre - radius;
      const Real upper = centre + radius;
      include(lower);
      include(upper);
      if (!rule.rounds) return;
      include(rounded(lower));
      include(rounded(upper));
    }
  }

  // Behind a shut gate.
  void admit_zero() { include(0); }

  QuotientTerm<Real> term() {
    term_.decided = possible_ && !is_empty_;
    return term_;
  }

 private:
  double u() const { return rounding_.u; }
  // A product of intermediate results below this does not overflow.
  double near_overflow() const { return is_single_ ? 1e37 : 1e300; }

  double rounded(const Real& x) const {
    return is_single_ ? static_cast<double>(nearest_float(x)) : nearest(x);
  }

  // Underflows on the way. Of a double's subnormal numbers there are whole ones alone.
  Radius underflows(double chain) const {
    const double size = std::fabs(g_);
    if constexpr (std::is_same_v<Real, DoubleDouble>) {
      return rounding_.eta * std::floor(rounded_down(chain * (1 + size) * 4));
    } else {
      return Radius(rounding_.eta) * chain * (1 + size) * 4;
    }
  }

  // A product of double-doubles underflows where g is not plain, but for one by 0, 1 or -1; and
  // where a bound is of subnormal numbers, doubles have it in whole ones alone.
  bool takes(const Real& slope, const RuleOf<Real>& rule, double bound) const {
    if constexpr (std::is_same_v<Real, DoubleDouble>) {
      const bool is_itself = (slope == 0 || slope == 1 || slope == -1) && difference_.doubt == 0;
      if (is_itself && rule.roundings == 0) return true;
      const bool is_nothing = slope == 0 && error_ == 0 && rule.absolute == 0;
      return is_plain(g_) && (bound > 0x1p-900 || is_nothing || g_ == 0);
    }
    return true;
  }

  // The true centre is within d of this one, c: the doubt, and what was lost. The hull's lower end
  // is no further up than c + d - r, its upper end no further down than c - d + r. The roundings of
  // its ends have to be the same for all centres that it may have.
  void include_surely(const Real& centre, const Radius& radius, const Radius& lost, bool rounds) {
    const Radius doubt = rounded_up(Radius(difference_.doubt) * Radius(std::fabs(g_)) + lost);
    Real lower = centre - (radius - doubt);
    Real upper = centre + (radius - doubt);
    for (const Real& end : {Real(centre - radius), Real(centre + radius)}) {
      if (!rounds) continue;
      const double near = rounded(Real(end - doubt));
      possible_ = possible_ && near == rounded(Real(end + doubt));
      lower = std::min(lower, Real(near));
      upper = std::max(upper, Real(near));
    }
    // An interval of nothing but 0 may be one that the doubt has made so.
    possible_ = possible_ && lower <= upper && (lower != 0 || upper != 0 || doubt == 0);
    if (!possible_) return;
    include(lower);
    include(upper);
  }

  void include(const Real& x) {
    if (is_empty_ || x < term_.lower) term_.lower = x;
    if (is_empty_ || x > term_.upper) term_.upper = x;
    is_empty_ = false;
  }

  const Slope<Real>& difference_;
  const double g_;
  const bool is_single_;
  const Rounding rounding_;
  Radius error_ = 0;
  QuotientTerm<Real> term_;
  bool possible_ = true;
  bool is_empty_ = true;
};

template <typename Real>
Slope<Real> line_slope(double x, double y) {
  if constexpr (std::is_same_v<Real, Float128>) {
    return line_difference(x, y);
  } else {
    return quick_line_difference(x, y);
  }
}

// One side of a ramp is one line, with factor 1, or w for the x of a neuron and the reverse: the
// difference of that line, times the side's slope; at the kink the declared convention. A slope
// other than 0, 1 and -1 is one more factor, which an engine of binary32 may have rounded.
template <typename Real>
void admit_side(Hull<Real>& hull, double slope, double factor, bool is_product, bool is_single) {
  if (slope == 0) return hull.admit_zero();
  RuleOf<Real> rule;
  const bool plain = std::fabs(slope) == 1;
  rule.roundings = plain || !is_product ? 0 : 1;
  rule.rounds = is_product || !plain;
  rule.chain = rule.roundings * (1 + std::fabs(factor));
  rule.shift = (Real(slope) - 1) * factor;
  hull.admit(rule);
  if (plain || !is_single) return;
  rule.shift = (Real(static_cast<double>(static_cast<float>(slope))) - 1) * factor;
  hull.admit(rule);
}

template <typename Real>
QuotientTerm<Real> ramp_term(const Instruction& line, double x, double g,
                             const Capabilities& capabilities) {
  const Slope<Real> difference = line_slope<Real>(x, 1);
  Hull<Real> hull(difference, g, capabilities.precision_bits);
  const double slope = side_slope(line, x, capabilities);
  admit_side(hull, slope, 1, false, capabilities.precision_bits == 24);
  if (line.op == Op::abs && capabilities.abs_form == AbsForm::quotient) {
    if (x == 0) return {};
    RuleOf<Real> rule;  // g x / |x|
    rule.roundings = 1;
    rule.chain = 1 + std::fabs(x) + 1 / std::fabs(x);
    rule.shift = Real(slope) - 1;
    hull.admit(rule);
  }
  return hull.term();
}

// A neuron kept its result only: 0 at the kink and, without a slope, below it.
template <typename Real>
QuotientTerm<Real> neuron_term(const Instruction& neuron, std::uint32_t slot, double out, double g,
                               std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const bool is_bias = slot == 2u * neuron.count;
  const double x = nodes[operand_in(neuron, slot)].data;
  const double factor = is_bias ? 1 : nodes[factor_of(neuron, slot)].data;
  if (!std::isfinite(factor)) return {false, true};
  const Slope<Real> difference = line_slope<Real>(x, factor);
  Hull<Real> hull(difference, g, capabilities.precision_bits);
  const bool is_single = capabilities.precision_bits == 24;
  const double slope = neuron.linear ? 1 : side_slope(neuron, out, capabilities);
  admit_side(hull, slope, factor, !is_bias, is_single);
  const bool either = !neuron.linear && out == 0 && capabilities.relu_slope == 0;
  if (either && slope != 0) admit_side(hull, 0, factor, !is_bias, is_single);
  return hull.term();
}

// A line in double-double, with nothing to shift.
QuotientTerm<DoubleDouble> quick_line_term(const Site& site) {
  const Slope<DoubleDouble> difference =
      quick_op_difference(site.line.op, site.slot, site.x, site.y);
  Hull<DoubleDouble> hull(difference, site.g, site.capabilities.precision_bits);
  RuleOf<DoubleDouble> rule;
  rule.rounds = site.line.op == Op::mul;
  hull.admit(rule);
  return hull.term();
}

bool is_line(Op op) { return op == Op::add || op == Op::sub || op == Op::neg || op == Op::mul; }

template <typename Real, typename Number>
QuotientTerm<Real> term_by(const Slope<Real>& slope, const std::vector<RuleOf<Number>>& rules,
                           const Site& site) {
  Hull<Real> hull(slope, site.g, site.capabilities.precision_bits);
  for (const RuleOf<Number>& rule : rules) {
    hull.admit({in<Real>(rule.shift), rule.roundings, rule.absolute, rule.spread, rule.chain,
                rule.rounds});
  }
  return hull.term();
}

// x^1 by the rule e out / x: more than a rounding, of a slope without a doubt.
bool is_line_by_output(const Site& site) {
  const bool is_power = site.line.op == Op::pow || (site.line.op == Op::powv && site.slot == 0);
  return is_power && site.y == 1 && site.capabilities.pow_form == PowForm::from_output;
}

// Of a function by the difference of its own numbers.
QuotientTerm<DoubleDouble> quick_function_term(const Site& site) {
  if (is_line_by_output(site)) return {};
  const Slope<DoubleDouble> slope = quick_op_difference(site.line.op, site.slot, site.x, site.y);
  if (!slope.defined) return {};
  return term_by(slope, rounded_rules(site, slope.slope), site);
}

// Of a function whose difference is float128's.
template <typename Real>
QuotientTerm<Real> function_term(const Site& site) {
  const OpDifference difference = op_difference(site.line.op, site.slot, site.x, site.y);
  if (!difference.defined) return {};
  const Slope<Real> slope = {true, in<Real>(difference.slope),
                             static_cast<RadiusOf<Real>>(difference.error)};
  if (slope.slope == 0 && difference.slope != 0) return {};  // below the smallest double
  return term_by(slope, rounded_rules(site, difference.slope), site);
}

}  // namespace

template <typename Real>
QuotientTerm<Real> quotient_term(const Program& program, NodeId consumer, std::uint32_t slot,
                                 std::span<const NodeState> nodes,
                                 const Capabilities& capabilities) {
  const Instruction& line = program.code[consumer];
  const double g = nodes[consumer].grad;
  const double out = nodes[consumer].data;
  const double operand = nodes[operand_in(line, slot)].data;
  if (!std::isfinite(g) || !std::isfinite(out) || !std::isfinite(operand)) return {false, true};
  if (line.op == Op::neuron) return neuron_term<Real>(line, slot, out, g, nodes, capabilities);
  const double x = nodes[line.operands[0]].data;
  if (has_sides(line)) return ramp_term<Real>(line, x, g, capabilities);
  const double y = info(line.op).arity > 1 ? nodes[line.operands[1]].data : line.immediate;
  if (!std::isfinite(x) || !std::isfinite(y)) return {false, true};
  const Site site = {line, slot, x, y, out, g, capabilities};
  if constexpr (std::is_same_v<Real, DoubleDouble>) {
    if (is_line(line.op)) return quick_line_term(site);
    const QuotientTerm<DoubleDouble> quick = quick_function_term(site);
    if (quick.decided) return quick;
  }
  return function_term<Real>(site);
}

template QuotientTerm<Float128> quotient_term(const Program&, NodeId, std::uint32_t,
                                              std::span<const NodeState>, const Capabilities&);
template QuotientTerm<DoubleDouble> quotient_term(const Program&, NodeId, std::uint32_t,
                                                  std::span<const NodeState>, const Capabilities&);

}  // namespace cradle
