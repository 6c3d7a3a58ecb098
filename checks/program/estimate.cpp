// Range estimates, one case an op, value and derivative side by side.

#include "checks/program/estimate.h"

#include <algorithm>

namespace cradle {
namespace {

constexpr double kValueMax = 1e6;
constexpr double kValueMin = 1e-6;          // nearer to 0, cancellation has eaten the digits
constexpr double kMargin = 1e-3;            // distance kept from kinks and domain edges
constexpr double kAmplificationMax = 1e60;  // far from overflow, even squared a few times
constexpr double kRelative = 1e-9;          // covers the approximations below and all rounding

double magnitude(double x) { return x < 0 ? -x : x; }

// exp(x) = (1 + y + y^2/2 + ... )^1024 with y = x / 1024; for |x| <= 16 the relative error is below
// 3e-11.
double approximate_exp(double x) {
  const double y = x / 1024;
  double power = 1 + y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4 * (1 + y / 5))));
  for (int k = 0; k < 10; ++k) power *= power;
  return power;
}

// log(x) = k ln 2 + 2 atanh(z), z = (m - 1) / (m + 1), with m = x / 2^k in [3/4, 3/2).
double approximate_log(double x) {
  double shift = 0;
  for (; x >= 1.5; x /= 2) shift += 1;
  for (; x < 0.75; x *= 2) shift -= 1;
  const double z = (x - 1) / (x + 1);
  double sum = 0;
  for (int k = 25; k > 0; k -= 2) sum = sum * z * z + 1.0 / k;
  return shift * 0.6931471805599453 + 2 * z * sum;
}

constexpr double kHalfPi = 1.5707963267948966;

// sin(x) by its series, after the nearest multiple of 2 pi is taken off.
double approximate_sin(double x) {
  const double turns = x / (4 * kHalfPi);
  x -= 4 * kHalfPi * static_cast<double>(static_cast<long>(turns < 0 ? turns - 0.5 : turns + 0.5));
  double sum = 1;
  for (int k = 26; k > 0; k -= 2) sum = 1 - sum * x * x / (k * (k + 1));
  return x * sum;
}

bool is_integer(double x) {
  return magnitude(x) < 1e6 && static_cast<double>(static_cast<long>(x)) == x;
}

// Neither NaN, nor infinite, nor huge, nor tiny: the special profile makes inputs of all these.
bool tame(double x) { return x == 0 || (magnitude(x) >= kValueMin && magnitude(x) <= kValueMax); }

// What one op does to a value and to a small change of it.
struct Step {
  double value;
  double by_lhs;  // magnitudes of the local derivatives
  double by_rhs;
};

bool pow_step(double x, double exponent, Step& step) {
  if (exponent == 0) {
    step = {1, 0, 0};
    return true;
  }
  const double base = magnitude(x);
  if (base < kMargin || (x < 0 && !is_integer(exponent)) || magnitude(exponent) > 8) return false;
  const double scaled = exponent * approximate_log(base);
  if (magnitude(scaled) > 14) return false;
  const bool odd = is_integer(exponent) && static_cast<long>(exponent) % 2 != 0;
  const double power = approximate_exp(scaled);
  step = {x < 0 && odd ? -power : power, magnitude(exponent) * power / base, 0};
  return true;
}

bool unary_step(Op op, double x, Step& step) {
  switch (op) {
    case Op::neg:
      step = {-x, 1, 0};
      return true;
    case Op::exp:
      if (magnitude(x) > 12) return false;
      step = {approximate_exp(x), approximate_exp(x), 0};
      return true;
    case Op::log:
      if (x < kMargin) return false;
      step = {approximate_log(x), 1 / x, 0};
      return true;
    case Op::relu:  // a closed one is exactly 0, whatever it is the relu of
    case Op::leaky_relu: {
      if (magnitude(x) < kMargin) return false;
      const double slope = x > 0 ? 1 : op == Op::relu ? 0 : 0.01;
      step = {slope == 0 ? 0 : slope * x, slope, 0};
      return true;
    }
    case Op::abs:
      if (magnitude(x) < kMargin) return false;
      step = {magnitude(x), 1, 0};
      return true;
    case Op::sqrt:
      return x > 0 && pow_step(x, 0.5, step);
    case Op::tanh:
    case Op::sigmoid: {
      if (magnitude(x) > 8) return false;
      const double e = approximate_exp(op == Op::tanh ? 2 * x : x);
      step = {op == Op::tanh ? (e - 1) / (e + 1) : e / (1 + e), 1, 0};
      return true;
    }
    case Op::sin:
    case Op::cos:
      if (magnitude(x) > 100) return false;
      step = {approximate_sin(op == Op::sin ? x : x + kHalfPi), 1, 0};
      return true;
    default:
      return false;
  }
}

bool binary_step(Op op, double x, double y, Step& step) {
  switch (op) {
    case Op::add:
      step = {x + y, 1, 1};
      return true;
    case Op::sub:
      step = {x - y, 1, 1};
      return true;
    case Op::mul:
      step = {x * y, magnitude(y), magnitude(x)};
      return true;
    case Op::div:
      if (magnitude(y) < kMargin) return false;
      step = {x / y, 1 / magnitude(y), magnitude(x / (y * y))};
      return true;
    case Op::powv: {
      if (x < kMargin || !pow_step(x, y, step)) return false;
      step.by_rhs = magnitude(step.value * approximate_log(x));
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

Estimate estimate_input(double value) { return {value, 0, 1}; }

bool estimate(const Instruction& instruction, const Estimate& lhs, const Estimate& rhs,
              Estimate& result) {
  const bool two = info(instruction.op).arity == 2;
  if (!tame(lhs.value) || (two && !tame(rhs.value))) return false;
  Step step{};
  const bool defined = instruction.op == Op::pow ? pow_step(lhs.value, instruction.immediate, step)
                       : two ? binary_step(instruction.op, lhs.value, rhs.value, step)
                             : unary_step(instruction.op, lhs.value, step);
  if (!defined) return false;
  result.value = step.value;
  // First order, doubled: the margins keep second derivatives moderate, and radii are tiny.
  result.radius = 2 * (step.by_lhs * lhs.radius + step.by_rhs * (two ? rhs.radius : 0)) +
                  kRelative * magnitude(step.value);
  result.amplification =
      std::max(1.0, step.by_lhs * lhs.amplification + step.by_rhs * (two ? rhs.amplification : 0));
  if (result.amplification > kAmplificationMax) return false;
  if (magnitude(result.value) > kValueMax || result.radius > 1) return false;
  // An exact zero is fine (a closed relu); a result that is all cancellation is not.
  if (result.value == 0 && result.radius == 0) return true;
  return magnitude(result.value) >= kValueMin && result.radius <= magnitude(result.value) / 1000;
}

}  // namespace cradle
