// One rounded operation of the engine under judgement, computed in double.
//
// A product, quotient, sum or square root of two floats, rounded to double and then to float, is
// the one that float arithmetic gives: 53 bits are more than 2 * 24 + 1, so that the first rounding
// never decides the second one.
// Source  Figueroa, When is double rounding innocuous?, SIGNUM Newsletter 30 (1995).

#pragma once

#include <cmath>
#include <limits>

#include "checks/oracles/float128.h"

namespace cradle {

/// The numbers of an engine: binary64, or binary32 held in doubles.
class Arithmetic {
 public:
  explicit Arithmetic(unsigned precision_bits) : is_single_(precision_bits == 24) {}

  /// Returns the engine's number nearest to `x`: of a float result that stands in a double.
  double operator()(double x) const { return is_single_ ? static_cast<float>(x) : x; }
  double operator()(const Float128& x) const {
    return is_single_ ? static_cast<double>(static_cast<float>(x)) : static_cast<double>(x);
  }

  bool is_single() const { return is_single_; }
  Rounding rounding() const { return rounding_of(bits()); }
  unsigned bits() const { return is_single_ ? 24 : 53; }
  /// The largest finite number.
  double max() const {
    return is_single_ ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  }
  /// Returns the number after `x` on the way to `goal`.
  double next(double x, double goal) const {
    if (!is_single_) return std::nextafter(x, goal);
    return std::nextafter(static_cast<float>(x), static_cast<float>(goal));
  }
  /// Returns the least number that is not below x, and the greatest that is not above it.
  double up(const Float128& x) const {
    const double near = (*this)(x);
    return near < x ? next(near, std::numeric_limits<double>::infinity()) : near;
  }
  double down(const Float128& x) const {
    const double near = (*this)(x);
    return near > x ? next(near, -std::numeric_limits<double>::infinity()) : near;
  }
  /// Returns the distance between neighbours at |x|, at least eta.
  double ulp(double x) const {
    return std::fmax(unit_in_first_place(x) * (2 * rounding().u), rounding().eta);
  }

 private:
  bool is_single_;
};

}  // namespace cradle
