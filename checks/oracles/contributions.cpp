// One case an op, its formula above it. `g` is the consumer's gradient.

#include "checks/oracles/contributions.h"

#include <algorithm>
#include <cassert>

#include "checks/oracles/libm.h"

namespace cradle {
namespace {

Float128 wide(double x) { return Float128(x); }

// C = f g, rounded once, or fused with the sum and not rounded at all. A zero gradient may be
// skipped, whatever f is.
void admit_product(Contribution& c, double factor, double g) {
  c.admit(factor * g);
  if (std::isfinite(factor) && std::isfinite(g)) c.admit_finite(wide(factor) * g);
  if (g == 0) c.admit(0);
}

// C = 0 behind a shut gate. The gradient of the sum behind it is 0, or NaN for a mask that
// multiplies a gradient that is not finite; then it is multiplied by f, or skipped because it is 0.
void admit_masked(Contribution& c, double factor, double g, MaskForm form) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  if (form != MaskForm::selects && !std::isfinite(g)) c.admit(nan);
  if (form == MaskForm::multiplies && !std::isfinite(g)) return;
  c.admit(0);
  if (!std::isfinite(factor)) c.admit(nan);
}

// C = s f g for a ramp of slope s, in any order of the factors.
void admit_ramp(Contribution& c, double slope, double factor, double g, MaskForm form) {
  if (slope == 0) return admit_masked(c, factor, g, form);
  if (slope == 1) return admit_product(c, factor, g);
  if (factor == 1) return admit_product(c, slope, g);
  admit_product(c, factor, slope * g);
  admit_product(c, slope, factor * g);
  admit_product(c, slope * factor, g);
}

// d e^x = e^x dx. From the output: C = out g. Recomputed: C = exp(x) g with exp wrong by at most B
// ulps.
Contribution of_exp(double x, double out, double g, const Capabilities& capabilities) {
  Contribution c;
  c.exact = wide(out) * g;
  if (capabilities.exp_form != ExpForm::recomputed) admit_product(c, out, g);
  if (capabilities.exp_form != ExpForm::from_output) {
    const Range range = std::isfinite(x) ? within_ulps(exp(wide(x)), capabilities.ulps.exp)
                                         : Range{std::exp(x), std::exp(x)};
    admit_product(c, range.lower, g);
    admit_product(c, range.upper, g);
  }
  return c;
}

// d ln x = dx / x. C = g / x, rounded once; or g r with r = 1 / x rounded.
Contribution of_log(double x, double g, const Capabilities& capabilities) {
  Contribution c;
  c.exact = wide(g) / wide(x);
  if (capabilities.log_form != LogForm::reciprocal) c.admit(g / x);
  if (capabilities.log_form != LogForm::division) admit_product(c, 1 / x, g);
  if (g == 0) c.admit(0);
  return c;
}

// C = e p g in any order, with p = x^(e-1) somewhere in `range`. Each order is monotone in p, so
// that the ends of the range give the hull.
void admit_power(Contribution& c, double exponent, const Range& range, double g) {
  for (const double p : {range.lower, range.upper}) {
    admit_product(c, exponent * p, g);
    admit_product(c, p, exponent * g);
    const double pg = p * g;
    c.admit(exponent * pg);
    if (std::isfinite(pg)) c.admit_finite(wide(exponent) * pg);
  }
}

// C = e out g / x in any order: three roundings, (1 + u)^3 < 1 + 3.01 u, and whatever an
// intermediate underflow of eta is multiplied by.
void admit_power_from_output(Contribution& c, double e, double x, double out, double g) {
  const Rounding rounding;
  for (const double outcome :
       {e * out / x * g, e * (out / x) * g, e * g * out / x, e * g * (out / x), g * out / x * e}) {
    c.admit(outcome);
  }
  if (!std::isfinite(g) || !std::isfinite(x) || x == 0 || !std::isfinite(out)) return;
  const Float128 exact = wide(e) * out * g / x;
  const Float128 radius = fabs(exact) * (3.01 * rounding.u) +
                          wide(rounding.eta) * (1 + fabs(wide(e))) * (1 + fabs(wide(g))) *
                              (1 + fabs(wide(out))) * (1 + 1 / fabs(wide(x)));
  c.admit_finite(exact - radius);
  c.admit_finite(exact + radius);
}

// d x^e = e x^(e-1) dx, with the exponent e1 = e - 1 as a double. Exponent 0: nothing, everywhere;
// exponent 1: g, everywhere. x^1 is x in every library. Where x is zero or not finite, Annex F of C
// says what x^e1 is, exactly. Beyond 2^53 e - 1 is no longer odd when e is even: the sign is lost
// for x < 0.
Contribution of_pow(double e, double x, double out, double g, const Capabilities& capabilities) {
  Contribution c;
  if (e == 0) {
    admit_masked(c, 1, g, capabilities.mask_form);
    return c;
  }
  if (e == 1) {
    c.exact = g;
    c.admit(g);
    return c;
  }
  const double e1 = e - 1;
  const bool plain = std::isfinite(x) && x != 0 && std::isfinite(e);
  const Float128 p = plain && e1 != 1 ? pow(wide(x), wide(e1)) : wide(std::pow(x, e1));
  c.exact = wide(e) * p * g;
  c.decided = !(std::fabs(e) > 0x1p53 && x < 0);
  if (capabilities.pow_form != PowForm::from_output) {
    const double exact = static_cast<double>(p);
    const bool rounded = plain && e1 != 1 && !isnan(p);
    admit_power(c, e, rounded ? within_ulps(p, capabilities.ulps.pow) : Range{exact, exact}, g);
  }
  if (capabilities.pow_form != PowForm::exponent) admit_power_from_output(c, e, x, out, g);
  if (g == 0) c.admit(0);
  return c;
}

// d relu(b + sum w x) = s (db + w dx + x dw), s the slope of the ramp at the neuron's own result.
Contribution of_neuron(const Instruction& neuron, std::uint32_t slot, double out, double g,
                       std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const bool is_bias = slot == 2u * neuron.count;
  const double factor = is_bias ? 1 : nodes[factor_of(neuron, slot)].data;
  const Slopes slopes = slopes_at(out, neuron, capabilities);
  Contribution c;
  c.exact = wide(slopes.first) * factor * g;
  admit_ramp(c, slopes.first, factor, g, capabilities.mask_form);
  if (slopes.second != slopes.first) {
    admit_ramp(c, slopes.second, factor, g, capabilities.mask_form);
  }
  return c;
}

// d relu(x) = s dx, s the slope of the ramp at the engine's own x.
Contribution of_relu(const Instruction& relu, double x, double g,
                     const Capabilities& capabilities) {
  const Slopes slopes = slopes_at(x, relu, capabilities);
  Contribution c;
  c.exact = wide(slopes.first) * g;
  admit_ramp(c, slopes.first, 1, g, capabilities.mask_form);
  if (slopes.second != slopes.first) admit_ramp(c, slopes.second, 1, g, capabilities.mask_form);
  return c;
}

Contribution exactly(double outcome) {
  Contribution c;
  c.exact = outcome;
  c.admit(outcome);
  return c;
}

}  // namespace

void Contribution::admit(double outcome) {
  if (std::isfinite(outcome)) return admit_finite(outcome);
  classes |= class_of(outcome);
}

void Contribution::admit_finite(const Float128& outcome) {
  const bool first = (classes & kFinite) == 0;
  lower = first ? outcome : std::min(lower, outcome);
  upper = first ? outcome : std::max(upper, outcome);
  classes |= kFinite;
}

NodeId operand_in(const Instruction& instruction, std::uint32_t slot) {
  if (instruction.op != Op::neuron) return instruction.operands[slot];
  if (slot < instruction.count) return instruction.operands[0] + slot;
  if (slot < 2u * instruction.count) return instruction.operands[1] + (slot - instruction.count);
  return instruction.operands[2];
}

NodeId factor_of(const Instruction& neuron, std::uint32_t slot) {
  assert(slot < 2u * neuron.count);
  return operand_in(neuron, slot < neuron.count ? slot + neuron.count : slot - neuron.count);
}

Slopes slopes_at(double value, const Instruction& instruction, const Capabilities& capabilities) {
  if (instruction.op == Op::neuron && instruction.linear) return {1, 1};
  if (value > 0) return {1, 1};
  if (value < 0) return {capabilities.relu_slope, capabilities.relu_slope};
  if (std::isnan(value)) return {0, 1};
  // The result of a neuron is 0 at the kink and, without a slope, below it.
  const bool either = instruction.op == Op::neuron && capabilities.relu_slope == 0;
  return {either ? 0 : capabilities.relu_at_zero, capabilities.relu_at_zero};
}

Contribution contribution(const Program& program, NodeId consumer, std::uint32_t slot,
                          std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const Instruction& line = program.code[consumer];
  const double g = nodes[consumer].grad;
  const double out = nodes[consumer].data;
  const double x = nodes[line.operands[0]].data;
  switch (line.op) {
    case Op::add:  // d(a + b) = da + db
      return exactly(g);
    case Op::sub:  // d(a - b) = da - db
      return exactly(slot == 0 ? g : -g);
    case Op::neg:
      return exactly(-g);
    case Op::mul: {  // d(a b) = b da + a db
      const double other = nodes[line.operands[1 - slot]].data;
      Contribution c;
      c.exact = wide(other) * g;
      admit_product(c, other, g);
      return c;
    }
    case Op::relu:
      return of_relu(line, x, g, capabilities);
    case Op::exp:
      return of_exp(x, out, g, capabilities);
    case Op::log:
      return of_log(x, g, capabilities);
    case Op::pow:
      return of_pow(line.immediate, x, out, g, capabilities);
    case Op::neuron:
      return of_neuron(line, slot, out, g, nodes, capabilities);
    default:
      break;
  }
  assert(false);
  return {};
}

}  // namespace cradle
