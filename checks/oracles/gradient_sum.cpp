// The inequality of LOCAL, in float128.
//
// Let the engine's contributions be c_1 .. c_k, each in its hull [l_j, h_j], and g their sum,
// rounded k - 1 times in some order. All additions but the last have a partial sum of at most k - 1
// terms, and cost together at most gamma_(k-2) sum |c_j|; the last one gave g itself, so it cost at
// most half an ulp of g:
//
//   sum l_j - r <= g <= sum h_j + r
//   r = gamma_(k-2) sum max(|l_j|, |h_j|) + u ufp(g) + (k - 1) eta / 2      (k >= 2)
//
// and r = 0 for k = 1. Adding 0 rounds nothing, so that zeros do not count. Additions do not
// underflow, but with fused multiply-add a product enters unrounded, which its hull allows for, and
// its tail below eta is lost in the sum. Where terms cancel, ufp(g) is far smaller than any bound
// from sum |c_j|.

#include "checks/oracles/gradient_sum.h"

#include <algorithm>
#include <cmath>

#include "checks/oracles/verdict.h"

namespace cradle {
void GradientSum::add(const Contribution& contribution) {
  decided_ = decided_ && contribution.decided;
  exact_ += contribution.exact;
  classes_ = sum_of(classes_, contribution.classes);
  if ((contribution.classes & kFinite) == 0 || contribution.is_zero()) return;
  lower_ += contribution.lower;
  upper_ += contribution.upper;
  magnitude_ += std::max(fabs(contribution.lower), fabs(contribution.upper));
  ++terms_;
}

void GradientSum::add(double exact) {
  Contribution term;
  term.exact = exact;
  term.admit(exact);
  add(term);
}

Float128 GradientSum::rounding_error(double last) const {
  // float128's own sum of k terms is right to k 2^-112.
  const Float128 own = magnitude_ * ((terms_ + 1) * 0x1p-110);
  if (terms_ < 2) return own;
  const Rounding rounding = round_.rounding();
  return magnitude_ * gamma(terms_ - 2, rounding) +
         Float128(rounding.u) * unit_in_first_place(last) +
         Float128(rounding.eta) * ((terms_ - 1) / 2) + own;
}

// When the finite parts may overflow on the way, the order decides which infinity comes out of
// them, and beside a term that is infinite of itself it may then be NaN.
ClassSet GradientSum::classes() const {
  const bool overflows =
      terms_ > 1 && magnitude_ * (1 + gamma(terms_, round_.rounding())) >= round_.max();
  if (!overflows) return classes_;
  return classes_ | ((classes_ & kFinite) != 0 ? kNonFinite : kNan);
}

bool GradientSum::stays_within(double bound) const {
  return classes_ == kFinite && magnitude_ * (1 + gamma(terms_ + 1, round_.rounding())) < bound;
}

bool GradientSum::accepts(double gradient) const {
  if ((classes() & class_of(gradient)) == 0) return false;
  if (!std::isfinite(gradient)) return true;
  const Float128 r = rounding_error(gradient);
  return lower_ - r <= gradient && gradient <= upper_ + r;
}

double GradientSum::share(double gradient) const {
  if (!std::isfinite(gradient)) return 0;
  const Float128 r = rounding_error(gradient);
  const Float128 room =
      gradient > exact_ ? Float128(upper_ + r - exact_) : Float128(exact_ - lower_ + r);
  return share_of(static_cast<double>(gradient - exact_), static_cast<double>(room));
}

Range GradientSum::enclosure() const {
  const double near = std::min(static_cast<double>(fabs(exact_)), round_.max());
  const Float128 r = rounding_error(near);
  Range range = {round_.up(lower_ - r), round_.down(upper_ + r)};
  // Beside a power of two half an ulp is less on one side than on the other.
  if (!accepts(range.lower)) range.lower = round_.next(range.lower, range.upper);
  if (!accepts(range.upper)) range.upper = round_.next(range.upper, range.lower);
  return range;
}

}  // namespace cradle
