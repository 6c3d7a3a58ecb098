// Sums of products that no rounding touches, in whatever order an engine adds them.
//
// Networks whose weights and inputs lie on a coarse grid have such sums, and stand on the kinks of
// their relus exactly: there is nothing undecided about them.

#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "checks/oracles/float128.h"

namespace cradle {

/// Returns the exponent of the lowest bit of a finite x that is not 0: x is an odd multiple of 2^e.
inline int lowest_exponent(double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::fabs(std::ldexp(fraction, 53)));
  return exponent - 53 + std::countr_zero(mantissa);
}

/// Gathers numbers and products of numbers that the engine holds exactly.
///
/// All of them are multiples of some q = 2^e. Then so is each partial sum, in any order, and none
/// is larger than m, the sum of the magnitudes. Multiples of q up to q / u are numbers of the
/// engine if q is at least eta: no product and no addition rounds, with fused multiply-add neither.
/// m is computed in doubles, with a relative error below 2^-30 for up to 2^22 terms; m <= q / (2 u)
/// leaves room for it.
class ExactSum {
 public:
  void add(double x) { add(x, 1); }
  void add(double x, double y) {
    if (x == 0 || y == 0) return;
    lowest_ = std::min(lowest_, lowest_exponent(x) + lowest_exponent(y));
    magnitude_ += std::fabs(x * y);
  }

  /// True when every order of additions gives the exact sum.
  bool is_exact(const Rounding& rounding) const {
    if (magnitude_ == 0) return lowest_ == kNothing;
    if (lowest_ < std::ilogb(rounding.eta)) return false;
    return magnitude_ <= std::ldexp(0.5 / rounding.u, lowest_);
  }

 private:
  static constexpr int kNothing = std::numeric_limits<int>::max();
  int lowest_ = kNothing;
  double magnitude_ = 0;
};

}  // namespace cradle
