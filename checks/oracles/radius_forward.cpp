// Values: each op's error bound, derived above its code.

#include <algorithm>

#include "checks/oracles/radius.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

// A library function: B ulps of the binade that the true value may reach, or B eta below the normal
// numbers.
template <typename Real>
double rounded_by_library(const Ball<Real>& result, double spread, double ulps,
                          const RadiusArithmetic& arithmetic) {
  const double m = result.size() + spread;
  if (m == 0) return 0;  // exactly 0, from an operand that the engine holds exactly
  return enlarge(spread + 2 * std::max(ulps, 0.5) * rounding_error(m, arithmetic),
                 std::max(ulps, 1.0), arithmetic);
}

// The same of a power of a number that is not 0. Where it is below all numbers of the reference an
// engine has 0 or an eta of it, and nothing that takes a side by it is decided.
template <typename Real>
double rounded_power(const Ball<Real>& result, double spread, const Model& model) {
  const double ulps = model.capabilities.ulps.pow;
  const bool underflows = result.centre == 0 && spread == 0;  // else it may be anything
  if (underflows) return model.arithmetic.eta * std::max(ulps, 1.0);
  return rounded_by_library(result, spread, ulps, model.arithmetic);
}

// s + u ufp(|result| + s), s = e_a + e_b. It does not underflow. The same operand twice is doubled,
// or leaves 0: exactly.
template <typename Real>
void add(const Ball<Real>& a, const Ball<Real>& b, bool minus, const RadiusArithmetic& arithmetic,
         Ball<Real>& result) {
  if (&a == &b) {
    if (!minus) result = {a.centre + a.centre, 2 * a.radius};
    return;
  }
  result.centre = minus ? Real(a.centre - b.centre) : Real(a.centre + b.centre);
  const double spread = a.radius + b.radius;
  if (spread > 0) {
    result.radius = enlarge(spread + rounding_error(result.size() + spread, arithmetic));
    return;
  }
  bool exact = is_a_number(result.centre, arithmetic);
  if (exact) {
    const Float128 other = b.centre;
    exact = Float128(a.centre) + (minus ? Float128(-other) : other) == Float128(result.centre);
  }
  result.radius = error_of_known(result.centre, exact, arithmetic);
}

// s = (e_a + |Q| e_b) / (|B| - e_b). As a quotient it is rounded correctly. As a p with p = b^-1 by
// a library, p is off by 2 B u, and a p is rounded even where the quotient is not.
template <typename Real>
Undecided divide(const Model& model, const Ball<Real>& a, const Ball<Real>& b, Ball<Real>& result) {
  const RadiusArithmetic& arithmetic = model.arithmetic;
  if (touches_zero(b, arithmetic)) return "the divisor may be 0";
  const DivForm form = model.capabilities.div_form;
  const LibmUlps& ulps = model.capabilities.ulps;
  const bool divides = form == DivForm::quotient || form == DivForm::product;
  result = quotient(a, b, divides && ulps.div <= 0.5, arithmetic);
  if (divides) {
    if (ulps.div <= 0.5 || result.is_zero()) return nullptr;
    const double least = b.size() - b.radius;
    const double spread = a.radius / least + result.size() * (b.radius / least);
    result.radius = rounded_by_library(result, spread, ulps.div, arithmetic);
    return nullptr;
  }
  if (result.is_zero()) return nullptr;
  const double m = result.reach();
  const bool shift = is_power_of_two(b) || result.radius == 0;
  const double power = 2 * std::max({ulps.pow, ulps.div, 0.5}) + (shift ? 1 : 0);
  result.radius = enlarge(result.radius + roundings(power, arithmetic) * m,
                          (1 + ulps.pow) * (1 + a.reach()), arithmetic);
  return nullptr;
}

// |ln x - ln X| for x in the ball: -log(1 - r) <= r / (1 - r).
template <typename Real>
double spread_of_log(const Ball<Real>& x) {
  return x.radius / (x.size() - x.radius);
}

// Small exponents, and their halves, without a library: a few roundings of the reference.
template <typename Real>
Real power(const Real& x, double c) {
  using std::pow, std::sqrt;
  if (c == 2) return x * x;
  if (c == 3) return x * x * x;
  if (c == 4) return (x * x) * (x * x);
  if (c == -1) return 1 / x;
  if (c == -2) return 1 / (x * x);
  if (c == 0.5) return sqrt(x);
  if (c == 1.5) return x * sqrt(x);
  if (c == -0.5) return 1 / sqrt(x);
  return pow(x, Real(c));
}

// |(x + d)^c - x^c| <= |x|^c ((1 - r)^-|c| - 1), for either sign of c and of d, since
// 1 + r <= 1 / (1 - r) and (1 - r)^c + (1 - r)^-c >= 2; and (1 - r)^-|c| <= e^(|c| r / (1 - r)).
template <typename Real>
Undecided raise(const Model& model, double c, const Ball<Real>& x, Ball<Real>& result) {
  if (c == 0) {
    result.centre = 1;
    return nullptr;
  }
  if (c == 1) {
    result = x;
    return nullptr;
  }
  result.centre = power(x.centre, c);
  if (x.is_zero()) return nullptr;  // 0^c: exact, or infinite
  if (touches_zero(x, model.arithmetic)) return "the argument of pow may be 0";
  const double spread = result.size() * growth(std::fabs(c) * spread_of_log(x));
  result.radius = rounded_power(result, spread, model);
  return nullptr;
}

// x^y = e^(y ln x): |y ln x - Y ln X| <= |Y| l + e_y (|ln X| + l) = t with l = |ln x - ln X|, and
// s = |V| (e^t - 1). A base below 0 is no number to any power but the integers.
template <typename Real>
Undecided raise_to_node(const Model& model, const Ball<Real>& x, const Ball<Real>& y,
                        Ball<Real>& result) {
  using std::log, std::pow;
  if (touches_zero(x, model.arithmetic) || !(x.centre > 0)) {
    return "the base of powv may be 0 or less";
  }
  result.centre = pow(x.centre, y.centre);
  const double l = spread_of_log(x);
  double t = y.size() * l;
  if (y.radius > 0) {
    const Ball<Real> ln = {log(x.centre), 0};
    t += y.radius * (ln.size() + l);
  }
  result.radius = rounded_power(result, result.size() * growth(t), model);
  return nullptr;
}

// s = sqrt(X) - sqrt(X - e) = e / (sqrt(X) + sqrt(X - e)) <= e / (sqrt(X) (2 - r)). Rounded
// correctly, or as pow(x, 0.5).
template <typename Real>
Undecided take_root(const Model& model, const Ball<Real>& x, Ball<Real>& result) {
  using std::sqrt;
  if (x.is_zero()) return nullptr;
  if (touches_zero(x, model.arithmetic)) return "the argument of sqrt may be 0";
  result.centre = sqrt(x.centre);
  const LibmUlps& ulps = model.capabilities.ulps;
  const double spread = x.radius / (result.size() * (2 - x.radius / x.size()));
  result.radius =
      rounded_by_library(result, spread, std::max(ulps.sqrt, ulps.pow), model.arithmetic);
  return nullptr;
}

// tanh' = 1 - tanh^2 changes by at most e^(2 e) over the ball: s = e (1 - T^2) e^(2 e), and s <= 2.
template <typename Real>
void take_tanh(const Model& model, const Ball<Real>& x, Ball<Real>& result) {
  using std::tanh;
  result.centre = tanh(x.centre);
  const double slope = std::fabs(static_cast<double>(1 - result.centre * result.centre)) + 0x1p-60;
  const double spread = std::min(2.0, x.radius * slope * (1 + growth(2 * x.radius)));
  result.radius =
      rounded_by_library(result, spread, model.capabilities.ulps.tanh, model.arithmetic);
}

// sigmoid S = 1 / (1 + e^-x): |ln s - ln S| <= e (1 - S) e^e, as (ln S)' = 1 - S. Where e^-x may
// overflow an engine gives 0, and S itself is in the radius.
template <typename Real>
void take_sigmoid(const Model& model, const Ball<Real>& x, Ball<Real>& result) {
  using std::exp;
  result.centre = 1 / (1 + exp(-x.centre));
  const double rest = std::fabs(static_cast<double>(1 - result.centre)) + 0x1p-60;
  const double spread =
      result.size() * growth(x.radius * std::min(1.0, rest * (1 + growth(x.radius))));
  result.radius =
      result.centre == 0
          ? model.arithmetic.eta * std::max(1.0, model.capabilities.ulps.sigmoid)
          : rounded_by_library(result, spread, model.capabilities.ulps.sigmoid, model.arithmetic);
  if (result.size() * model.arithmetic.large < 1) result.radius += result.size();
}

// |sin x - sin X| <= |cos X| e + e^2 / 2, with |cos X| from the result: 2^-60 covers the
// cancellation. The same for cos. A ball wider than 1 says nothing of where on the circle x is, and
// the reference itself may have no digit left there.
template <typename Real>
Undecided oscillate(const Model& model, Op op, const Ball<Real>& x, Ball<Real>& result) {
  using std::cos, std::sin;
  if (!(x.radius * model.arithmetic.caution <= 1))
    return "the argument of sin or cos is too uncertain";
  result.centre = op == Op::sin ? Real(sin(x.centre)) : Real(cos(x.centre));
  const auto other = static_cast<double>(1 - result.centre * result.centre);
  const double spread = std::sqrt(std::fabs(other) + 0x1p-60) * x.radius + x.radius * x.radius / 2;
  const LibmUlps& ulps = model.capabilities.ulps;
  result.radius = rounded_by_library(result, std::min(spread, 2.0),
                                     op == Op::sin ? ulps.sin : ulps.cos, model.arithmetic);
  return nullptr;
}

// s = e^A (e^e_a - 1). A result that is 0 in the reference is not 0, but below what that holds.
template <typename Real>
void take_exp(const Model& model, const Ball<Real>& x, Ball<Real>& result) {
  using std::exp;
  result.centre = exp(x.centre);
  const double grown = growth(x.radius);
  result.radius = rounded_by_library(result, result.size() * grown, model.capabilities.ulps.exp,
                                     model.arithmetic);
  if (result.centre == 0 && std::isfinite(grown)) result.radius = model.arithmetic.eta;
}

template <typename Real>
Undecided take_log(const Model& model, const Ball<Real>& x, Ball<Real>& result) {
  using std::log;
  if (touches_zero(x, model.arithmetic)) return "the argument of log may be 0";
  result.centre = log(x.centre);
  result.radius =
      rounded_by_library(result, spread_of_log(x), model.capabilities.ulps.log, model.arithmetic);
  return nullptr;
}

// A ramp does not enlarge the ball; a slope other than 0 and 1 rounds once.
template <typename Real>
Undecided ramp_ball(const Model& model, Op op, const Ball<Real>& a, Ball<Real>& result) {
  double slope = 0;
  const Undecided undecided = decide_slope(model, op, a, slope);
  if (undecided != nullptr) return undecided;
  result = op == Op::abs && a.centre == 0 ? a : sloped(model, slope, a);
  return nullptr;
}

}  // namespace

template <typename Real>
Undecided forward(const Model& model, const Instruction& line, const Ball<Real>& a,
                  const Ball<Real>& b, Ball<Real>& result) {
  result = {};
  switch (line.op) {
    case Op::add:
    case Op::sub:
      add(a, b, line.op == Op::sub, model.arithmetic, result);
      return nullptr;
    case Op::neg:
      result = {-a.centre, a.radius};
      return nullptr;
    case Op::mul:
      result = product(a, b, model.arithmetic);
      return nullptr;
    case Op::div:
      return divide(model, a, b, result);
    case Op::pow:
      return raise(model, line.immediate, a, result);
    case Op::powv:
      return raise_to_node(model, a, b, result);
    case Op::exp:
      take_exp(model, a, result);
      return nullptr;
    case Op::log:
      return take_log(model, a, result);
    case Op::tanh:
      take_tanh(model, a, result);
      return nullptr;
    case Op::sigmoid:
      take_sigmoid(model, a, result);
      return nullptr;
    case Op::sin:
    case Op::cos:
      return oscillate(model, line.op, a, result);
    case Op::sqrt:
      return take_root(model, a, result);
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs:
      return ramp_ball(model, line.op, a, result);
    case Op::input:
    case Op::neuron:
      break;
  }
  return "it is no op of one or two operands";
}

template Undecided forward(const Model&, const Instruction&, const Ball<long double>&,
                           const Ball<long double>&, Ball<long double>&);
template Undecided forward(const Model&, const Instruction&, const Ball<Float128>&,
                           const Ball<Float128>&, Ball<Float128>&);

}  // namespace cradle
