// Numbers of 113 bits, and what a rounding to the engine's precision may cost.
//
// float128 is the arbiter of every oracle: a product of two doubles is exact in it, and its range
// is so wide that nothing a double holds can overflow or underflow on the way.

#pragma once

#include <boost/multiprecision/float128.hpp>
#include <cmath>
#include <limits>

namespace cradle {

using Float128 = boost::multiprecision::float128;

inline Float128 wide(double x) { return Float128(x); }

/// The engine's arithmetic: unit roundoff u, and the smallest number above zero, eta.
struct Rounding {
  double u = 0x1p-53;
  double eta = 0x1p-1074;
};

/// Returns the rounding of an engine of that precision: 53 bits, or 24.
inline Rounding rounding_of(unsigned precision_bits) {
  return precision_bits == 24 ? Rounding{0x1p-24, 0x1p-149} : Rounding{};
}

/// Returns gamma_k = k u / (1 - k u): k roundings in a row cost no more, relatively.
/// Source  Higham, Accuracy and Stability of Numerical Algorithms, lemma 3.1.
inline double gamma(double k, const Rounding& rounding = {}) {
  return k <= 0 ? 0 : (k * rounding.u) / (1 - k * rounding.u) * (1 + 1e-12);
}

/// Returns |x| rounded down to a power of two: the unit in the first place; 0 for 0.
inline double unit_in_first_place(double x) {
  if (x == 0 || !std::isfinite(x)) return std::fabs(x);
  return std::ldexp(1.0, std::ilogb(x));
}

/// Returns the distance between neighbouring doubles at |x|, at least eta.
inline double ulp_of(double x) { return std::fmax(unit_in_first_place(x) * 0x1p-52, 0x1p-1074); }

/// Returns the least double that is not below x, and the greatest that is not above it.
inline double round_up(const Float128& x) {
  const double near = static_cast<double>(x);
  return near < x ? std::nextafter(near, std::numeric_limits<double>::infinity()) : near;
}
inline double round_down(const Float128& x) {
  const double near = static_cast<double>(x);
  return near > x ? std::nextafter(near, -std::numeric_limits<double>::infinity()) : near;
}

}  // namespace cradle
