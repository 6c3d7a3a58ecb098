// Running error bounds, each derived above its code.

#include "checks/oracles/radius.h"

#include <algorithm>

namespace cradle {
namespace {

constexpr Rounding kDouble;
constexpr double kU = kDouble.u;
constexpr double kEta = kDouble.eta;

// Rounded from operands that the engine holds exactly, a result that is a double is exact.
bool is_double(const Float128& x) { return Float128(static_cast<double>(x)) == x; }

// exact + spread before rounding, one rounding after it: s + u (|result| + s), and eta where it may
// underflow.
double rounded(const Float128& centre, double spread, double eta) {
  if (spread == 0 && is_double(centre)) return 0;
  const double m = Ball{centre, 0}.size() + spread;
  return enlarge(spread + kU * m + eta);
}

// The same after a library function: B ulps are at most 2 B u m, or B eta below the normal numbers.
double rounded_by_library(const Ball& result, double spread, double ulps, double eta) {
  const double m = result.size() + spread;
  if (m == 0) return 0;  // exactly 0, from an operand that the engine holds exactly
  return enlarge(spread + 2 * std::max(ulps, 0.5) * kU * m + eta * std::max(ulps, 1.0));
}

// x^c over the ball of x: |(x + d)^c - x^c| <= |x|^c ((1 - r)^-|c| - 1) with r = e / |x|, for
// either sign of c and of d, since 1 + r <= 1 / (1 - r) and (1 - r)^c + (1 - r)^-c >= 2.
double spread_of_power(double size, double exponent, double r) {
  return size * std::expm1(-std::fabs(exponent) * std::log1p(-r));
}

// An argument that is less than twice its radius away from 0, or so small that 1 / x overflows.
bool touches_zero(const Ball& x) { return !(x.radius <= x.size() / 2) || x.size() < 1e-300; }

Undecided forward_pow(double c, const Ball& x, const Capabilities& capabilities, Ball& result) {
  if (c == 0) return nullptr;  // 1, exactly
  if (c == 1) {
    result.radius = x.radius;
    return nullptr;
  }
  if (x.centre == 0 && x.radius == 0) return nullptr;  // 0^c: exact, or infinite
  if (touches_zero(x)) return "the argument of pow may be 0";
  const double spread = spread_of_power(result.size(), c, x.radius / x.size());
  result.radius = rounded_by_library(result, spread, capabilities.ulps.pow, kEta);
  return nullptr;
}

}  // namespace

Undecided decide_slope(const Ball& argument, const Capabilities& capabilities, double& slope) {
  if (fabs(argument.centre) <= argument.radius && argument.radius > 0) {
    return "the argument of relu may be on either side of 0";
  }
  slope = argument.centre > 0   ? 1
          : argument.centre < 0 ? capabilities.relu_slope
                                : capabilities.relu_at_zero;
  return nullptr;
}

Undecided forward_radius(const Instruction& line, const Ball& a, const Ball& b,
                         const Capabilities& capabilities, Ball& result) {
  switch (line.op) {
    case Op::add:  // s = e_a + e_b
    case Op::sub:
      result.radius = rounded(result.centre, a.radius + b.radius, 0);
      return nullptr;
    case Op::neg:
      result.radius = a.radius;
      return nullptr;
    case Op::mul:
      result.radius = product(a, b).radius;
      return nullptr;
    case Op::exp:  // s = e^A (e^e_a - 1)
      result.radius = rounded_by_library(result, result.size() * std::expm1(a.radius),
                                         capabilities.ulps.exp, kEta);
      if (result.centre == 0) result.radius = kEta;  // not 0, but below what float128 holds
      return nullptr;
    case Op::log:  // s = -log(1 - e_a / A)
      if (touches_zero(a)) return "the argument of log may be 0";
      result.radius =
          rounded_by_library(result, -std::log1p(-a.radius / a.size()), capabilities.ulps.log, 0);
      return nullptr;
    case Op::pow:
      return forward_pow(line.immediate, a, capabilities, result);
    case Op::relu: {  // a ramp does not enlarge the ball; its slope may round once
      double slope = 0;
      const Undecided undecided = decide_slope(a, capabilities, slope);
      if (undecided != nullptr) return undecided;
      if (a.centre == 0) return nullptr;
      result.radius = slope == 1 ? a.radius : product({slope, 0}, a).radius;
      return nullptr;
    }
    default:
      return "there is no radius for the op";
  }
}

// s = |F| R + |G| e_f + e_f R, one rounding; exactly 0 where a factor is. A product that underflows
// even in float128 is not.
Ball product(const Ball& factor, const Ball& gradient) {
  Ball result;
  const bool zero =
      (factor.centre == 0 && factor.radius == 0) || (gradient.centre == 0 && gradient.radius == 0);
  if (zero) return result;
  result.centre = factor.centre * gradient.centre;
  const double spread = factor.size() * gradient.radius + gradient.size() * factor.radius +
                        factor.radius * gradient.radius;
  result.radius =
      result.centre == 0 ? enlarge(spread + kEta) : rounded(result.centre, spread, kEta);
  return result;
}

// |g/x - G/X| <= (R + |G| e / |X|) / (|X| - e). As g r with r = 1/x rounded: two roundings, and an
// underflow of r is multiplied by |g|.
Undecided pull_back_log(const Ball& x, const Ball& gradient, Ball& contribution) {
  if (touches_zero(x)) return "the argument of log may be 0";
  contribution.centre = gradient.centre / x.centre;
  const double g = gradient.size();
  if (g == 0 && gradient.radius == 0) return nullptr;
  const double spread = (gradient.radius + g * (x.radius / x.size())) / (x.size() - x.radius);
  const double m = contribution.size() + spread;
  contribution.radius = enlarge(spread + 2 * kU * m + kEta * (1 + g + gradient.radius));
  return nullptr;
}

// d = c p, p = |x|^(c-1). The engine's p is off by a factor within (1 - r)^-|c-1| (1 + rho), where
// rho is for c - 1 as a double, and by B ulps; three roundings in any order of c, p and g, one more
// as c out / x:
//   rel = (1 - r)^-|c-1| (1 + rho) (1 + (2B + 4) u) - 1.
// An underflow of one product of two factors is multiplied by the third.
Undecided pull_back_pow(double c, const Ball& x, const Ball& power, const Ball& gradient,
                        const Capabilities& capabilities, Ball& contribution) {
  if (c == 0) return nullptr;
  if (c == 1) {
    contribution = gradient;
    return nullptr;
  }
  if (!(std::fabs(c) <= 0x1p53)) return "the parity of an exponent is lost";
  if (x.centre == 0 && x.radius == 0 && c > 1 && capabilities.pow_form == PowForm::exponent) {
    return nullptr;  // c 0^(c-1) = 0
  }
  if (touches_zero(x)) return "the argument of pow may be 0";
  const Ball quotient = {power.centre / x.centre, 0};  // x^(c-1)
  const double p = quotient.size();
  const double cp = std::fabs(c) * p;
  const double g = gradient.size();
  const double size = g + gradient.radius;
  const double lost = static_cast<double>(fabs((Float128(c) - 1) - Float128(c - 1)));
  const double rho = lost * (std::fabs(std::log(x.size())) + 1);
  const double factors = -std::fabs(c - 1) * std::log1p(-x.radius / x.size()) + std::log1p(rho) +
                         std::log1p((2 * capabilities.ulps.pow + 4) * kU);
  const double d = cp * std::expm1(factors);
  if (!(cp + d < kNearOverflow && p < kNearOverflow &&
        (1 + std::fabs(c)) * (1 + size) * (1 + power.size()) < kNearOverflow)) {
    return "an intermediate of pow's rule may overflow";
  }
  if (size == 0) return nullptr;
  contribution.centre = Float128(c) * quotient.centre * gradient.centre;
  const double spread = cp * gradient.radius + size * d;
  const double eta = kEta * ((1 + std::fabs(c)) * (1 + size) *
                             (1 + capabilities.ulps.pow + p + (1 + power.size()) / x.size()));
  contribution.radius = enlarge(spread + kU * (cp * g + spread) + eta);
  return nullptr;
}

}  // namespace cradle
