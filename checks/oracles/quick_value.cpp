// QD's functions, and bounds that a test holds them to half of: QD states none.
//
//   a + b, a - b     2^-104 of the result, however much cancels (ieee_add)
//   a b, a / b, sqrt 2^-101 of the result: two or three operations of double_double.h's bounds
//   x^n by products  (|n| + 3) 2^-103 of it, n whole, |n| <= 16
//   exp              2^-101 (1 + |x|) of it, |x| <= 300
//   log              2^-101 L, absolutely, L = 1 + |ln x| + (ln x)^2 / 16: one step of Newton's
//                    from a double, which is off by 2^-53 |ln x|, leaves half of that squared
//   x^y              2^-99 (1 + |y| L) of it, as e^(y ln x), |y ln x| <= 300
//   sigmoid          2^-100 (1 + |x|) of it, |x| <= 300: it is 1 / (1 + e^-x)
//   tanh             2^-97 min(|x|, 1), |x| <= 300: what e^x loses of itself e^-x loses with it,
//                    and of a small x there is a series
//   sin              2^-100 |x|, |x| <= 2^20: the remainder by 2 pi, which has 106 bits
//   cos              2^-100 (1 + |x|), likewise
//
// A product of small numbers may underflow: 2^-1000 more, absolutely, of all but sums and of what
// is 0 times something, of powers as well. No number is larger than 2^900, so that none overflows
// on the way; where a logarithm or a reciprocal is taken it is plain, so that low words are words.
// What is divided is 0 or above 2^-900, or what its remainder loses in an underflow is divided as
// well.

#include "checks/oracles/quick_value.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cradle {
namespace {

constexpr double kExponentMax = 300;
constexpr double kAngleMax = 0x1p20;

// QD's error handler writes to stderr: it is never to be reached.
DoubleDouble no_number() { return {std::numeric_limits<double>::quiet_NaN(), 0.0}; }

bool is_plain_and_not_0(const DoubleDouble& x) { return x.x[0] != 0 && is_plain(x.x[0]); }

bool may_be_divided(const DoubleDouble& x) { return x.x[0] == 0 || std::fabs(x.x[0]) >= 0x1p-900; }

DoubleDouble of_one(Op op, const DoubleDouble& x) {
  const double size = std::fabs(x.x[0]);
  switch (op) {
    case Op::neg:
      return -x;
    case Op::exp:
      return size <= kExponentMax ? exp(x) : no_number();
    case Op::log:
      return x > 0 && is_plain_and_not_0(x) ? log(x) : no_number();
    case Op::sqrt:
      return x >= 0 && is_plain(x.x[0]) ? sqrt(x) : no_number();
    case Op::tanh:
      return size <= kExponentMax ? tanh(x) : no_number();
    case Op::sigmoid:
      return size <= kExponentMax ? 1.0 / (exp(-x) + 1.0) : no_number();
    case Op::sin:
      return size <= kAngleMax ? sin(x) : no_number();
    case Op::cos:
      return size <= kAngleMax ? cos(x) : no_number();
    default:
      return no_number();
  }
}

DoubleDouble of_any(const Instruction& line, const DoubleDouble& x, const DoubleDouble& y) {
  switch (line.op) {
    case Op::add:
      return dd_real::ieee_add(x, y);
    case Op::sub:
      return dd_real::ieee_add(x, -y);
    case Op::mul:
      return x * y;
    case Op::div:
      return is_plain_and_not_0(y) && may_be_divided(x) ? x / y : no_number();
    case Op::pow:
      return quick_power(x, line.immediate);
    case Op::powv:
      return quick_power(x, y);
    default:
      return of_one(line.op, x);
  }
}

}  // namespace

bool is_short_product(double y) { return y == std::floor(y) && std::fabs(y) <= 16; }

DoubleDouble quick_power(const DoubleDouble& x, const DoubleDouble& y) {
  if (y == 0) return 1;
  if (y.x[1] == 0 && is_short_product(y.x[0])) {
    return y < 0 && !is_plain_and_not_0(x) ? no_number() : npwr(x, static_cast<int>(y.x[0]));
  }
  if (!(x > 0 && is_plain_and_not_0(x))) return no_number();
  const DoubleDouble exponent = y * log(x);
  return std::fabs(exponent.x[0]) <= kExponentMax ? exp(exponent) : no_number();
}

DoubleDouble quick_value(const Instruction& line, const DoubleDouble& x, const DoubleDouble& y) {
  const DoubleDouble value = of_any(line, x, y);
  return is_within_reach(value) ? value : no_number();
}

long double quick_loss(const Instruction& line, long double x, long double y, long double value,
                       long double logarithm) {
  const long double underflow = x == 0 ? 0 : kQuickUnderflow;
  switch (line.op) {
    case Op::mul:
      return value * 0x1p-101L + (y == 0 ? 0 : underflow);
    case Op::div:
      return value * 0x1p-101L + underflow;
    case Op::exp:
      return value * 0x1p-101L * (1 + x);
    case Op::sigmoid:
      return value * 0x1p-100L * (1 + x);
    case Op::log:
      return 0x1p-101L * log_loss(logarithm);
    case Op::tanh:
      return 0x1p-97L * std::min(x, 1.0L) + underflow;
    case Op::sin:
      return 0x1p-100L * x + underflow;
    case Op::cos:
      return 0x1p-100L * (1 + x);
    case Op::pow:
    case Op::powv: {
      const long double exponent =
          line.op == Op::pow ? std::fabs(static_cast<long double>(line.immediate)) : y;
      if (exponent == 0) return 0;
      if (line.op == Op::pow && is_short_product(line.immediate)) {
        return value * 0x1p-103L * (3 + exponent) + underflow;
      }
      return value * 0x1p-99L * (1 + exponent * log_loss(logarithm)) + underflow;
    }
    default:
      return value * 0x1p-101L;
  }
}

}  // namespace cradle
