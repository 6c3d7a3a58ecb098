// A consumer's contribution from the difference of its op: the hull over the legal forms of its
// rule.
//
// With C = g (D + shift) and r the bound on what rounding makes of it before the last product, and
// on what the difference is wrong by, an engine's contribution is the rounding of some number in
// [C - r, C + r]. Rounding is monotone, so that it lies between the roundings of the ends; fused
// with the sum it is not rounded at all. So the hull of C - r, C + r and their roundings holds it,
// and where r is small beside an ulp it is half an ulp wide, as LOCAL's.

#include "checks/oracles/quotient.h"

#include <algorithm>
#include <cmath>

#include "checks/oracles/contributions.h"
#include "checks/oracles/rounded_rule.h"
#include "checks/oracles/sides.h"

namespace cradle {
namespace {

class Hull {
 public:
  Hull(const OpDifference& difference, double g, unsigned precision_bits)
      : difference_(difference),
        g_(g),
        is_single_(precision_bits == 24),
        rounding_(rounding_of(precision_bits)) {
    term_.centre = difference.slope * g;
    term_.error = fabs(difference.error * g);
  }

  // (1 + u)^n - 1 <= gamma_n, and a library's factor 1 + 2 B u <= (1 + u)^(2B) for 2B >= 1.
  void admit(const RoundedRule& rule) {
    const Float128 centre = (difference_.slope + rule.shift) * g_;
    const double size = std::fabs(g_);
    const Float128 relative = gamma(rule.roundings, rounding_) * (1 + rule.spread) + rule.spread;
    Float128 radius = term_.error + fabs(centre) * relative + Float128(rule.absolute) * size * u();
    // Underflows on the way, and what `radius` itself and the shift lost in 113 bits.
    if (rule.chain > 0) radius += Float128(rounding_.eta) * rule.chain * (1 + size) * 4;
    radius += (fabs(centre) + fabs(term_.centre)) * 0x1p-108;
    if (g_ == 0) radius = 0;
    const double bound = static_cast<double>(fabs(centre) + radius);
    const bool fits = (1 + bound) * (1 + rule.chain) * (1 + size) < near_overflow();
    possible_ = possible_ && fits && isfinite(radius) && isfinite(centre);
    if (!possible_) return;
    include(centre - radius);
    include(centre + radius);
    if (!rule.rounds) return;
    include(rounded(centre - radius));
    include(rounded(centre + radius));
  }

  // Behind a shut gate.
  void admit_zero() { include(0); }

  QuotientTerm term() {
    term_.decided = possible_ && !is_empty_;
    return term_;
  }

 private:
  double u() const { return rounding_.u; }
  // A product of intermediate results below this does not overflow.
  double near_overflow() const { return is_single_ ? 1e37 : 1e300; }

  double rounded(const Float128& x) const {
    return is_single_ ? static_cast<double>(static_cast<float>(x)) : static_cast<double>(x);
  }

  void include(const Float128& x) {
    term_.lower = is_empty_ ? x : std::min(term_.lower, x);
    term_.upper = is_empty_ ? x : std::max(term_.upper, x);
    is_empty_ = false;
  }

  const OpDifference& difference_;
  const double g_;
  const bool is_single_;
  const Rounding rounding_;
  QuotientTerm term_;
  bool possible_ = true;
  bool is_empty_ = true;
};

// One side of a ramp is one line, with factor 1, or w for the x of a neuron and the reverse: the
// difference of that line, times the side's slope; at the kink the declared convention. A slope
// other than 0, 1 and -1 is one more factor, which an engine of binary32 may have rounded.
void admit_side(Hull& hull, double slope, double factor, bool is_product, bool is_single) {
  if (slope == 0) return hull.admit_zero();
  RoundedRule rule;
  const bool plain = std::fabs(slope) == 1;
  rule.roundings = plain || !is_product ? 0 : 1;
  rule.rounds = is_product || !plain;
  rule.chain = rule.roundings * (1 + std::fabs(factor));
  rule.shift = (Float128(slope) - 1) * factor;
  hull.admit(rule);
  if (plain || !is_single) return;
  rule.shift = (Float128(static_cast<float>(slope)) - 1) * factor;
  hull.admit(rule);
}

QuotientTerm ramp_term(const Instruction& line, double x, double g,
                       const Capabilities& capabilities) {
  const OpDifference difference = line_difference(x, 1);
  Hull hull(difference, g, capabilities.precision_bits);
  const double slope = side_slope(line, x, capabilities);
  admit_side(hull, slope, 1, false, capabilities.precision_bits == 24);
  if (line.op == Op::abs && capabilities.abs_form == AbsForm::quotient) {
    if (x == 0) return {};
    RoundedRule rule;  // g x / |x|
    rule.roundings = 1;
    rule.chain = 1 + std::fabs(x) + 1 / std::fabs(x);
    rule.shift = Float128(slope) - 1;
    hull.admit(rule);
  }
  return hull.term();
}

// A neuron kept its result only: 0 at the kink and, without a slope, below it.
QuotientTerm neuron_term(const Instruction& neuron, std::uint32_t slot, double out, double g,
                         std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const bool is_bias = slot == 2u * neuron.count;
  const double x = nodes[operand_in(neuron, slot)].data;
  const double factor = is_bias ? 1 : nodes[factor_of(neuron, slot)].data;
  if (!std::isfinite(factor)) return {};
  const OpDifference difference = line_difference(x, factor);
  Hull hull(difference, g, capabilities.precision_bits);
  const bool is_single = capabilities.precision_bits == 24;
  const double slope = neuron.linear ? 1 : side_slope(neuron, out, capabilities);
  admit_side(hull, slope, factor, !is_bias, is_single);
  const bool either = !neuron.linear && out == 0 && capabilities.relu_slope == 0;
  if (either && slope != 0) admit_side(hull, 0, factor, !is_bias, is_single);
  return hull.term();
}

}  // namespace

QuotientTerm quotient_term(const Program& program, NodeId consumer, std::uint32_t slot,
                           std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const Instruction& line = program.code[consumer];
  const double g = nodes[consumer].grad;
  const double out = nodes[consumer].data;
  if (!std::isfinite(g) || !std::isfinite(out)) return {};
  if (!std::isfinite(nodes[operand_in(line, slot)].data)) return {};
  if (line.op == Op::neuron) return neuron_term(line, slot, out, g, nodes, capabilities);
  const double x = nodes[line.operands[0]].data;
  if (has_sides(line)) return ramp_term(line, x, g, capabilities);
  const double y = info(line.op).arity > 1 ? nodes[line.operands[1]].data : line.immediate;
  if (!std::isfinite(x) || !std::isfinite(y)) return {};
  const OpDifference difference = op_difference(line.op, slot, x, y);
  if (!difference.defined) return {};
  Hull hull(difference, g, capabilities.precision_bits);
  const Site site = {line, slot, x, y, out, g, capabilities};
  for (const RoundedRule& rule : rounded_rules(site, difference.slope)) hull.admit(rule);
  return hull.term();
}

}  // namespace cradle
