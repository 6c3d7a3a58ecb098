// Intervals around a true value, in float128.

#include "checks/oracles/libm.h"

#include <algorithm>
#include <limits>

namespace cradle {

Range within_ulps(const Float128& truth, double ulps, const Arithmetic& arithmetic) {
  const double nearest = arithmetic(truth);
  if (!isfinite(truth)) return {nearest, nearest};
  const double max = arithmetic.max();
  const double capped = std::isfinite(nearest) ? nearest : max;
  // float128's own functions are right to a few units of 2^-112.
  const Float128 radius = Float128(ulps) * arithmetic.ulp(capped) + fabs(truth) * 0x1p-105;
  const Float128 low = truth - radius;
  const Float128 high = truth + radius;
  // From here on, rounding to nearest gives infinity: the largest number and half an ulp of it.
  const Float128 overflow = Float128(max) + Float128(arithmetic.ulp(max)) / 2;
  Range range = {arithmetic.up(low), arithmetic.down(high)};
  if (low <= -overflow) range.lower = -kInfinity;
  if (high >= overflow) range.upper = kInfinity;
  // The nearest number is legal whatever the bound says.
  return {std::min(range.lower, nearest), std::max(range.upper, nearest)};
}

Range within_ulps(const Float128& truth, double ulps) {
  return within_ulps(truth, ulps, Arithmetic(53));
}

double host_ulps(Op op) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 28))
  switch (op) {
    case Op::exp:
    case Op::log:
    case Op::pow:
    case Op::powv:
    case Op::sin:
    case Op::cos:
      return 0.55;
    case Op::tanh:
      return 2.5;
    default:
      break;
  }
#endif
  return op == Op::sqrt ? 0.5 : std::numeric_limits<double>::infinity();
}

}  // namespace cradle
