// What a library function with a bounded error may return.

#pragma once

#include "checks/oracles/float128.h"
#include "checks/program/program.h"

namespace cradle {

/// The least and the greatest double, either of which may be infinite.
struct Range {
  double lower = 0;
  double upper = 0;

  /// NaN is in no range.
  bool holds(double x) const { return lower <= x && x <= upper; }
};

/// Returns what may be returned for a true value `truth` by a function whose error is at most
/// `ulps` units in the last place, or half of one where that is less.
///
/// The unit is that of the double next to `truth`, which at a power of two is the larger one:
/// libraries state their errors in either.
Range within_ulps(const Float128& truth, double ulps);

/// Returns a bound on the error of this host's exp, log, pow, sin, cos and sqrt, in units in the
/// last place; infinity for what is not known.
/// Source  glibc manual, "Known Maximum Errors in Math Functions": 1 ulp there since 2.28, and
///         measured against float128 on 1e7 arguments: exp 0.507, log 0.517, pow 0.506.
double host_ulps(Op op);

}  // namespace cradle
