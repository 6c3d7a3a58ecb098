// Numbers of 106 bits, the sum of two doubles: a filter before float128, and a tenth of its cost.
//
// The arithmetic is that of the QD library, whose header states the error of a sum as d1 a + d2 b.
// With v = 2^-53, and words that neither overflow nor are subnormal:
//   a + b   the sum of the low words, and that with the high words' error, are rounded: v times
//           2 v (|a| + |b|) at most, twice: within 2^-103 (|a| + |b|)
//   a b     the product of the low words is left out, v^2 |a b|; two products and their sums are
//           rounded: within 2^-103 |a b|
//   ieee_add  within 2^-104 |a + b|, however much cancels
// Source  Joldes, Muller & Popescu, Tight and rigorous error bounds for basic building blocks of
//         double-word arithmetic, ACM TOMS 44 (2017): 3 v^2 and 5 v^2 for the same algorithms or
//         better ones.

#pragma once

#include <qd/dd_real.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "checks/oracles/float128.h"

namespace cradle {

using DoubleDouble = dd_real;

/// What a radius beside a number is: of double-doubles a double, which is rounded up.
template <typename Real>
using RadiusOf = std::conditional_t<std::is_same_v<Real, DoubleDouble>, double, Real>;

/// What one sum or product loses, relatively to its operands, with some room.
inline constexpr double kDoubleDoubleNoise = 0x1p-102;

/// True for 0 and for numbers of which the product of any two, its low word too, is a normal number
/// or 0, and within range.
inline bool is_plain(double x) {
  const double size = std::fabs(x);
  return size == 0 || (size >= 0x1p-450 && size <= 0x1p450);
}

/// Returns the double-double nearest to x.
/// Requires  is_plain of x rounded to double.
inline DoubleDouble narrowed(const Float128& x) {
  const auto high = static_cast<double>(x);
  return {high, static_cast<double>(x - high)};
}

/// Returns |x| as a bound beside numbers of its kind may count it: of a double-double to 2^-53.
inline Float128 magnitude(const Float128& x) { return fabs(x); }
inline double magnitude(const DoubleDouble& x) { return std::fabs(x.x[0]); }

/// Returns the double nearest to x; of two, the even one.
inline double nearest(const Float128& x) { return static_cast<double>(x); }
inline double nearest(const DoubleDouble& x) { return x.x[0]; }

/// Returns the float nearest to x; of two, the even one. A double between them, of which the last
/// bit tells that there is more, is rounded once.
inline float nearest_float(const Float128& x) { return static_cast<float>(x); }
inline float nearest_float(const DoubleDouble& x) {
  const double high = x.x[0];
  const double low = x.x[1];
  if (low == 0 || (std::bit_cast<std::uint64_t>(high) & 1) != 0) return static_cast<float>(high);
  return static_cast<float>(std::nextafter(high, low > 0 ? HUGE_VAL : -HUGE_VAL));
}

/// Rounds a bound up that has the roundings of its own computation, where these count; or down.
inline Float128 rounded_up(const Float128& bound) { return bound; }
inline double rounded_down(double bound) { return bound * (1 - 0x1p-48); }
inline double rounded_up(double bound) { return bound * (1 + 0x1p-48); }

/// Returns the sum of both words, to 2^-113.
inline Float128 widened(const DoubleDouble& x) { return Float128(x.x[0]) + x.x[1]; }

/// Returns x as a number of the kind.
template <typename Real>
Real in(const Float128& x) {
  if constexpr (std::is_same_v<Real, DoubleDouble>) {
    return narrowed(x);
  } else {
    return x;
  }
}
template <typename Real>
Real in(const DoubleDouble& x) {
  return x;
}

}  // namespace cradle
