// Ramps: relu, leaky_relu, abs, and a neuron behind its own.
//
// d ramp(x) = s dx with the slope s of the side on which the engine's own x lies; at the kink the
// declared convention. Slopes are 0 (a shut gate), 1 and -1 (nothing is rounded), or declared
// numbers, which a float engine may keep as a float or as a double.

#include <cmath>
#include <limits>

#include "checks/oracles/orders.h"
#include "checks/oracles/rules.h"

namespace cradle {
namespace {

constexpr double kQuietNan = std::numeric_limits<double>::quiet_NaN();

// C = s f g for a ramp of slope s, in any order of the factors.
void admit_slope(Contribution& c, double slope, double factor, const Pullback& p) {
  if (slope == 0) return admit_masked(c, factor, p.g, p.capabilities.mask_form);
  if (slope == 1 || slope == -1) return admit_orders(c, {{slope * factor}, {p.g}}, p.round);
  for (const double kept : {slope, p.round(slope)}) {
    admit_orders(c, {{kept}, {factor}, {p.g}}, p.round);
  }
}

Contribution of_slopes(const Slopes& slopes, double factor, const Pullback& p) {
  Contribution c;
  c.exact = wide(slopes.first) * factor * p.g;
  admit_slope(c, slopes.first, factor, p);
  if (slopes.second != slopes.first) admit_slope(c, slopes.second, factor, p);
  return c;
}

Slopes sides(double value, double below, double at_zero) {
  if (value > 0) return {1, 1};
  if (value < 0) return {below, below};
  // Every comparison with a NaN fails, and it is a matter of style on which side that leads.
  if (std::isnan(value)) return {below, 1};
  return {at_zero, at_zero};
}

}  // namespace

// The gradient of what is behind a shut gate is 0, or NaN for a mask that multiplies a gradient
// that is not finite; then it is multiplied by f, or skipped because it is 0.
void admit_masked(Contribution& c, double factor, double g, MaskForm form) {
  if (form != MaskForm::selects && !std::isfinite(g)) c.admit(kQuietNan);
  if (form == MaskForm::multiplies && !std::isfinite(g)) return;
  c.admit(0);
  if (!std::isfinite(factor)) c.admit(kQuietNan);
}

Slopes slopes_at(double value, const Instruction& instruction, const Capabilities& capabilities) {
  switch (instruction.op) {
    case Op::abs:
      return sides(value, -1, capabilities.abs_at_zero);
    case Op::leaky_relu:
      return sides(value, capabilities.leaky_slope, capabilities.leaky_at_zero);
    case Op::neuron:
      if (instruction.linear) return {1, 1};
      // The result of a neuron is 0 at the kink and, without a slope, below it.
      if (value == 0 && capabilities.relu_slope == 0) return {0, capabilities.relu_at_zero};
      break;
    default:
      break;
  }
  return sides(value, capabilities.relu_slope, capabilities.relu_at_zero);
}

// The sign of a NaN is NaN, or any of the three. x / |x| is the sign, but g x / |x| is rounded
// twice; both are NaN at 0.
Contribution of_ramp(const Pullback& p) {
  Contribution c = of_slopes(slopes_at(p.x, p.line, p.capabilities), 1, p);
  if (p.line.op == Op::abs && p.capabilities.abs_form == AbsForm::quotient) {
    admit_orders(c, {{p.g}, {p.x}, over(std::fabs(p.x))}, p.round);
  }
  if (p.line.op == Op::abs && std::isnan(p.x)) {
    c.admit(kQuietNan);
    c.admit(0);
  }
  return c;
}

// d ramp(b + sum w x) = s (db + w dx + x dw), s at the neuron's own result.
Contribution of_neuron(const Pullback& p, std::span<const NodeState> nodes) {
  const bool is_bias = p.slot == 2u * p.line.count;
  const double factor = is_bias ? 1 : nodes[factor_of(p.line, p.slot)].data;
  return of_slopes(slopes_at(p.out, p.line, p.capabilities), factor, p);
}

}  // namespace cradle
