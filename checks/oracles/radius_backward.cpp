// Contributions: what a gradient becomes on its way through an op, derived above each rule.

#include <algorithm>

#include "checks/oracles/partials.h"
#include "checks/oracles/radius.h"

namespace cradle {
namespace {

// C = G / B to the dividend. As g / b rounded once; as g p with p = b^-1 by a library 2 B u more.
template <typename Real>
Ball<Real> to_dividend(const Model& model, const Ball<Real>& b, const Ball<Real>& g) {
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const DivForm form = model.capabilities.div_form;
  const bool divides = form == DivForm::quotient || form == DivForm::product;
  Ball<Real> result = quotient(g, b, divides, arithmetic);
  if (result.is_zero() || divides) return result;
  const double ulps = std::max(model.capabilities.ulps.pow, 0.5);
  const double m = result.reach();
  result.radius = enlarge(result.radius + roundings(2 * ulps + 1, arithmetic) * m,
                          (1 + ulps) * (1 + g.reach()), arithmetic);
  return result;
}

// C = G / X. As g / x rounded once; as g (1 / x) the reciprocal is rounded too: u |C| more, and
// where it underflows eta |g|.
template <typename Real>
Ball<Real> through_log(const Model& model, const Ball<Real>& x, const Ball<Real>& g) {
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const bool divides = model.capabilities.log_form == LogForm::division;
  Ball<Real> result = quotient(g, x, divides, arithmetic);
  if (result.is_zero() || divides) return result;
  const bool shift = is_power_of_two(x);  // then 1 / x is exact
  const double more = shift ? 0 : roundings(1, arithmetic) * result.reach();
  result.radius = enlarge(result.radius + more, g.reach(), arithmetic);
  return result;
}

// D = 1 / (2 V), V the root.
//   g / (2 out)    e_v / |V| of the root; one rounding before the last in (0.5 / out) g
//   0.5 x^-0.5 g   e^(l / 2) of the power, and B ulps
template <typename Real>
Partial<Real> partial_of_sqrt(const Model& model, const Ball<Real>& x, const Ball<Real>& out) {
  const RadiusArithmetic& arithmetic = model.arithmetic;
  Partial<Real> partial;
  if (touches_zero(x, arithmetic)) {
    partial.undecided = "the argument of sqrt may be 0";
    return partial;
  }
  const SqrtForm form = model.capabilities.sqrt_form;
  partial.ball.centre = 1 / (2 * out.centre);
  const double size = partial.ball.size();
  double relative = 0;
  if (form != SqrtForm::power) {
    relative = both(out.radius / (out.size() - out.radius), arithmetic.u);
  }
  if (form != SqrtForm::output) {
    const double l = x.radius / (x.size() - x.radius);
    const double ulps = std::max(model.capabilities.ulps.pow, 0.5);
    // as pow's rule from its output there is a quotient more
    relative = std::max(relative, both(growth(l / 2), roundings(2 * ulps + 1, arithmetic)));
  }
  partial.ball.radius = enlarge(size * relative, 1, arithmetic);
  partial.etas = 1 + 1 / out.size();
  return partial;
}

// D = 1 - T^2. s = 2 |T| e + e^2.
//   1 - t t          u T^2 of the square, u of the difference
//   (1 - t) (1 + t)  u of either sum, and of the products with g in any order
//   g - g t t        2 u T^2 of the products, u of the difference
//   1 / cosh(x)^2    of the error of x no more than s; cosh within 2 B + 2 ulps, squared, perhaps
//   by
//                    a library's power, and three roundings
template <typename Real>
Ball<Real> partial_of_tanh(const Model& model, const Ball<Real>& out) {
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const TanhForm form = model.capabilities.tanh_form;
  const Ball<Real> exact = {(1 - out.centre) * (1 + out.centre), 0};
  const double size = exact.size();
  const double spread = 2 * out.size() * out.radius + out.radius * out.radius;
  double radius = 0;
  if (form != TanhForm::product) {
    const double square = arithmetic.u * out.reach() * out.reach();
    radius = after_roundings(1, size, spread + square, arithmetic);
  }
  if (form != TanhForm::square) {
    radius = std::max(radius, after_roundings(3, size, spread, arithmetic));
  }
  if (form == TanhForm::expanded) {
    const double squares = 2.01 * arithmetic.u * out.reach() * out.reach();
    radius = std::max(radius, after_roundings(1, size, spread + squares, arithmetic));
  }
  if (form == TanhForm::cosh) {
    const LibmUlps& ulps = model.capabilities.ulps;
    const double count = 8 * std::max(ulps.exp, 0.5) + 8 + 2 * std::max(ulps.pow, 0.5) + 3;
    radius = std::max(radius, after_roundings(count, size, spread, arithmetic));
  }
  return {exact.centre, enlarge(radius)};
}

// D = S (1 - S) = q / (1 + q)^2 with q = e^-|x|, which does not cancel.
//   s (1 - s)            s = |1 - 2 S| e_s + e_s^2; two roundings, one where 1 - s is exact: s >=
//   1/2 q / ((1 + q) (1 + q))  |(ln D)'| <= 1 in x and in ln q: e^e_x and B ulps of exp; 1 + q and
//   its
//                        square, the quotient, or s s q: six roundings
// Where (1 + e^-x)^2 may overflow the second is undecided.
template <typename Real>
Partial<Real> partial_of_sigmoid(const Model& model, const Ball<Real>& x, const Ball<Real>& out) {
  using std::exp;
  Partial<Real> partial;
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const SigmoidForm form = model.capabilities.sigmoid_form;
  const Real q = exp(x.centre < 0 ? x.centre : Real(-x.centre));
  partial.ball.centre = q / ((1 + q) * (1 + q));
  const double size = partial.ball.size();
  double radius = 0;
  if (form != SigmoidForm::exp) {
    const double slope = std::fabs(static_cast<double>((1 - q) / (1 + q)));
    const double spread = slope * out.radius + out.radius * out.radius;
    const bool exact = out.centre - Real(out.radius) * Real(1 + 1e-12) >= Real(0.5);
    radius = after_roundings(exact ? 1 : 2, size, spread, arithmetic);
  }
  if (form != SigmoidForm::output) {
    if (!(size * size * arithmetic.large > arithmetic.caution)) {
      partial.undecided = "an intermediate of sigmoid's rule may overflow";
      return partial;
    }
    const double ulps = std::max(model.capabilities.ulps.exp, 0.5);
    const double relative = both(growth(x.radius), 2 * ulps * arithmetic.u);
    radius = std::max(radius, after_roundings(6, size, size * relative, arithmetic));
  }
  partial.ball.radius = enlarge(radius, 1, arithmetic);
  partial.etas = 4;
  return partial;
}

// sin' = cos and cos' = -sin, by a library: s = |V| e + e^2 / 2, V the op's own result.
template <typename Real>
Ball<Real> partial_of_wave(const Model& model, Op op, const Ball<Real>& x, const Ball<Real>& out) {
  using std::cos, std::sin;
  const RadiusArithmetic& arithmetic = model.arithmetic;
  Ball<Real> partial = {op == Op::sin ? Real(cos(x.centre)) : Real(-sin(x.centre)), 0};
  const double ulps = op == Op::sin ? model.capabilities.ulps.cos : model.capabilities.ulps.sin;
  const double spread = out.size() * x.radius + x.radius * x.radius / 2;
  const double m = partial.size() + spread;
  if (m == 0) return partial;  // -sin 0
  partial.radius = enlarge(spread + 2 * std::max(ulps, 0.5) * rounding_error(m, arithmetic),
                           std::max(ulps, 1.0), arithmetic);
  return partial;
}

// Partial derivatives that are not stored numbers, or nothing for the ops that `contribute` knows.
template <typename Real>
Partial<Real> partial_of(const Model& model, const Instruction& line, unsigned slot,
                         const Ball<Real>& a, const Ball<Real>& b, const Ball<Real>& out,
                         const Ball<Real>& gradient) {
  switch (line.op) {
    case Op::div:
      return partial_to_divisor(model, a, b, out, gradient);
    case Op::pow:
      return partial_of_pow(model, line.immediate, a, out, gradient);
    case Op::powv:
      return slot == 0 ? partial_to_base(model, a, b, out, gradient)
                       : partial_to_exponent(model, a, out, gradient);
    case Op::tanh:
      return {partial_of_tanh(model, out), 4};
    case Op::sigmoid:
      return partial_of_sigmoid(model, a, out);
    case Op::sin:
    case Op::cos:
      return {partial_of_wave(model, line.op, a, out), 1};
    case Op::sqrt:
      return partial_of_sqrt(model, a, out);
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::neg:
    case Op::exp:
    case Op::log:
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs:
    case Op::input:
    case Op::neuron:
      break;
  }
  return {{}, 1, "it is no op of one or two operands"};
}

// In forward mode a rule may add before it multiplies or divides: (a' - q b') / b,
// (a' b - a b') / (b b), out (y' ln x + y x' / x). Either term then meets at most two more
// roundings than here, and an underflow is divided by b once more.
template <typename Real>
Undecided loosen(const Model& model, const Ball<Real>& b, const Ball<Real>& out,
                 const Ball<Real>& tangent, Ball<Real>& contribution) {
  const RadiusArithmetic& arithmetic = model.arithmetic;
  if (contribution.is_zero()) return nullptr;
  const double most = (1 + tangent.reach()) * (1 + b.reach()) * (1 + out.reach());
  if (!(most * arithmetic.caution < arithmetic.large)) {
    return "an intermediate of a tangent may overflow";
  }
  const double inverse = 1 + (b.is_zero() ? 0 : 1 / b.size());
  contribution.radius =
      enlarge(contribution.radius + roundings(2, arithmetic) * contribution.reach(),
              (1 + out.reach()) * inverse * inverse, arithmetic);
  return nullptr;
}

// g x / |x|, in any order: two roundings. An eta lost in g x is divided by |x|, one lost in g / |x|
// multiplied by it.
template <typename Real>
Undecided through_abs(const Model& model, const Ball<Real>& x, Ball<Real>& c) {
  if (model.capabilities.abs_form != AbsForm::quotient) return nullptr;
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const double least = x.size() - x.radius;  // above 0 but at the kink: the side is decided
  if (!(least > 0)) return "g x / |x| is 0 / 0";
  if (c.is_zero()) return nullptr;
  const double most = std::fmax(x.reach(), 1 / least);
  if (!(c.reach() * most < arithmetic.large / arithmetic.caution)) {
    return "g x / |x| may overflow on the way";
  }
  c.radius = enlarge(c.radius + 2.01 * arithmetic.u * c.reach() + arithmetic.eta * (2 + most));
  return nullptr;
}

}  // namespace

template <typename Real>
Undecided contribute(const Model& model, const Instruction& line, unsigned slot,
                     const Ball<Real>& a, const Ball<Real>& b, const Ball<Real>& out,
                     const Ball<Real>& gradient, Ball<Real>& contribution) {
  const RadiusArithmetic& arithmetic = model.arithmetic;
  switch (line.op) {
    case Op::add:
      contribution = gradient;
      return nullptr;
    case Op::sub:
      contribution = slot == 0 ? gradient : Ball<Real>{-gradient.centre, gradient.radius};
      return nullptr;
    case Op::neg:
      contribution = {-gradient.centre, gradient.radius};
      return nullptr;
    case Op::mul:
      contribution = product(slot == 0 ? b : a, gradient, arithmetic);
      return nullptr;
    case Op::exp:
      contribution = product(out, gradient, arithmetic);
      return nullptr;
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs: {
      double slope = 0;
      const Undecided undecided = decide_slope(model, line.op, a, slope);
      contribution = sloped(model, slope, gradient);
      if (undecided != nullptr || line.op != Op::abs) return undecided;
      return through_abs(model, a, contribution);
    }
    case Op::log:
      contribution = through_log(model, a, gradient);
      return nullptr;
    default:
      break;
  }
  // e x^(e-1) is 0 and 1 at these exponents; e out / x is 1 after some roundings.
  const bool exact = line.immediate == 0 || model.capabilities.pow_form == PowForm::exponent ||
                     touches_zero(a, arithmetic);
  if (line.op == Op::pow && (line.immediate == 0 || line.immediate == 1) && exact) {
    contribution = line.immediate == 1 ? gradient : Ball<Real>{};
    return nullptr;
  }
  Undecided undecided = nullptr;
  if (line.op == Op::div && slot == 0) {
    contribution = to_dividend(model, b, gradient);
  } else {
    const Partial<Real> partial = partial_of(model, line, slot, a, b, out, gradient);
    undecided = partial.undecided;
    contribution = product(partial.ball, gradient, arithmetic, partial.etas);
  }
  if (model.capabilities.mode == Mode::forward && info(line.op).arity == 2 &&
      undecided == nullptr) {
    undecided = loosen(model, line.op == Op::div ? b : a, out, gradient, contribution);
  }
  return undecided;
}

template Undecided contribute(const Model&, const Instruction&, unsigned, const Ball<long double>&,
                              const Ball<long double>&, const Ball<long double>&,
                              const Ball<long double>&, Ball<long double>&);
template Undecided contribute(const Model&, const Instruction&, unsigned, const Ball<Float128>&,
                              const Ball<Float128>&, const Ball<Float128>&, const Ball<Float128>&,
                              Ball<Float128>&);

}  // namespace cradle
