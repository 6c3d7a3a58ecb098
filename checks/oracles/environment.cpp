// Small sums with known answers, on numbers that the compiler cannot see through.

#include "checks/oracles/environment.h"

#include <cfenv>
#include <cfloat>
#include <cmath>
#include <limits>

#include "checks/oracles/float128.h"

namespace cradle {
namespace {

// Without its relatives known at compile time, a number is computed with at run time.
double opaque(double x) {
  volatile double hidden = x;
  return hidden;
}

// 1 + u is 1 and 1 + 3 u is 1 + 4 u in rounding to nearest, ties to even, and in no other mode.
bool rounds_to_nearest() {
  const double u = opaque(0x1p-53);
  return std::fegetround() == FE_TONEAREST && 1 + u == 1 && 1 + 3 * u == 1 + 0x1p-51 &&
         -1 - u == -1;
}

// Flush to zero loses a difference, denormals-are-zero an operand.
bool keeps_subnormals() {
  const double smallest_normal = opaque(std::numeric_limits<double>::min());
  const double eta = opaque(std::numeric_limits<double>::denorm_min());
  return smallest_normal / 2 > 0 && eta * 0x1p60 > 0 && eta != 0;
}

// 2^53 + 1.5 is 2^53 + 2 as a double, and itself with more bits.
bool has_no_excess_precision() {
  const double big = opaque(0x1p53);
  const double sum = big + opaque(1.5);
  return FLT_EVAL_METHOD == 0 && sum == 0x1p53 + 2;
}

// (1 + 2u)(1 - 2u) - 1 is -4 u^2 when fused, and 0 when the product is rounded first.
bool contracts_products() {
  const double a = opaque(1 + 0x1p-52);
  const double b = opaque(1 - 0x1p-52);
  const double c = opaque(-1);
  return a * b + c != 0;
}

// long double, where it is 80 bits wide, rounds to 64 of them: the processor's precision control
// could say 53.
bool has_long_double() {
  if (std::numeric_limits<long double>::digits < 64) return true;  // then nothing relies on it
  volatile long double hidden = 0x1p-63L;
  const long double least = hidden;
  return 1 + least - 1 == least;
}

// A product of doubles is exact; exp, log and pow agree with each other to a few units of 2^-112.
bool has_float128() {
  if (std::numeric_limits<Float128>::digits < 113) return false;
  const Float128 a = opaque(1 + 0x1p-52);
  if (a * a != 1 + Float128(0x1p-51) + Float128(0x1p-104)) return false;
  const Float128 x = opaque(0.7);
  const Float128 tolerance = 0x1p-106;
  return fabs(log(exp(x)) - x) < tolerance && fabs(pow(x, Float128(2)) - x * x) < tolerance &&
         fabs(exp(x * log(Float128(opaque(3)))) - pow(Float128(opaque(3)), x)) < tolerance * 4;
}

}  // namespace

std::string environment_fault() {
  static_assert(std::numeric_limits<double>::is_iec559 &&
                std::numeric_limits<double>::digits == 53);
  if (!rounds_to_nearest()) return "the rounding mode is not to nearest";
  if (!keeps_subnormals()) return "subnormal numbers are flushed to zero";
  if (!has_no_excess_precision()) return "doubles are computed with excess precision";
  if (contracts_products()) return "the oracles were compiled with contraction of a * b + c";
  if (!has_long_double()) return "long doubles are rounded to fewer bits than they have";
  if (!has_float128()) return "there is no float128 of 113 bits, or its functions are wrong";
  return {};
}

}  // namespace cradle
