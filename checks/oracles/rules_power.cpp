// Powers: pow, powv, sqrt, div.
//
// Each form is a product of factors, every order of which is admitted. What a library gives stands
// somewhere in a range; an order is monotone in each factor, so that the ends of the ranges give
// the hull. C is the exact product at the engine's own numbers.

#include <cmath>
#include <initializer_list>

#include "checks/oracles/orders.h"
#include "checks/oracles/rules.h"

namespace cradle {
namespace {

// What x^e is: within the bound of a library where both are plain numbers. x^1 is x in every
// library; where x is zero or not finite, Annex F of C says what x^e is, exactly.
Range power(double x, const Float128& e, const Pullback& p) {
  const auto near = static_cast<double>(e);
  const bool plain = std::isfinite(x) && x != 0 && std::isfinite(near) && near != 1;
  const Float128 truth = plain ? pow(wide(x), e) : wide(0);
  if (plain && !isnan(truth)) return library(truth, p.capabilities.ulps.pow, p.round);
  const double exact = std::pow(x, near);
  return {exact, exact};
}

// g r, with r the quotient `reciprocal`, rounded.
void admit_with_reciprocal(Contribution& c, double g, double reciprocal, const Arithmetic& round) {
  for_each_rounding(reciprocal, round, [&](double r) { admit_orders(c, {{g}, {r}}, round); });
}

// e x^(e-1) g with e - 1 as one of the engine's numbers, or in double.
void admit_from_exponent(Contribution& c, double e, const Pullback& p) {
  for (const double less : {p.round(e - 1), e - 1}) {
    const Range range = power(p.x, less, p);
    admit_orders(c, {{e}, {range.lower}, {p.g}}, p.round);
    admit_orders(c, {{e}, {range.upper}, {p.g}}, p.round);
    if (!p.round.is_single()) return;
  }
}

// d x^e = e x^(e-1) dx. From the exponent: e, x^(e-1), g. From the output: e, out, g over x.
// Exponent 0: nothing, everywhere; exponent 1: g, everywhere. Beyond 1 / u, e - 1 is no longer odd
// when e is even: the sign is lost for x < 0.
Contribution of_base(double e, const Pullback& p) {
  Contribution c;
  if (e == 0) {  // as 0 x^-1 g, a gradient that is not finite leaves NaN
    admit_masked(c, 1, p.g, MaskForm::unknown);
    return c;
  }
  if (e == 1) {
    c.exact = p.g;
    c.admit(p.g);
    const bool divides = p.capabilities.pow_form == PowForm::from_output;
    if (divides && p.x != 0 && std::isfinite(p.x)) {
      admit_orders(c, {{p.out}, {p.g}, over(p.x)}, p.round);
    }
    return c;
  }
  const bool plain = std::isfinite(p.x) && p.x != 0 && std::isfinite(e) && e != 2;
  const Float128 slope = plain ? pow(wide(p.x), wide(e) - 1) : wide(std::pow(p.x, e - 1));
  c.exact = e * slope * p.g;
  c.decided = !(std::fabs(e) * p.round.rounding().u > 1 && p.x < 0);
  const PowForm form = p.capabilities.pow_form;
  if (may_be(form, PowForm::exponent)) admit_from_exponent(c, e, p);
  if (may_be(form, PowForm::from_output)) {
    admit_orders(c, {{e}, {p.out}, {p.g}, over(p.x)}, p.round);
  }
  return c;
}

// d x^y = x^y ln(x) dy: the output, or the power once more, ln x, g. At x = 0 an engine may take
// the limit, 0, and one that then takes another logarithm has inf * 0 beside a pole; below 0 there
// is no derivative, and NaN and 0 are both in use.
Contribution of_exponent(const Pullback& p) {
  Contribution c;
  const bool plain = p.x > 0 && std::isfinite(p.x) && p.x != 1;
  const double special = std::log(p.x);
  const Range logarithm =
      plain ? library(log(wide(p.x)), p.capabilities.ulps.log, p.round) : Range{special, special};
  c.exact = wide(p.out) * (plain ? log(wide(p.x)) : wide(special)) * p.g;
  const bool is_output = p.capabilities.powv_form == PowvForm::from_output;
  const Range recomputed = is_output ? Range{p.out, p.out} : power(p.x, wide(p.y), p);
  for (const double ln : {logarithm.lower, logarithm.upper}) {
    if (may_be(p.capabilities.powv_form, PowvForm::from_output)) {
      admit_orders(c, {{p.out}, {ln}, {p.g}}, p.round);
    }
    if (is_output) continue;
    admit_orders(c, {{recomputed.lower}, {ln}, {p.g}}, p.round);
    admit_orders(c, {{recomputed.upper}, {ln}, {p.g}}, p.round);
  }
  if (!(p.x > 0) && !std::isnan(p.x)) c.admit(0);
  if (p.x == 0 && !std::isfinite(p.out)) c.admit(p.out * 0);
  return c;
}

// d (a / b) by a: g / b; g (1 / b); or g p, p = b^-1 by a library.
Contribution of_dividend(const Pullback& p) {
  Contribution c;
  const DivForm form = p.capabilities.div_form;
  c.exact = wide(p.g) / p.y;
  if (may_be(form, DivForm::quotient) || form == DivForm::product) {
    admit_orders(c, {{p.g}, over(p.y)}, p.round);
  }
  if (may_be(form, DivForm::reciprocal)) admit_with_reciprocal(c, p.g, 1 / p.y, p.round);
  if (may_be(form, DivForm::power)) {
    const Range inverse = power(p.y, -1, p);
    admit_orders(c, {{p.g}, {inverse.lower}}, p.round);
    admit_orders(c, {{p.g}, {inverse.upper}}, p.round);
  }
  return c;
}

// The divisor as the base of a power of its own, a b^-1: the gradient of that power is a g,
// rounded, and what it passes on is -1 b^-2 (a g), or -1 b^-1 (a g) / b.
void admit_divisor_as_base(Contribution& c, const Pullback& p) {
  const double inner = p.round(p.x * p.g);  // a gradient, and so one of the engine's numbers
  const Range square = power(p.y, -2, p);
  const Range inverse = power(p.y, -1, p);
  for (const bool upper : {false, true}) {
    if (may_be(p.capabilities.pow_form, PowForm::exponent)) {
      admit_orders(c, {{upper ? -square.upper : -square.lower}, {inner}}, p.round);
    }
    if (may_be(p.capabilities.pow_form, PowForm::from_output)) {
      const double p1 = upper ? -inverse.upper : -inverse.lower;
      admit_orders(c, {{p1}, {inner}, over(p.y)}, p.round);
    }
  }
}

// d (a / b) by b: -g, out over b; -g, a over b b; -g, out, r or -g, a, r, r with r = 1 / b rounded.
Contribution of_divisor(const Pullback& p) {
  Contribution c;
  const DivForm form = p.capabilities.div_form;
  c.exact = -wide(p.g) * p.x / p.y / p.y;
  if (may_be(form, DivForm::quotient)) admit_orders(c, {{-p.g}, {p.out}, over(p.y)}, p.round);
  if (may_be(form, DivForm::product)) {
    for_each_rounding(p.y * p.y, p.round, [&](double square) {
      admit_orders(c, {{-p.g}, {p.x}, over(square)}, p.round);
    });
  }
  if (may_be(form, DivForm::reciprocal)) {
    for_each_rounding(1 / p.y, p.round, [&](double inverse) {
      admit_orders(c, {{-p.g}, {p.out}, {inverse}}, p.round);
      admit_orders(c, {{-p.g}, {p.x}, {inverse}, {inverse}}, p.round);
    });
  }
  if (may_be(form, DivForm::power)) admit_divisor_as_base(c, p);
  return c;
}

}  // namespace

Contribution of_pow(const Pullback& p) { return of_base(p.line.immediate, p); }

Contribution of_powv(const Pullback& p) { return p.slot == 0 ? of_base(p.y, p) : of_exponent(p); }

Contribution of_div(const Pullback& p) { return p.slot == 0 ? of_dividend(p) : of_divisor(p); }

// d sqrt(x) = dx / (2 sqrt(x)). Twos and halves round nothing. From the output: g over 2 out, in
// either order; by its reciprocal: g r, r = 0.5 / out rounded; as a power: 0.5, x^-0.5, g.
Contribution of_sqrt(const Pullback& p) {
  Contribution c;
  const SqrtForm form = p.capabilities.sqrt_form;
  c.exact = wide(p.g) / (2 * wide(p.out));
  if (may_be(form, SqrtForm::output)) {
    admit_orders(c, {{p.g}, over(p.round(2 * p.out))}, p.round);
    admit_orders(c, {{p.round(0.5 * p.g)}, over(p.out)}, p.round);
    for_each_rounding(p.g / p.out, p.round, [&](double ratio) {
      admit_orders(c, {{0.5}, {ratio}}, p.round);
    });
  }
  if (may_be(form, SqrtForm::reciprocal)) {
    admit_with_reciprocal(c, p.g, 0.5 / p.out, p.round);
  }
  if (may_be(form, SqrtForm::power)) {
    const Range inverse = power(p.x, -0.5, p);
    admit_orders(c, {{0.5}, {inverse.lower}, {p.g}}, p.round);
    admit_orders(c, {{0.5}, {inverse.upper}, {p.g}}, p.round);
  }
  return c;
}

}  // namespace cradle
