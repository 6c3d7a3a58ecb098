// One case an op: its forms, how often each rounds, and what it inherits from the engine's result.
//
// No derivative stands here, but how one may be written down. Where a rule starts from the engine's
// own result `out` instead of the true one, V, the derivative D it is after becomes that at `out`:
//   a multiple of V       D out / V        shift D (out / V - 1)
//   over V                D V / out        shift D (V / out - 1)
//   tanh, 1 - V^2         shift (1 - out^2) - (1 - V^2) = (V - out)(V + out)
//   sigmoid, V (1 - V)    shift (out - V)(1 - out - V)
// out and V differ by ulps, so that a slip in these would be one of ulps, too.

#include "checks/oracles/rounded_rule.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "checks/oracles/quick_value.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

/// What the true value of a function may be wrong by, in u of a double.
constexpr double kKnown = 0x1p-57;

double library(double ulps) { return 2 * std::max(ulps, 0.5); }

bool is_power_of_two(double x) { return std::fabs(x) == unit_in_first_place(x); }

// D (out / V - 1), and D (V / out - 1). Where V is 0 in float128 so are D and the engine's result.
template <typename Real>
Real shift_of_multiple(const Real& slope, double out, const Real& value) {
  return value == 0 ? Real(0) : slope * (out / value - 1);
}
template <typename Real>
Real shift_of_inverse(const Real& slope, double out, const Real& value) {
  return slope * (value / out - 1);
}

template <typename Real>
RuleOf<Real> rule(double roundings, double chain, const Real& shift = 0) {
  RuleOf<Real> made;
  made.roundings = roundings;
  made.chain = chain;
  made.shift = shift;
  return made;
}

template <typename Real>
RuleOf<Real> unrounded() {
  RuleOf<Real> made;
  made.rounds = false;
  return made;
}

// From the output: out g. Recomputed: a library's, times g.
template <typename Real>
std::vector<RuleOf<Real>> of_exp(const Site& site, const Real& slope, const Real& value) {
  const LibmUlps& ulps = site.capabilities.ulps;
  const RuleOf<Real> output = rule<Real>(0, 0, shift_of_multiple(slope, site.out, value));
  if (site.capabilities.exp_form == ExpForm::from_output) return {output};
  return {output, rule<Real>(library(ulps.exp), 1 + ulps.exp)};
}

// g / x, or g (1 / x).
template <typename Real>
std::vector<RuleOf<Real>> of_log(const Site& site) {
  if (site.capabilities.log_form == LogForm::division) return {rule<Real>(0, 0)};
  return {rule<Real>(0, 0), rule<Real>(1, 1 + 1 / std::fabs(site.x))};
}

// e, p = x^(e-1) and g in any order, where p is exact for e = 2, and a product by a power of two
// is; e - 1 may be one of the engine's numbers: p is then off by |lost ln x|, relatively, and a
// little (spread < 2^-6, second orders below a hundredth of it). From the output: e out g / x in
// any order. Beyond 1 / u the parity of e - 1 is lost.
template <typename Real>
std::vector<RuleOf<Real>> of_base(const Site& site, const Real& slope, const Real& value) {
  const double e = site.y;
  const double x = site.x;
  const PowForm form = site.capabilities.pow_form;
  const Rounding rounding = rounding_of(site.capabilities.precision_bits);
  if (e == 0 && x == 0 && site.line.op == Op::powv) return {};  // 0, or 0 * inf
  if (e == 0 || (e == 1 && (form != PowForm::from_output || x == 0))) return {unrounded<Real>()};
  if (std::fabs(e) * rounding.u > 1 && x < 0) return {};
  if (x == 0) {  // the difference is exactly 0, and so is e 0^(e-1) g; e out / x is NaN
    if (form == PowForm::exponent) return {rule<Real>(0, 0)};
    return {};
  }
  const double p = std::fabs(nearest(Real(slope / e)));
  const double by_e = is_power_of_two(e) ? 0 : 1;
  const double ulps = site.capabilities.ulps.pow;
  RuleOf<Real> exponent =
      rule<Real>(by_e + (e == 2 ? 0 : library(ulps)), (1 + std::fabs(e)) * (1 + p) * (1 + ulps));
  const double less = site.capabilities.precision_bits == 24
                          ? static_cast<double>(static_cast<float>(e - 1))
                          : e - 1;
  const auto lost = static_cast<double>(fabs((wide(e) - 1) - less));
  exponent.spread = lost * (std::fabs(std::log(std::fabs(x))) + 1) * 1.01;
  if (exponent.spread > 0x1p-6) return {};
  const RuleOf<Real> output =
      rule<Real>(1 + by_e, (1 + std::fabs(e)) * (1 + std::fabs(site.out)) * (1 + 1 / std::fabs(x)),
                 shift_of_multiple(slope, site.out, value));
  if (form == PowForm::exponent) return {exponent};
  if (form == PowForm::from_output) return {output};
  return {exponent, output};
}

// x^y, ln x and g in any order: the power is the output, or comes from a library once more.
template <typename Real>
std::vector<RuleOf<Real>> of_exponent(const Site& site, const Real& slope, const Real& value) {
  const LibmUlps& ulps = site.capabilities.ulps;
  const double chain = (1 + std::fabs(site.out)) * (1 + std::fabs(std::log(site.x))) * 2 *
                       (1 + ulps.log) * (1 + ulps.pow);
  const double once = library(ulps.log) + 1;
  return {rule<Real>(once, chain, shift_of_multiple(slope, site.out, value)),
          rule<Real>(once + library(ulps.pow), chain)};
}

// By the dividend: g / b; g r with r = 1 / b; g b^-1 by a library. By the divisor: g out / b;
// g a / (b b); g out r or g a r r; g a b^-2, or g a p / b with p = b^-1, by a library. Where b b
// is subnormal the chain is out of range.
template <typename Real>
std::vector<RuleOf<Real>> of_div(const Site& site, const Real& slope, const Real& value) {
  const DivForm form = site.capabilities.div_form;
  const double b = std::fabs(site.y);
  const double chain = (1 + std::fabs(site.x)) * (1 + std::fabs(site.out)) * (1 + 1 / b);
  const double ulps = site.capabilities.ulps.pow;
  if (site.slot == 0) {
    if (form == DivForm::quotient || form == DivForm::product) return {rule<Real>(0, 0)};
    return {rule<Real>(0, 0), rule<Real>(std::max(1.0, library(ulps)), (1 + 1 / b) * (1 + ulps))};
  }
  const Real shift = shift_of_multiple(slope, site.out, value);
  if (form == DivForm::quotient) return {rule<Real>(1, chain, shift)};
  RuleOf<Real> product = rule<Real>(2, chain * (1 + 1 / b) * (1 + b * b));
  if (form == DivForm::product) return {product};
  product.roundings = std::max(3.0, library(ulps) + 2);
  product.chain *= 1 + ulps;
  return {rule<Real>(2, chain * (1 + 1 / b), shift), product};
}

// 1 - t t: the square rounds by t^2 u; the subtraction rounds, but for t^2 >= 1/2, where it is
// exact (Sterbenz). (1 - t)(1 + t): two sums, of which one is exact for |t| >= 1/2, and a product.
// With t recomputed the square is off by 2 |t| B ulps of t more. The true value is known to 2^-112.
template <typename Real>
std::vector<RuleOf<Real>> of_tanh(const Site& site, const Real& value) {
  const double t = std::fabs(site.out);
  const Real shift = (value - site.out) * (value + site.out);
  RuleOf<Real> square = rule<Real>(t >= 0.75 ? 0 : 1, 0, shift);
  square.absolute = t * t + kKnown;
  RuleOf<Real> product = rule<Real>(t >= 0.5 ? 2 : 3, 0, shift);
  product.absolute = kKnown;
  const TanhForm form = site.capabilities.tanh_form;
  if (form == TanhForm::square) return {square};
  if (form == TanhForm::product) return {product};
  if (form == TanhForm::cosh) {  // 2 B + 2 ulps of cosh, squared; two more and perhaps a power
    if (std::fabs(site.x) > (site.capabilities.precision_bits == 24 ? 20 : 150)) return {};
    const LibmUlps& ulps = site.capabilities.ulps;
    return {rule<Real>(8 * std::max(ulps.exp, 0.5) + 8 + library(ulps.pow) + 3, 2)};
  }
  RuleOf<Real> expanded = rule<Real>(1, 2, shift);  // g t t by two roundings, and the difference
  expanded.absolute = 2.01 * t * t + kKnown;
  if (form == TanhForm::expanded) return {expanded};
  RuleOf<Real> recomputed = rule<Real>(3, 0);
  recomputed.absolute = (1 + 4 * site.capabilities.ulps.tanh) * (t * t + 0x1p-20);
  return {square, product, recomputed};
}

// s (1 - s) g in any order, where 1 - s is exact for s >= 1/2. From the exponential, E / (1 + E)^2
// with E wrong by B ulps, which come out no larger; the sum rounds and stands there twice, and the
// square and the quotient round.
template <typename Real>
std::vector<RuleOf<Real>> of_sigmoid(const Site& site, const Real& value) {
  const Real shift = (site.out - value) * (1 - site.out - value);
  RuleOf<Real> output = rule<Real>(site.out >= 0.5 ? 1 : 2, 2, shift);
  output.absolute = site.out * kKnown;
  if (site.capabilities.sigmoid_form == SigmoidForm::output) return {output};
  if (site.capabilities.sigmoid_form == SigmoidForm::recomputed) {
    // s (1 + d) (1 - s - s d) = s (1 - s) (1 + d) - s^2 d (1 + d), with d of B ulps, 2 B u.
    const double d = library(site.capabilities.ulps.sigmoid);
    RuleOf<Real> recomputed = rule<Real>(d + 2, 4 + 2 * d);
    recomputed.absolute = 1.01 * d * site.out * site.out + site.out * kKnown;
    return {output, recomputed};
  }
  const double ulps = site.capabilities.ulps.exp;
  const double overflow = site.capabilities.precision_bits == 24 ? 40 : 300;
  if (std::fabs(site.x) > overflow) return {};
  return {output, rule<Real>(library(ulps) + 4, 4 + 2 * ulps)};
}

// g / (2 out), where twice and half of a number are exact; g (0.5 / out); 0.5 x^-0.5 g by a
// library.
template <typename Real>
std::vector<RuleOf<Real>> of_sqrt(const Site& site, const Real& slope, const Real& value) {
  const Real shift = shift_of_inverse(slope, site.out, value);
  const double chain = 1 + 1 / site.out;
  const double ulps = site.capabilities.ulps.pow;
  if (site.capabilities.sqrt_form == SqrtForm::output) return {rule<Real>(0, chain, shift)};
  if (site.capabilities.sqrt_form == SqrtForm::power) return {rule<Real>(library(ulps), chain)};
  return {rule<Real>(1, chain, shift), rule<Real>(library(ulps), chain)};
}

// False where no form of the rule needs the true result.
bool starts_from_result(const Site& site) {
  switch (site.line.op) {
    case Op::add:
    case Op::sub:
    case Op::neg:
    case Op::mul:
    case Op::log:
    case Op::sin:
    case Op::cos:
      return false;
    case Op::pow:
      return site.capabilities.pow_form != PowForm::exponent;
    case Op::powv:
      return site.slot == 1 || site.capabilities.pow_form != PowForm::exponent;
    default:
      return true;
  }
}

// The result of an op that a difference is known of.
template <typename Real>
Real value_of_site(const Site& site) {
  if constexpr (std::is_same_v<Real, DoubleDouble>) {
    if (site.line.op == Op::div) return DoubleDouble(site.x) / site.y;
    if (site.line.op == Op::exp) return exp(DoubleDouble(site.x));
    if (site.line.op == Op::sqrt) return sqrt(DoubleDouble(site.x));
    assert(site.line.op == Op::pow || site.line.op == Op::powv);
    return quick_power(site.x, site.y);
  } else {
    if (site.line.op == Op::pow) return pow(wide(site.x), wide(site.y));
    return value_of<Float128>(site.line, wide(site.x), wide(site.y));
  }
}

}  // namespace

template <typename Real>
std::vector<RuleOf<Real>> rounded_rules(const Site& site, const Real& slope) {
  const LibmUlps& ulps = site.capabilities.ulps;
  const Op op = site.line.op;
  const Real value = starts_from_result(site) ? value_of_site<Real>(site) : Real(0);
  switch (op) {
    case Op::add:
    case Op::sub:
    case Op::neg:
      return {unrounded<Real>()};
    case Op::mul:
      return {rule<Real>(0, 0)};
    case Op::div:
      return of_div(site, slope, value);
    case Op::pow:
      return of_base(site, slope, value);
    case Op::powv:
      return site.slot == 0 ? of_base(site, slope, value) : of_exponent(site, slope, value);
    case Op::exp:
      return of_exp(site, slope, value);
    case Op::log:
      return of_log<Real>(site);
    case Op::tanh:
      return of_tanh(site, value);
    case Op::sigmoid:
      return of_sigmoid(site, value);
    case Op::sin:
      return {rule<Real>(library(ulps.cos), 1 + ulps.cos)};
    case Op::cos:
      return {rule<Real>(library(ulps.sin), 1 + ulps.sin)};
    case Op::sqrt:
      return of_sqrt(site, slope, value);
    case Op::input:
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs:
    case Op::neuron:
      break;
  }
  return {};
}

template std::vector<RuleOf<Float128>> rounded_rules(const Site&, const Float128&);
template std::vector<RuleOf<DoubleDouble>> rounded_rules(const Site&, const DoubleDouble&);

}  // namespace cradle
