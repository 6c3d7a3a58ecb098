// Balls: a number the reference knows, and how far a correct engine's may be from it.
//
// The centre is a Float128, or a long double where speed counts. Radii are doubles; each is
// enlarged by 1e-12, which covers the roundings of its own computation.

#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "checks/oracles/float128.h"

namespace cradle {

/// What cannot be decided, and why; nothing when all is.
using Undecided = const char*;

/// Above this a product of intermediate results might overflow in some form of a rule.
inline constexpr double kNearOverflow = 1e300;

/// Rounds a bound up: by 1e-12, and where doubles may be subnormal by their eta, unless it is zero.
/// (Adding a subnormal number to any other takes some processors a hundred cycles.)
inline double enlarge(double bound) {
  if (bound > 0x1p-900) return bound * (1 + 1e-12);
  return bound == 0 ? 0 : bound * (1 + 1e-12) + 0x1p-1074;
}

/// The arithmetic of an engine as radii need it.
struct RadiusArithmetic {
  double u = 0x1p-53;
  double eta = 0x1p-1074;
  double tiny = 0x1p-974;        // 2^100 eta: above it an eta is nothing
  double large = kNearOverflow;  // above it something may overflow
  double small = 1e-300;         // below it a reciprocal may
  double whole = 0x1p53;         // integers up to here are numbers
  /// Decisions are taken with this much to spare: 1, or a little more when centres are approximate.
  double caution = 1;

  bool narrow() const { return whole == 0x1p24; }
};

inline RadiusArithmetic arithmetic_of(unsigned precision_bits) {
  if (precision_bits != 24) return {};
  return {0x1p-24, 0x1p-149, 0x1p-49, 1e36, 1e-36, 0x1p24, 1};
}

template <typename Real>
struct Ball {
  Real centre = 0;
  double radius = 0;

  /// Returns |centre| as a double, or a little more where doubles are subnormal.
  double size() const {
    const double near = std::fabs(static_cast<double>(centre));
    return near < 0x1p-1000 && centre != 0 ? near + 0x1p-1074 : near;
  }
  double reach() const { return size() + radius; }
  bool is_zero() const { return centre == 0 && radius == 0; }
};

/// Returns the greatest power of two that is not above |x|; 0 below the normal numbers.
inline double leading_power(double x) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & 0x7ff0000000000000u);
}

/// Returns the power of two that is the last bit of x; 0 when that bit is below the normal numbers.
inline double last_power(double x) {
  constexpr std::uint64_t kHidden = std::uint64_t{1} << 52;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const auto exponent = static_cast<int>((bits >> 52) & 0x7ff);
  const int zeros = std::countr_zero((bits & (kHidden - 1)) | kHidden);
  const int last = exponent - 52 + zeros;
  if (exponent == 0x7ff || last <= 0) return 0;
  return std::bit_cast<double>(static_cast<std::uint64_t>(last) << 52);
}

/// Bounds the error of rounding any number up to `m` in magnitude to nearest, where nothing
/// underflows: half a unit in the last place, u times the leading power. `m` is enlarged first, so
/// that it cannot be short of a power of two that the number may reach.
inline double rounding_error(double m, const RadiusArithmetic& arithmetic) {
  return arithmetic.u * leading_power(m * (1 + 0x1p-48));
}

/// Returns (1 + a)(1 + b) - 1.
inline double both(double a, double b) { return a + b + a * b; }

/// Returns a bound on e^t - 1 for t >= 0: e^t <= (2 + t) / (2 - t) below 2.
inline double growth(double t) { return t < 1 ? t / (1 - t / 2) : std::expm1(t); }

/// Returns a bound on n roundings in a row, relatively.
inline double roundings(double n, const RadiusArithmetic& arithmetic) {
  return n * arithmetic.u / (1 - n * arithmetic.u);
}

/// Returns a bound with underflows, in eta, added to it, rounded up.
inline double enlarge(double bound, double etas, const RadiusArithmetic& arithmetic) {
  if (bound > etas * arithmetic.tiny) return enlarge(bound);
  return enlarge(bound + etas * arithmetic.eta);
}

/// True when the engine's arithmetic has the number x.
template <typename Real>
bool is_a_number(const Real& x, const RadiusArithmetic& arithmetic) {
  const double near = static_cast<double>(x);
  if (arithmetic.narrow() && static_cast<double>(static_cast<float>(near)) != near) return false;
  return Real(near) == x;
}

/// Bounds the error of an operation whose operands the engine holds exactly and whose exact result
/// is x: every engine rounds the same x, so that it is the distance to the number next to it. It is
/// 0 where `exact` says that x is that number itself, and no less than an eighth of the usual bound
/// elsewhere, so that 2^-64 of x, by which a long double may be off, stays a small part of it. It
/// is a 32nd more than that distance: a right engine is always just there, and the filter must be
/// able to accept it (see kTrusted). Among the smallest numbers it is the usual bound, and an eta.
template <typename Real>
double error_of_known(const Real& x, bool exact, const RadiusArithmetic& arithmetic) {
  if (exact) return 0;
  double near = static_cast<double>(x);
  if (arithmetic.narrow()) near = static_cast<double>(static_cast<float>(x));
  const double size = std::fabs(near);
  if (size < arithmetic.tiny) return enlarge(rounding_error(size, arithmetic), 1, arithmetic);
  const double off = std::fabs(static_cast<double>(x - Real(near)));
  return enlarge(std::fmax(off * (1 + 0x1p-5), size * (arithmetic.u / 8)));
}

/// Multiplying by this number changes the exponent only.
template <typename Real>
bool is_power_of_two(const Ball<Real>& x) {
  if (x.radius != 0) return false;
  const double near = static_cast<double>(x.centre);
  return near != 0 && Real(near) == x.centre && std::fabs(near) == leading_power(near);
}

/// Returns the ball of a product of two numbers that the engine holds, rounded once:
///   |f g - F G| <= |F| R + |G| d + d R = s,   and of rounding u |f g| <= u (|F G| + s), eta.
/// A power of two rounds nothing, but may underflow; a product with an exact 0 is 0. What
/// underflows even in the reference, centre or spread, is none: its error is an eta.
///
/// `etas` are the underflows, in eta, of other orders of the same product.
template <typename Real>
Ball<Real> product(const Ball<Real>& factor, const Ball<Real>& gradient,
                   const RadiusArithmetic& arithmetic, double etas = 1) {
  Ball<Real> result;
  if (factor.is_zero() || gradient.is_zero()) return result;
  result.centre = factor.centre * gradient.centre;
  const double f = factor.size();
  const double spread =
      f * gradient.radius + gradient.size() * factor.radius + factor.radius * gradient.radius;
  if (factor.radius == 0 && gradient.radius == 0 && etas <= 1) {
    const bool exact =
        is_a_number(result.centre, arithmetic) &&
        Float128(factor.centre) * Float128(gradient.centre) == Float128(result.centre);
    result.radius = error_of_known(result.centre, exact, arithmetic);
    return result;
  }
  const bool shift = is_power_of_two(factor) || is_power_of_two(gradient);
  const double rounding = shift ? 0 : rounding_error(result.size() + spread, arithmetic);
  result.radius = enlarge(spread + rounding, etas, arithmetic);
  return result;
}

/// Returns the ball of a quotient, rounded once:
///   |g / x - G / X| <= (R + |G / X| e) / (|X| - e) = s.
/// The ratio e / (|X| - e) comes first: |G / X| e may underflow where the quotient does not.
/// `divides` says that the engine is known to divide, rather than to multiply by an inverse.
/// Requires  the ball of x is far from 0.
template <typename Real>
Ball<Real> quotient(const Ball<Real>& gradient, const Ball<Real>& x, bool divides,
                    const RadiusArithmetic& arithmetic) {
  Ball<Real> result;
  if (gradient.is_zero()) return result;
  result.centre = gradient.centre / x.centre;
  const double least = x.size() - x.radius;
  const double spread = gradient.radius / least + result.size() * (x.radius / least);
  if (gradient.radius == 0 && x.radius == 0) {
    const bool exact = is_a_number(result.centre, arithmetic) &&
                       Float128(result.centre) * Float128(x.centre) == Float128(gradient.centre);
    if (exact || divides) {
      result.radius = error_of_known(result.centre, exact, arithmetic);
      return result;
    }
  }
  const double rounding =
      is_power_of_two(x) ? 0 : rounding_error(result.size() + spread, arithmetic);
  result.radius = enlarge(spread + rounding, 1, arithmetic);
  return result;
}

/// True when an argument is less than twice its radius away from 0, or so small that its reciprocal
/// overflows.
template <typename Real>
bool touches_zero(const Ball<Real>& x, const RadiusArithmetic& arithmetic) {
  const double size = x.size();
  return !(x.radius * arithmetic.caution <= size / 2) ||
         size < arithmetic.small * arithmetic.caution;
}

}  // namespace cradle
