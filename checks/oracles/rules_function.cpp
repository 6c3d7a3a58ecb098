// Functions of one operand: exp, log, tanh, sigmoid, sin, cos.
//
// As for powers: products of factors in every order, from the ends of the range in which a library
// must be. Only sigmoid from its exponential is not monotone in what the library gives, and has a
// bound of its own.

#include <cmath>
#include <limits>

#include "checks/oracles/libm.h"
#include "checks/oracles/orders.h"
#include "checks/oracles/rules.h"

namespace cradle {
namespace {

// C = f g with f by a library, whose true value is `truth`; where x is not finite, f is `special`.
Contribution of_library(const Float128& truth, double special, double ulps, const Pullback& p) {
  const bool plain = std::isfinite(p.x);
  const Range range = plain ? library(truth, ulps, p.round) : Range{special, special};
  Contribution c;
  c.exact = (plain ? truth : wide(special)) * p.g;
  admit_orders(c, {{range.lower}, {p.g}}, p.round);
  admit_orders(c, {{range.upper}, {p.g}}, p.round);
  return c;
}

// (1 - t^2) g: t^2 rounded and subtracted, or both at once by a fused multiply-add. Monotone in
// |t|.
void admit_one_minus_square(Contribution& c, double t, const Pullback& p) {
  const auto admit = [&](double slope) { admit_orders(c, {{slope}, {p.g}}, p.round); };
  for_each_rounding(t * t, p.round,
                    [&](double square) { for_each_rounding(1 - square, p.round, admit); });
  if (std::isfinite(t)) admit(p.round(1 - wide(t) * t));
}

// (1 - t) (1 + t) g, each sum rounded.
void admit_product_of_sums(Contribution& c, double t, double twin, const Pullback& p) {
  for_each_rounding(1 - t, p.round, [&](double less) {
    for_each_rounding(1 + twin, p.round, [&](double more) {
      admit_orders(c, {{less}, {more}, {p.g}}, p.round);
    });
  });
}

// Of t somewhere in a range: the product of the two is not monotone in t, but in the t of each.
void admit_product_of_sums(Contribution& c, const Range& range, const Pullback& p) {
  for (const double t : {range.lower, range.upper}) {
    for (const double twin : {range.lower, range.upper}) admit_product_of_sums(c, t, twin, p);
  }
}

// g - (g t) t and g - g (t t): each product rounded, the last one perhaps only with the difference.
// Monotone in |t|.
void admit_expanded(Contribution& c, double t, const Pullback& p) {
  const auto take = [&](double lhs, double rhs) {
    for_each_rounding(lhs * rhs, p.round, [&](double product) {
      for_each_rounding(p.g - product, p.round, [&](double rest) { c.admit(rest); });
    });
    if (std::isfinite(p.g) && std::isfinite(lhs)) c.admit(p.round(p.g - wide(lhs) * rhs));
  };
  for_each_rounding(p.g * t, p.round, [&](double first) { take(first, t); });
  for_each_rounding(t * t, p.round, [&](double square) { take(p.g, square); });
}

// g / h^2, h = cosh x: over h twice, over its square, or times that of its inverse; a square is a
// product, or a library's power. Monotone in h. Nobody declares a bound for cosh. As half of
// e^x + e^-x, each exponential is off by 2 B u at most, the second may be the first's inverse,
// rounded, and the sum is rounded: within (2 B + 2) u, which is no more than as many ulps. That is
// 3 at the least, and glibc's manual says 2 of its own cosh.
void admit_over_cosh(Contribution& c, const Pullback& p) {
  const double ulps = 2 * std::fmax(p.capabilities.ulps.exp, 0.5) + 2;
  const double special = std::cosh(p.x);
  const Range range = std::isfinite(p.x)
                          ? library((exp(wide(p.x)) + exp(-wide(p.x))) / 2, ulps, p.round)
                          : Range{special, special};
  const auto squares = [&](double x) {
    return std::isfinite(x) ? library(wide(x) * x, p.capabilities.ulps.pow, p.round) : Range{x, x};
  };
  for (const double h : {range.lower, range.upper}) {
    admit_orders(c, {{p.g}, over(h), over(h)}, p.round);
    const Range square = squares(h);
    for (const double below : {square.lower, square.upper}) {
      admit_orders(c, {{p.g}, over(below)}, p.round);
      for_each_rounding(1 / below, p.round, [&](double slope) {
        admit_orders(c, {{slope}, {p.g}}, p.round);
      });
    }
    for_each_rounding(1 / h, p.round, [&](double inverse) {
      admit_orders(c, {{inverse}, {inverse}, {p.g}}, p.round);
      const Range slope = squares(inverse);
      admit_orders(c, {{slope.lower}, {p.g}}, p.round);
      admit_orders(c, {{slope.upper}, {p.g}}, p.round);
    });
  }
}

// s (1 - s) g in any order.
void admit_output(Contribution& c, double s, double twin, const Pullback& p) {
  for_each_rounding(1 - twin, p.round, [&](double rest) {
    admit_orders(c, {{s}, {rest}, {p.g}}, p.round);
  });
}

// The same with s recomputed, by a formula that need not be that of the result: within the declared
// bound, or 0 where e^-x overflows. The two readings of s are taken apart, as above.
void admit_recomputed_output(Contribution& c, const Pullback& p) {
  Range range = library(1 / (1 + exp(-wide(p.x))), p.capabilities.ulps.sigmoid, p.round);
  if (std::isinf(p.round(std::exp(-p.x)))) range.lower = 0;
  for (const double s : {range.lower, range.upper}) {
    for (const double twin : {range.lower, range.upper}) admit_output(c, s, twin, p);
  }
}

// E / (1 + E)^2 g with E = e^x by a library: E and g over 1 + E twice, in every order. The quotient
// is not monotone in E, but in the E above and in the one below the line, taken apart.
void admit_logistic(Contribution& c, double x, const Pullback& p) {
  const Range range = library(exp(wide(x)), p.capabilities.ulps.exp, p.round);
  for (const double above : {range.lower, range.upper}) {
    for (const double below : {range.lower, range.upper}) {
      for_each_rounding(1 + below, p.round, [&](double sum) {
        admit_orders(c, {{above}, {p.g}, over(sum), over(sum)}, p.round);
      });
    }
  }
}

// The same where E^2 or E g may overflow. E is wrong by B ulps, at most 2 B u relatively, and an
// error of E comes out no larger: with E' = E (1 + d) the quotient changes by
// (1 + d) ((1 + E) / (1 + E'))^2, which lies between 1 + d and 1 / (1 + d). The sum is rounded once
// and stands there twice, and there are three more operations in whatever order: the product of
// 2 B u and five roundings is within gamma_(2B+5). What underflows on the way loses
// (2 B + 4) eta (1 + |g|): what it is multiplied by afterwards is g, or less than 1. When the
// square overflows the result is tiny and the quotient 0; E g may be infinite. inf / inf is no
// derivative.
void admit_logistic_at_its_ends(Contribution& c, const Pullback& p) {
  const Rounding rounding = p.round.rounding();
  const double b = std::fmax(p.capabilities.ulps.exp, 0.5);
  const Float128 e = exp(-fabs(wide(p.x)));
  const Float128 exact = e / ((1 + e) * (1 + e)) * p.g;
  const Float128 radius = fabs(exact) * gamma(2 * b + 5, rounding) +
                          wide(rounding.eta) * (2 * b + 4) * (1 + fabs(wide(p.g)));
  c.admit_finite(exact - radius);
  c.admit_finite(exact + radius);
  if (e * e * p.round.max() < 4) c.admit(0);
  if (fabs(wide(p.g)) > e * p.round.max()) c.admit(std::copysign(kInfinity, p.g));
}

// E = e^x or e^-x: the same derivative.
void admit_from_exponential(Contribution& c, const Pullback& p) {
  const Float128 e = exp(-fabs(wide(p.x)));
  const Float128 room = e * p.round.max() / 8;  // for a factor beside the larger of the two
  if (1 / e > room || fabs(wide(p.g)) > room) return admit_logistic_at_its_ends(c, p);
  admit_logistic(c, p.x, p);
  admit_logistic(c, -p.x, p);
}

}  // namespace

Range library(const Float128& truth, double ulps, const Arithmetic& round) {
  const Range range = within_ulps(truth, ulps, round);
  if (!round.is_single()) return range;
  return {std::fmin(range.lower, round.down(truth)), std::fmax(range.upper, round.up(truth))};
}

// d e^x = e^x dx: the output times g; or exp(x) recomputed.
Contribution of_exp(const Pullback& p) {
  const ExpForm form = p.capabilities.exp_form;
  Contribution c;
  if (may_be(form, ExpForm::recomputed)) {
    c = of_library(exp(wide(p.x)), std::exp(p.x), p.capabilities.ulps.exp, p);
  }
  if (may_be(form, ExpForm::from_output)) admit_orders(c, {{p.out}, {p.g}}, p.round);
  c.exact = wide(p.out) * p.g;
  return c;
}

// d ln x = dx / x: g / x, rounded once; or g r with r = 1 / x rounded.
Contribution of_log(const Pullback& p) {
  const LogForm form = p.capabilities.log_form;
  Contribution c;
  c.exact = wide(p.g) / p.x;
  if (may_be(form, LogForm::division)) admit_orders(c, {{p.g}, over(p.x)}, p.round);
  if (may_be(form, LogForm::reciprocal)) {
    for_each_rounding(1 / p.x, p.round, [&](double inverse) {
      admit_orders(c, {{p.g}, {inverse}}, p.round);
    });
  }
  return c;
}

// d tanh(x) = (1 - t^2) dx, t = tanh(x): the output, or recomputed, and either way of writing it;
// g - g t t; g / cosh(x)^2.
Contribution of_tanh(const Pullback& p) {
  const TanhForm form = p.capabilities.tanh_form;
  Contribution c;
  c.exact = (1 - wide(p.out) * p.out) * p.g;
  if (form == TanhForm::cosh) admit_over_cosh(c, p);
  if (may_be(form, TanhForm::square)) admit_one_minus_square(c, p.out, p);
  if (may_be(form, TanhForm::product)) admit_product_of_sums(c, p.out, p.twin, p);
  if (form == TanhForm::expanded) admit_expanded(c, p.out, p);
  if (!may_be(form, TanhForm::recomputed)) return c;
  const double special = std::tanh(p.x);
  const Range range = std::isfinite(p.x)
                          ? library(tanh(wide(p.x)), p.capabilities.ulps.tanh, p.round)
                          : Range{special, special};
  admit_one_minus_square(c, range.lower, p);
  admit_one_minus_square(c, range.upper, p);
  admit_product_of_sums(c, range, p);
  return c;
}

// d s(x) = s (1 - s) dx, s = 1 / (1 + e^-x): the output, or s recomputed, 1 minus it, g; or from
// the exponential.
Contribution of_sigmoid(const Pullback& p) {
  const SigmoidForm form = p.capabilities.sigmoid_form;
  Contribution c;
  c.exact = wide(p.out) * (1 - wide(p.out)) * p.g;
  const bool plain = std::isfinite(p.x) && std::isfinite(p.g);
  if (may_be(form, SigmoidForm::exp) && plain) admit_from_exponential(c, p);
  // At infinities and NaN the exponential leads to what the output does, or to inf / inf; an
  // infinite gradient meets an E that need not have underflowed.
  if (may_be(form, SigmoidForm::output) || !plain) {
    admit_output(c, p.out, p.twin, p);
  }
  if (form == SigmoidForm::recomputed && plain) admit_recomputed_output(c, p);
  if (may_be(form, SigmoidForm::exp) && !plain) {
    c.admit(std::numeric_limits<double>::quiet_NaN());
    if (std::isinf(p.g)) c.admit(p.g);
  }
  return c;
}

// d sin(x) = cos(x) dx, d cos(x) = -sin(x) dx.
Contribution of_sin(const Pullback& p) {
  return of_library(cos(wide(p.x)), std::cos(p.x), p.capabilities.ulps.cos, p);
}
Contribution of_cos(const Pullback& p) {
  return of_library(-sin(wide(p.x)), -std::sin(p.x), p.capabilities.ulps.sin, p);
}

}  // namespace cradle
