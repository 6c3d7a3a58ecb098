// What a library function with a bounded error may return.

#pragma once

#include <limits>

#include "checks/oracles/arithmetic.h"
#include "checks/oracles/float128.h"
#include "checks/program/program.h"

namespace cradle {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The least and the greatest number, either of which may be infinite.
struct Range {
  double lower = 0;
  double upper = 0;

  /// NaN is in no range.
  bool holds(double x) const { return lower <= x && x <= upper; }
};

/// Returns what may be returned for a true value `truth` by a function whose error is at most
/// `ulps` units in the last place of the engine's numbers, or half of one where that is less.
///
/// The unit is that of the number next to `truth`, which at a power of two is the larger one:
/// libraries state their errors in either.
Range within_ulps(const Float128& truth, double ulps, const Arithmetic& arithmetic);
/// The same in binary64.
Range within_ulps(const Float128& truth, double ulps);

/// Returns a bound on the error of this host's exp, log, pow, sin, cos, tanh and sqrt in double, in
/// units in the last place; infinity for what is not known.
/// Source  glibc manual, "Known Maximum Errors in Math Functions": 1 ulp for the first five since
///         2.28, and measured against float128 on 1e7 arguments: exp 0.507, log 0.517, pow 0.506;
///         2 for tanh beside the correctly rounded value.
double host_ulps(Op op);

}  // namespace cradle
