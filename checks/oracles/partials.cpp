// How far an engine's own powers may be from the true ones, form by form.

#include "checks/oracles/partials.h"

#include <algorithm>

namespace cradle {
namespace {

template <typename Real>
Partial<Real> refuse(Undecided why) {
  Partial<Real> partial;
  partial.undecided = why;
  return partial;
}

}  // namespace

// D = c x^(c-1), for c other than 0 and 1. With l = |ln x - ln X| <= r / (1 - r):
//   c pow(x, c - 1) g   the power is off by e^(|c-1| l), B ulps, and by rho where c - 1 is rounded:
//                       rho = |c - 1 - fl(c - 1)| (|ln |X|| + l); two roundings in any order
//   c out / x g         out = pow(x, c) by B ulps, so that out / x is off by the same but for rho;
//                       three roundings in any order
// The last rounding is left to `product`. A factor c that is a power of two rounds nothing, and
// pow(x, 1) is x. An underflow of one product of two factors is multiplied by the others.
template <typename Real>
Partial<Real> partial_of_pow(const Model& model, double c, const Ball<Real>& x,
                             const Ball<Real>& out, const Ball<Real>& g) {
  Partial<Real> partial;
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const PowForm form = model.capabilities.pow_form;
  if (!(std::fabs(c) <= arithmetic.whole)) return refuse<Real>("the parity of an exponent is lost");
  if (c == 2 && form == PowForm::exponent) {
    partial.ball = {2 * x.centre, 2 * x.radius};
    return partial;
  }
  if (x.is_zero() && c > 1 && form == PowForm::exponent) return partial;  // c 0^(c-1) = 0
  if (touches_zero(x, arithmetic)) return refuse<Real>("the argument of pow may be 0");
  const Ball<Real> power = {out.centre / x.centre, 0};  // x^(c-1)
  const double p = power.size();
  const double size = std::fabs(c) * p;
  const double l = x.radius / (x.size() - x.radius);
  const double rounded =
      arithmetic.narrow() ? static_cast<double>(static_cast<float>(c - 1)) : c - 1;
  const auto lost = static_cast<double>(fabs((Float128(c) - 1) - Float128(rounded)));
  double t = std::fabs(c - 1) * l;
  if (lost != 0) t += lost * (std::fabs(std::log(x.size())) * (1 + 1e-12) + l);
  const double ulps = std::max(model.capabilities.ulps.pow, 0.5);
  // c p; c out / x; where it is not known, c out (1 / x) as well.
  const double n = (form == PowForm::exponent      ? 1
                    : form == PowForm::from_output ? 2
                                                   : 3) -
                   (is_power_of_two<Real>({Real(c), 0}) ? 1 : 0);
  const double relative = both(growth(t), 2 * ulps * arithmetic.u);
  const double factors = 1 + std::fabs(c);
  partial.ball.centre = Real(c) * power.centre;
  partial.ball.radius = enlarge(after_roundings(n, size, size * relative, arithmetic),
                                factors * (1 + ulps) * (1 + 1 / x.size()), arithmetic);
  partial.etas = factors * (1 + p) * (1 + 1 / x.size());
  const double most = factors * (1 + g.reach()) * (1 + out.size() + p);
  if (!(most * arithmetic.caution < arithmetic.large && partial.ball.reach() < arithmetic.large)) {
    return refuse<Real>("an intermediate of pow's rule may overflow");
  }
  return partial;
}

// x^y to x: D = y x^(y-1), as pow: the exponent is off by e_y and rounded to y - 1, so that
//   |ln p - ln P| <= |Y - 1| l + (e_y + u (|Y - 1| + e_y)) (|ln X| + l),
// and y itself is off by e_y. As y out / x: no rounding of the exponent, one of the quotient.
template <typename Real>
Partial<Real> partial_to_base(const Model& model, const Ball<Real>& x, const Ball<Real>& y,
                              const Ball<Real>& out, const Ball<Real>& g) {
  Partial<Real> partial;
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const Ball<Real> power = {out.centre / x.centre, 0};
  const double p = power.size();
  const double l = x.radius / (x.size() - x.radius);
  const double exponent = Ball<Real>{y.centre - 1, 0}.size();
  const double off = y.radius + arithmetic.u * (exponent + y.radius);
  const double t = exponent * l + off * (std::fabs(std::log(x.size())) * (1 + 1e-12) + l + 1e-15);
  const double ulps = std::max(model.capabilities.ulps.pow, 0.5);
  const double spread = p * both(growth(t), 2 * ulps * arithmetic.u);
  partial.ball.centre = y.centre * power.centre;
  const double s = y.size() * spread + p * y.radius + y.radius * spread;
  const double factors = 1 + y.reach();
  partial.ball.radius = enlarge(after_roundings(2, partial.ball.size(), s, arithmetic),
                                factors * (1 + ulps) * (1 + 1 / x.size()), arithmetic);
  partial.etas = factors * (1 + p) * (1 + 1 / x.size());
  if (y.is_zero()) partial.ball = {};
  const double most = factors * (1 + g.reach()) * (1 + out.size() + p);
  if (!(most * arithmetic.caution < arithmetic.large && partial.ball.reach() < arithmetic.large)) {
    return refuse<Real>("an intermediate of powv's rule may overflow");
  }
  return partial;
}

// x^y to y: D = V ln X. The logarithm is off by l and B ulps; one rounding before the last.
template <typename Real>
Partial<Real> partial_to_exponent(const Model& model, const Ball<Real>& x, const Ball<Real>& out,
                                  const Ball<Real>& g) {
  using std::log;
  Partial<Real> partial;
  const RadiusArithmetic& arithmetic = model.arithmetic;
  Ball<Real> ln = {log(x.centre), 0};
  const double l = x.radius / (x.size() - x.radius);
  const double ulps = std::max(model.capabilities.ulps.log, 0.5);
  ln.radius = l + 2 * ulps * rounding_error(ln.size() + l, arithmetic);
  partial.ball.centre = out.centre * ln.centre;
  const double spread = out.size() * ln.radius + ln.size() * out.radius + out.radius * ln.radius;
  partial.ball.radius =
      enlarge(after_roundings(1, partial.ball.size(), spread, arithmetic), 1, arithmetic);
  partial.etas = 1 + ln.reach() + out.reach();
  const double most = (1 + out.reach()) * (1 + ln.reach()) * (1 + g.reach());
  if (!(most * arithmetic.caution < arithmetic.large)) {
    return refuse<Real>("an intermediate of powv's rule may overflow");
  }
  return partial;
}

// To the divisor: D = -Q / B = -A / B^2, Q the quotient.
//   -g out / b      s = (e_q + |D| e_b) / (|B| - e_b), one rounding before the last
//   -g a / (b b)    s = e_a / B^2, and (1 - r)^-2 of the denominator; two roundings before the last
//   a pow(b, -1)    -pow(b, -2), or -p / b with p = pow(b, -1): 2 B u and one more; times a, one
//                   more, and g
//   -g out (1 / b)  from a and b: those of out, of the inverse, and one of their product with g
// in any order of the factors. Where g is a power of two the last one is one of these.
template <typename Real>
Partial<Real> partial_to_divisor(const Model& model, const Ball<Real>& a, const Ball<Real>& b,
                                 const Ball<Real>& out, const Ball<Real>& g) {
  Partial<Real> partial;
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const DivForm form = model.capabilities.div_form;
  partial.ball.centre = -out.centre / b.centre;
  const double size = partial.ball.size();
  const double square = b.size() * b.size();
  const double far = (1 + out.reach()) * (1 + g.reach());
  double radius = 0;
  if (form == DivForm::quotient || form == DivForm::unknown) {
    const double least = b.size() - b.radius;
    const double spread = out.radius / least + size * (b.radius / least);
    radius = after_roundings(1, size, spread, arithmetic);
  }
  double most = far;
  if (form != DivForm::quotient) {
    const double ratio = b.radius / (b.size() - b.radius);
    const double denominator = both(both(ratio, ratio), arithmetic.eta / square);
    const double numerator = a.radius / square;
    const double spread = numerator + denominator * (size + numerator);
    const double ulps = std::max(model.capabilities.ulps.pow, 0.5);
    const double n = form == DivForm::product      ? 2
                     : form == DivForm::reciprocal ? 3
                                                   : std::max(3.0, 2 * ulps + 2);
    radius = std::max(radius, after_roundings(n, size, spread, arithmetic));
    most = far * (1 + a.reach()) * (1 + square) * (1 + 1 / square);
  }
  const double inverse = 1 + 1 / b.size();
  partial.ball.radius = enlarge(radius, inverse * inverse, arithmetic);
  partial.etas = far * (1 + a.reach()) * inverse * inverse;
  if (!(most * arithmetic.caution < arithmetic.large)) {
    return refuse<Real>("an intermediate of div's rule may overflow");
  }
  return partial;
}

template Partial<long double> partial_of_pow(const Model&, double, const Ball<long double>&,
                                             const Ball<long double>&, const Ball<long double>&);
template Partial<long double> partial_to_base(const Model&, const Ball<long double>&,
                                              const Ball<long double>&, const Ball<long double>&,
                                              const Ball<long double>&);
template Partial<long double> partial_to_exponent(const Model&, const Ball<long double>&,
                                                  const Ball<long double>&,
                                                  const Ball<long double>&);
template Partial<long double> partial_to_divisor(const Model&, const Ball<long double>&,
                                                 const Ball<long double>&, const Ball<long double>&,
                                                 const Ball<long double>&);
template Partial<Float128> partial_of_pow(const Model&, double, const Ball<Float128>&,
                                          const Ball<Float128>&, const Ball<Float128>&);
template Partial<Float128> partial_to_base(const Model&, const Ball<Float128>&,
                                           const Ball<Float128>&, const Ball<Float128>&,
                                           const Ball<Float128>&);
template Partial<Float128> partial_to_exponent(const Model&, const Ball<Float128>&,
                                               const Ball<Float128>&, const Ball<Float128>&);
template Partial<Float128> partial_to_divisor(const Model&, const Ball<Float128>&,
                                              const Ball<Float128>&, const Ball<Float128>&,
                                              const Ball<Float128>&);

}  // namespace cradle
