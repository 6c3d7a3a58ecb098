// Every way of multiplying a few factors, rounded after each step.

#pragma once

#include <initializer_list>

#include "checks/oracles/arithmetic.h"
#include "checks/oracles/contributions.h"

namespace cradle {

struct Factor {
  double value = 1;
  bool divides = false;  // it stands below the line
};

/// Returns the factor 1 / `value`, by a division and never as a reciprocal.
inline Factor over(double value) { return {value, true}; }

/// Admits what each order of these factors gives: every association, divisors multiplied together
/// or divided by one after the other. A product that comes last may be fused with the sum, and is
/// then not rounded; a float engine may do any step in double.
///
/// Requires  2 to 4 factors, one of them at least above the line.
void admit_orders(Contribution& c, std::initializer_list<Factor> factors, const Arithmetic& round);

/// Calls `admit` with `step`, a step on the way to a factor, as the engine may have it: rounded; or
/// in double, where its numbers are floats.
template <typename Admit>
void for_each_rounding(double step, const Arithmetic& round, Admit admit) {
  const double rounded = round(step);
  admit(rounded);
  if (round.is_single() && rounded != step) admit(step);
}

}  // namespace cradle
