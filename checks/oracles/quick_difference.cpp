// Differences in double-double: a filter before float128's, at a tenth of the cost.
//
// A line's slope is that between x and x - h, with h half of the power of two in x, and a normal
// number: both are doubles, a sum or product of two doubles is exact as a pair (of sums whatever
// their size, unless they overflow), and the difference of two pairs is right to 2^-104 of itself,
// however much cancels. So is the slope. x^1 and x^0 are lines, too.
//
// Of other functions it is the central difference, with steps that suit 106 bits. Against the
// derivative it is off, relatively, by the truncation of op_difference.cpp, and by e |f| / (h
// |f'|), e what f and the difference of its two values may be wrong by: quick_value.cpp has it.
// With x' the power of two in x, so that x < 2 x', and L = log_loss(|ln x|):
//   a / b   by b, h = 2^-34 b':  2^-68 and 2^-101 2^35 = 2^-66
//   sqrt    h = 2^-34 x':        2^-71 and 2^-101 2^36 = 2^-65
//   log     h = 2^-33 x':        2^-67 and 2^-101 2^34 L
//   exp     h = 2^-34:           2^-70 and 2^-67 (1 + |x|)
//   x^n     h = 2^-33 x' / m, m the power of two in |n|: 2^-66 and (|n| + 3) 2^-69
//   x^c     likewise, m that in max(1, |c|): 2^-66 and 2^-99 2^35 (1 + |c| L) max(1, 1 / |c|)
//   x^y     by y, h |ln x| in (2^-35, 2^-34]: 2^-70 and 2^-99 2^35 (1 + |y ln x|); what ln x loses
//           is the same in both values: 2^-101 L (|y| + 1 / |ln x|), far less
// A doubt in the code is the sum of the two, with some room.

#include <algorithm>
#include <cmath>

#include "checks/oracles/op_difference.h"
#include "checks/oracles/quick_value.h"

namespace cradle {
namespace {

DoubleDouble pair_of_product(double a, double b) {
  double low = 0;
  const double high = qd::two_prod(a, b, low);
  return {high, low};
}

// Of which a sum does not overflow.
bool is_addable(double x) { return std::fabs(x) <= 0x1p1000; }

// A line's slope is a double, 1 or its other factor, and the difference is within 2^-104 of it: no
// other is so near.
template <typename Line>
Slope<DoubleDouble> between(const Line& f, double x) {
  const double h = x == 0 ? 1 : std::copysign(std::max(unit_in_first_place(x) / 2, 0x1p-1022), x);
  const DoubleDouble rise = dd_real::ieee_add(f(x), -f(x - h));
  Slope<DoubleDouble> line;
  line.slope = rise.x[0] / h;
  line.defined = true;
  return line;
}

// Nothing where a value is not plain, as its low word might be lost; or with a doubt that counts
// beside a rounding.
template <typename Function>
Slope<DoubleDouble> around(const Function& f, double x, double h, double doubt) {
  const DoubleDouble above = f(dd_real::add(x, h));
  const DoubleDouble below = f(dd_real::add(x, -h));
  const auto usable = [](double value) { return value != 0 && is_plain(value); };
  if (!usable(above.x[0]) || !usable(below.x[0]) || !(doubt < 0x1p-57)) return {};
  Slope<DoubleDouble> curve;
  curve.slope = mul_pwr2(dd_real::ieee_add(above, -below), 0.5 / h);
  curve.doubt = std::fabs(curve.slope.x[0]) * doubt;
  curve.defined = true;
  return curve;
}

Slope<DoubleDouble> quick_quotient(double x, double y, std::uint32_t slot) {
  if (y == 0 || x == 0) return {};
  if (slot == 0) {
    const auto f = [&](const DoubleDouble& a) { return a / y; };
    return around(f, x, unit_in_first_place(x) / 2, 0x1p-97);
  }
  const auto f = [&](const DoubleDouble& b) { return x / b; };
  return around(f, y, unit_in_first_place(y) * 0x1p-34, 0x1p-65);
}

// As op_difference.cpp has it: a polynomial's difference is h^(c-1), or 0, and vanishes with h.
Slope<DoubleDouble> quick_power_of_0(double c) {
  if (!(c >= 2 && c <= 8 && c == std::floor(c))) return {};
  constexpr double kStep = 0x1p-50;
  const DoubleDouble rise = quick_power(kStep, c) - quick_power(-kStep, c);
  Slope<DoubleDouble> flat;
  flat.defined = std::fabs(rise.x[0]) <= 2 * kStep * kStep;
  return flat;
}

Slope<DoubleDouble> quick_base(double x, double c) {
  const double size = std::fabs(c);
  if (c == 0) return between([](double) { return DoubleDouble(1); }, x);
  if (c == 1) return between([](double a) { return DoubleDouble(a); }, x);
  if (x == 0) return quick_power_of_0(c);
  if (!is_plain(x) || size < 0x1p-10 || size > 0x1p20) return {};
  const auto f = [&](const DoubleDouble& a) { return quick_power(a, c); };
  const double h = std::ldexp(unit_in_first_place(x), -33 - std::ilogb(std::max(1.0, size)));
  if (is_short_product(c)) return around(f, x, h, 0x1p-65 + size * 0x1p-67);
  if (x < 0) return {};
  const double loss = static_cast<double>(log_loss(std::fabs(std::log(x))));
  const double noise = 0x1p-64 * (1 + size * loss) * std::max(1.0, 1 / size);
  return around(f, x, h, 0x1p-65 + noise);
}

Slope<DoubleDouble> quick_exponent(double x, double y) {
  if (!(x > 0)) return {};
  const double logarithm = std::fabs(std::log(x));
  if (!(logarithm > 0x1p-10)) return {};
  const DoubleDouble ln = log(DoubleDouble(x));
  const auto f = [&](const DoubleDouble& b) { return exp(b * ln); };
  const double h = std::ldexp(1.0, -35 - std::ilogb(logarithm));
  return around(f, y, h, 0x1p-62 * (1 + std::fabs(y) * logarithm));
}

Slope<DoubleDouble> quick_curve(Op op, std::uint32_t slot, double x, double y) {
  const double p = unit_in_first_place(x);
  switch (op) {
    case Op::div:
      return quick_quotient(x, y, slot);
    case Op::powv:
      return slot == 0 ? quick_base(x, y) : quick_exponent(x, y);
    case Op::exp:
      if (!(std::fabs(x) <= 300)) return {};
      return around([](const DoubleDouble& a) { return exp(a); }, x, 0x1p-34,
                    0x1p-66 * (1 + std::fabs(x)));
    case Op::log:
      if (!(x > 0)) return {};
      return around([](const DoubleDouble& a) { return log(a); }, x, p * 0x1p-33,
                    0x1p-65 * static_cast<double>(log_loss(std::fabs(std::log(x)))));
    case Op::sqrt:
      if (!(x > 0)) return {};
      return around([](const DoubleDouble& a) { return sqrt(a); }, x, p * 0x1p-34, 0x1p-64);
    default:
      return {};
  }
}

}  // namespace

// A product by 1 or -1 is exact as sums are. Of another the words have to be words; below that x is
// as good as 0, and the line is taken from x to x - 1, a pair: 2^-102 of |y| is lost in the
// product.
Slope<DoubleDouble> quick_line_difference(double x, double y) {
  if (!is_addable(x)) return {};
  if (std::fabs(y) == 1) return between([&](double a) { return DoubleDouble(a * y); }, x);
  if (!is_plain(y)) return {};
  if (is_plain(x)) return between([&](double a) { return pair_of_product(a, y); }, x);
  if (std::fabs(x) > 1) return {};
  Slope<DoubleDouble> line;
  line.slope = DoubleDouble(x * y) - dd_real::add(-1.0, x) * y;
  line.doubt = std::fabs(y) * 0x1p-100;
  line.defined = true;
  return line;
}

Slope<DoubleDouble> quick_op_difference(Op op, std::uint32_t slot, double x, double y) {
  if (!is_addable(x) || !is_addable(y)) return {};
  switch (op) {
    case Op::neg:
      return between([](double a) { return DoubleDouble(-a); }, x);
    case Op::add:
      return between([&](double a) { return dd_real::add(a, y); }, x);  // as good as that in y
    case Op::sub:
      return slot == 0 ? between([&](double a) { return dd_real::sub(a, y); }, x)
                       : between([&](double b) { return dd_real::sub(x, b); }, y);
    case Op::mul:
      return slot == 0 ? quick_line_difference(x, y) : quick_line_difference(y, x);
    case Op::pow:
      return quick_base(x, y);
    default:
      return is_plain(x) && is_plain(y) ? quick_curve(op, slot, x, y) : Slope<DoubleDouble>{};
  }
}

}  // namespace cradle
