// Steps, and what a difference with that step is wrong by.
//
// D = (f(x + h) - f(x - h)) / 2h differs from f' by
//   truncation  h^2 / 6 |f'''| at most, over the interval between,
//   rounding    e |f| / h, with e what f may be wrong by, relatively: 2^-110 for a library function
//               (libquadmath states below 2^-111), 2^-112 for one operation.
// h is a power of two, so that x + h is exact and the division rounds nothing. Relative to f':
//
//   linear   add, sub, neg, mul, a / b by a: no truncation, h = |x|, rounding 2^-108 at most
//   a / b    by b, h = 2^-36 b:  (h / b)^2 < 2^-71 and 2^-112 b / h = 2^-75
//   exp      h = 2^-36:          h^2 / 6 < 2^-74 and 2^-110 / h = 2^-74
//   log      h = 2^-35 x:        (h / x)^2 / 3 < 2^-71; absolutely 2^-110 |ln x| / h, which times x
//                                is 2^-75 |ln x| (|ln x| < 745)
//   sqrt     h = 2^-35 x:        (h / x)^2 / 8 < 2^-72 and 2^-112 2 x / h = 2^-75
//   x^c      by x, h = 2^-35 x / m, m = max(1, |c|): (c - 1)(c - 2) / 6 (h / x)^2 < 2^-68 and
//                                2^-110 x / (|c| h) = 2^-74 m / |c|
//   x^y      by y, h |ln x| = 2^-36: h^2 ln(x)^2 / 6 < 2^-73 and 2^-110 / (h |ln x|) = 2^-73
//   tanh     +-(1 - q), q = 2 / (e^(2|x|) + 1): the difference is taken of q, whose relative error
//            stays small where tanh itself is next to 1. h = 2^-36: |f''' / f'| <= 4, h^2 4 / 6
//            < 2^-72; |f'| = q (2 - q) >= q, so that 2^-110 q / (h |f'|) <= 2^-74
//   sigmoid  of 1 / (1 + e^|x|), likewise: |f''' / f'| <= 1 and |f'| >= half of it: < 2^-72
//   sin      h = 2^-30: f''' = -f', h^2 / 6 < 2^-62; absolutely 2^-111 / h = 2^-81, which counts
//            beside a zero of the cosine only
//   cos      likewise; for |x| < 1 of 2 sin(x / 2)^2 = 1 - cos x, with h = 2^-30 |x|: its size is
//            x^2 / 2, so that 2^-109 x^2 / 2 / h < 2^-79 |x|, and |f'| > 0.8 |x|
//
// Each bound in the code is twice that or more.

#include "checks/oracles/op_difference.h"

#include <algorithm>
#include <cmath>

namespace cradle {
namespace {

/// Arguments beyond these are too near to the end of the doubles, or their neighbours at distance h
/// have more than 113 bits.
constexpr double kTiny = 1e-300;
constexpr double kHuge = 0x1p70;

// The power of two next below.
double power_of_two(double x) { return x == 0 ? 1 : unit_in_first_place(x); }

template <typename Function>
Float128 central(const Function& f, const Float128& x, double h) {
  return (f(x + h) - f(x - h)) * (Float128(0.5) / h);
}

OpDifference with_error(const Float128& slope, double relative, double absolute = 0) {
  OpDifference difference;
  difference.slope = slope;
  difference.error = fabs(slope) * relative + absolute;
  difference.defined = isfinite(slope);  // and so is what it may be wrong by
  return difference;
}

OpDifference of_sum(double x, double y, bool subtracts, std::uint32_t slot) {
  const double h = power_of_two(std::max(std::fabs(x), std::fabs(y)));
  const auto f = [&](const Float128& a, const Float128& b) { return subtracts ? a - b : a + b; };
  const Float128 slope =
      slot == 0 ? central([&](const Float128& a) { return f(a, wide(y)); }, wide(x), h)
                : central([&](const Float128& b) { return f(wide(x), b); }, wide(y), h);
  return with_error(slope, 0x1p-106);
}

OpDifference of_neg(double x) {
  const auto f = [](const Float128& a) { return -a; };
  return with_error(central(f, wide(x), power_of_two(x)), 0x1p-106);
}

OpDifference of_div(double x, double y, std::uint32_t slot) {
  if (std::fabs(y) < kTiny) return {};
  if (slot == 0) {
    const auto f = [&](const Float128& a) { return a / y; };
    return with_error(central(f, wide(x), power_of_two(x)), 0x1p-106);
  }
  const auto f = [&](const Float128& b) { return x / b; };
  return with_error(central(f, wide(y), power_of_two(y) * 0x1p-36), 0x1p-69);
}

// x^0 and x^1 are lines. At x = 0 a polynomial's difference is h^(c-1), or 0: all of it is its own
// error, and it vanishes with h.
OpDifference of_base(double x, double c) {
  const auto f = [&](const Float128& a) { return pow(a, wide(c)); };
  if (c == 0) return with_error(0, 0);
  if (c == 1) return with_error(central(f, wide(x), power_of_two(x)), 0x1p-106);
  if (x == 0) {
    const bool polynomial = c >= 2 && c <= 8 && c == std::floor(c);
    if (!polynomial) return {};
    const Float128 slope = central(f, 0, 0x1p-1000);
    return fabs(slope) <= 0x1p-1000 ? with_error(0, 0) : OpDifference{};
  }
  if (std::fabs(x) < kTiny || std::fabs(c) > 0x1p53) return {};
  const double m = std::max(1.0, std::fabs(c));
  const double h = std::ldexp(power_of_two(x), -35 - std::ilogb(m));
  const double relative = 0x1p-67 + 0x1p-73 * (m / std::fabs(c));
  const Float128 slope = central(f, wide(x), h);
  return slope == 0 ? OpDifference{} : with_error(slope, relative);  // 0: below even float128
}

OpDifference of_exponent(double x, double y) {
  if (x < kTiny) return {};
  if (x == 1) return with_error(0, 0);
  const double logarithm = std::fabs(std::log(x));
  const double h = std::ldexp(1.0, -37 - std::ilogb(logarithm));
  const auto f = [&](const Float128& b) { return pow(wide(x), b); };
  return with_error(central(f, wide(y), h), 0x1p-71);
}

OpDifference of_exp(double x) {
  return with_error(central([](const Float128& a) { return exp(a); }, wide(x), 0x1p-36), 0x1p-72);
}

OpDifference of_log(double x) {
  if (x < kTiny) return {};
  const double h = power_of_two(x) * 0x1p-35;
  const double relative = 0x1p-70 + 0x1p-73 * (1 + std::fabs(std::log(x)));
  return with_error(central([](const Float128& a) { return log(a); }, wide(x), h), relative);
}

OpDifference of_sqrt(double x) {
  if (x < kTiny) return {};
  const double h = power_of_two(x) * 0x1p-35;
  return with_error(central([](const Float128& a) { return sqrt(a); }, wide(x), h), 0x1p-70);
}

OpDifference of_tanh(double x) {
  const double side = x < 0 ? -1 : 1;
  const auto f = [&](const Float128& a) { return -side * 2 / (exp(2 * side * a) + 1); };
  return with_error(central(f, wide(x), 0x1p-36), 0x1p-70);
}

OpDifference of_sigmoid(double x) {
  const double side = x < 0 ? -1 : 1;
  const auto f = [&](const Float128& a) { return -side / (1 + exp(side * a)); };
  return with_error(central(f, wide(x), 0x1p-36), 0x1p-70);
}

OpDifference of_sin(double x) {
  const auto f = [](const Float128& a) { return sin(a); };
  return with_error(central(f, wide(x), 0x1p-30), 0x1p-61, 0x1p-80);
}

OpDifference of_cos(double x) {
  if (std::fabs(x) < 1) {
    if (std::fabs(x) < kTiny && x != 0) return {};
    const auto rest = [](const Float128& a) { return -2 * sin(a / 2) * sin(a / 2); };
    return with_error(central(rest, wide(x), power_of_two(x) * 0x1p-30), 0x1p-61);
  }
  const auto f = [](const Float128& a) { return cos(a); };
  return with_error(central(f, wide(x), 0x1p-30), 0x1p-61, 0x1p-80);
}

}  // namespace

OpDifference line_difference(double x, double y) {
  const auto f = [&](const Float128& a) { return a * y; };
  return with_error(central(f, wide(x), power_of_two(x)), 0x1p-106);
}

OpDifference op_difference(Op op, std::uint32_t slot, double x, double y) {
  switch (op) {
    case Op::add:
    case Op::sub:
      return of_sum(x, y, op == Op::sub, slot);
    case Op::neg:
      return of_neg(x);
    case Op::mul:
      return slot == 0 ? line_difference(x, y) : line_difference(y, x);
    case Op::div:
      return of_div(x, y, slot);
    case Op::pow:
      return of_base(x, y);
    case Op::powv:
      return slot == 0 ? of_base(x, y) : of_exponent(x, y);
    case Op::log:
      return of_log(x);
    case Op::sqrt:
      return of_sqrt(x);
    case Op::exp:
    case Op::tanh:
    case Op::sigmoid:
    case Op::sin:
    case Op::cos:
      break;
    case Op::input:
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs:
    case Op::neuron:
      return {};
  }
  if (std::fabs(x) > kHuge) return {};
  switch (op) {
    case Op::exp:
      return of_exp(x);
    case Op::tanh:
      return of_tanh(x);
    case Op::sigmoid:
      return of_sigmoid(x);
    case Op::sin:
      return of_sin(x);
    case Op::cos:
      return of_cos(x);
    default:
      return {};
  }
}

}  // namespace cradle
