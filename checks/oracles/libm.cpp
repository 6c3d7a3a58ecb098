// Intervals around a true value, in float128.

#include "checks/oracles/libm.h"

#include <algorithm>
#include <limits>

namespace cradle {
namespace {

// From here on, rounding to nearest gives infinity: the largest double and half an ulp of it.
const Float128 kOverflow = ldexp(Float128(1), 1024) - ldexp(Float128(1), 970);

}  // namespace

Range within_ulps(const Float128& truth, double ulps) {
  const double nearest = static_cast<double>(truth);
  if (!isfinite(truth)) return {nearest, nearest};
  const double capped = std::isfinite(nearest) ? nearest : std::numeric_limits<double>::max();
  // float128's own functions are right to a few units of 2^-112.
  const Float128 radius = Float128(ulps) * ulp_of(capped) + fabs(truth) * 0x1p-105;
  const Float128 low = truth - radius;
  const Float128 high = truth + radius;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Range range = {round_up(low), round_down(high)};
  if (low <= -kOverflow) range.lower = -kInfinity;
  if (high >= kOverflow) range.upper = kInfinity;
  // The nearest double is legal whatever the bound says.
  return {std::min(range.lower, nearest), std::max(range.upper, nearest)};
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
    default:
      break;
  }
#endif
  return op == Op::sqrt ? 0.5 : std::numeric_limits<double>::infinity();
}

}  // namespace cradle
