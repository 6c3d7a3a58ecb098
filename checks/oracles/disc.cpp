// Bounds on |f(A + w) - f(A)| for |w| <= r in the complex plane, an op at a time.
//
// Each follows from f's own power series or addition theorem, and none from a derivative:
//   add, sub, neg   r_a + r_b
//   mul             |A| r_b + |B| r_a + r_a r_b
//   div             (r_a + |V| r_b) / (|B| - r_b)
//   exp             |V| E(r),  e^r - 1 <= E(r) = r / (1 - r / 2), for r < 2 (Pade)
//   log             -log(1 - r / A) <= r / (A - r), the series of log(1 + w / A) with every sign +
//   pow c           |V| ((1 - r / |A|)^-|c| - 1), a majorant of the binomial series, and that is at
//                   most |V| E(|c| r / (|A| - r)); for c = 0, 1, .. 8: c r (|A| + r)^(c - 1)
//   powv            e^(Y ln A): |V| E(|Y| r_l + |ln A| r_b + r_l r_b), with r_l = r_a / (A - r_a)
//   sqrt            |w| / |sqrt(A + w) + sqrt(A)| <= r / sqrt(A), as no square root is left of 0
//   sin, cos        |sin A (cos w - 1) + cos A sin w| <= (cosh r - 1) + sinh r <= E(r)
//   sigmoid         1 / (1 + e^-x): the divisor moves by less than its part E(r), so that s moves
//   by
//                   at most s E(r) / (1 - E(r)); and so does 1 - s = 1 / (1 + e^x)
//   tanh            1 - q with q = 2 / (e^2|x| + 1), likewise with 2 r
//   ramps           |slope| r, of the side they are frozen on
// Noise, which rounding has made of a number anywhere in the disc, is passed on by the same bounds,
// from the worst centre in it, and every operation adds its own. `limit` keeps r / A below 1/8, and
// the argument of E below 1/4, where a quotient by A - r is at most twice that by A.

#include "checks/oracles/disc.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "checks/oracles/quick_value.h"
#include "checks/oracles/sides.h"

namespace cradle {
namespace {

// What a bound is computed from: the operands' sizes, from below and from above, and the result's.
struct Spread {
  long double a_least = 0, a_most = 0, b_least = 0, b_most = 0;
  long double value = 0;  // of |V|, from above
  long double rest = 0;   // what is left to where tanh and sigmoid level off
  long double r_a = 0, r_b = 0;
  long double limit = 0;  // comes out: to be below kDiscLimit
};

long double exponential(long double r) { return r / (1 - r / 2); }

long double of_power(Spread& s, double exponent) {
  const long double c = std::fabs(exponent);
  if (exponent >= 0 && exponent <= 8 && exponent == std::floor(exponent)) {
    return c == 0 ? 0 : c * s.r_a * std::pow(s.a_most + s.r_a, c - 1);
  }
  s.limit = 2 * std::max(c, 1.0L) * (s.r_a / s.a_least);
  return s.value * exponential(c * s.r_a / (s.a_least - s.r_a));
}

long double of_powv(Spread& s, long double logarithm) {
  const long double part = s.r_a / s.a_least;
  s.limit = 2 * (std::max(s.b_most, 1.0L) * part + logarithm * s.r_b + part * s.r_b);
  const long double r_l = s.r_a / (s.a_least - s.r_a);
  return s.value * exponential(s.b_most * r_l + logarithm * s.r_b + r_l * s.r_b);
}

long double of_levelling(Spread& s, long double r) {
  const long double e = exponential(r);
  s.limit = r;
  return s.rest * e / (1 - e);
}

long double spread_of(const Instruction& line, double slope, long double logarithm, Spread& s) {
  if (s.r_a == 0 && s.r_b == 0) return 0;
  switch (line.op) {
    case Op::mul:
      return s.a_most * s.r_b + s.b_most * s.r_a + s.r_a * s.r_b;
    case Op::div:
      s.limit = s.r_b / s.b_least;
      return (s.r_a + s.value * s.r_b) / (s.b_least - s.r_b);
    case Op::exp:
      s.limit = s.r_a;
      return s.value * exponential(s.r_a);
    case Op::log:
      s.limit = s.r_a / s.a_least;
      return s.r_a / (s.a_least - s.r_a);
    case Op::pow:
      return of_power(s, line.immediate);
    case Op::powv:
      return of_powv(s, logarithm);
    case Op::sqrt:
      s.limit = s.r_a / s.a_least;
      return s.r_a / std::sqrt(s.a_least);
    case Op::sin:
    case Op::cos:
      s.limit = s.r_a;
      return exponential(s.r_a);
    case Op::tanh:
      return of_levelling(s, 2 * s.r_a);
    case Op::sigmoid:
      return of_levelling(s, s.r_a);
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs:
      return std::fabs(slope) * s.r_a;
    case Op::add:
    case Op::sub:
    case Op::neg:
      return s.r_a + s.r_b;
    case Op::input:
    case Op::neuron:
      break;
  }
  assert(false);
  return HUGE_VALL;
}

// An operand that does not move is never a reason to move less.
long double limit_of(const Spread& s) {
  if (s.r_a == 0 && s.r_b == 0) return 0;
  return std::isnan(s.limit) ? HUGE_VALL : s.limit;
}

// n products and n additions.
void widen_neuron(const Instruction& line, std::span<const Disc> discs, double slope, Digits digits,
                  Disc& result) {
  const Disc& bias = discs[line.operands[2]];
  long double radius = bias.radius;
  long double noise = bias.noise;
  long double magnitude = bias.size + bias.radius;
  for (NodeId k = 0; k < line.count; ++k) {
    const Disc& x = discs[line.operands[0] + k];
    const Disc& w = discs[line.operands[1] + k];
    const long double x_most = x.size + x.radius;
    const long double w_most = w.size + w.radius;
    radius += x.size * w.radius + w.size * x.radius + x.radius * w.radius;
    noise += x_most * w.noise + w_most * x.noise + x.noise * w.noise;
    magnitude += x_most * w_most;
  }
  const long double side = std::fabs(slope);
  result.radius = side * radius;
  result.noise = side * (noise + magnitude * (line.count + 2) * noise_of(digits));
  if (digits == Digits::double_double && magnitude > 0) {
    result.noise += side * line.count * kQuickUnderflow;
  }
}

// |ln A|, of the ops that ask for it. Next to 1 the size itself has lost 2^-64, and the logarithm
// all that it was.
long double logarithm_of(const Instruction& line, const Disc& a, const Disc& result) {
  if (line.op == Op::log) return result.size;
  const bool asks = line.op == Op::powv || line.op == Op::pow;
  return asks ? std::fabs(std::log(a.size)) + 0x1p-62L : 0.0L;
}

// What the op itself loses, anywhere in the disc.
long double own_noise(const Instruction& line, double slope, Digits digits, const Spread& lost,
                      long double log_most, long double radius) {
  if (digits == Digits::double_double) {
    const bool is_product = has_sides(line) && slope != 0 && std::fabs(slope) != 1;
    return quick_loss(line, lost.a_most, lost.b_most, lost.value, log_most) +
           (is_product && lost.a_most > 0 ? kQuickUnderflow : 0);
  }
  if (line.op == Op::pow && line.immediate == 0) return 0;  // 1
  // A remainder that is nearly 0 may have lost more than its own last digits.
  const bool through_0 = line.op == Op::sin || line.op == Op::tanh;
  const long double most = through_0 ? std::min(lost.a_most, 1 + radius) : 1 + radius;
  return (through_0 || line.op == Op::cos ? most : lost.value) * kNoise;
}

}  // namespace

long double widen(const Instruction& line, std::span<const Disc> discs, double slope, Digits digits,
                  Disc& result) {
  if (line.op == Op::neuron) {
    widen_neuron(line, discs, slope, digits, result);
    return 0;
  }
  const Disc& a = discs[line.operands[0]];
  const Disc& b = info(line.op).arity > 1 ? discs[line.operands[1]] : Disc{};
  // Where 1 - |V| may have no digits left: from its own formula. Of sigmoid, the lesser of s, 1 -
  // s.
  long double rest = 0;
  if (line.op == Op::tanh) rest = 2 / (std::exp(2 * a.size) + 1);
  if (line.op == Op::sigmoid) rest = 1 / (1 + std::exp(a.size));
  const long double logarithm = logarithm_of(line, a, result);

  Spread reach = {a.size, a.size, b.size, b.size, result.size, rest, a.radius, b.radius, 0};
  result.radius = spread_of(line, slope, logarithm, reach) * (1 + 0x1p-40L);

  Spread lost = {a.size - a.radius,
                 a.size + a.radius,
                 b.size - b.radius,
                 b.size + b.radius,
                 result.size + result.radius,
                 rest + result.radius,
                 a.noise,
                 b.noise,
                 0};
  const long double log_most = logarithm + a.radius / (a.size - a.radius);
  const long double own = own_noise(line, slope, digits, lost, log_most, result.radius);
  const long double passed_on = spread_of(line, slope, log_most, lost) * (1 + 0x1p-40L);
  result.noise = limit_of(lost) <= kDiscLimit ? passed_on + own : HUGE_VALL;
  return limit_of(reach);
}

}  // namespace cradle
