// A gradient as a sum of contributions: what a correct engine may make of them.

#pragma once

#include "checks/oracles/contributions.h"
#include "checks/oracles/float128.h"
#include "checks/oracles/libm.h"

namespace cradle {

/// The contributions to one node, in any order.
class GradientSum {
 public:
  explicit GradientSum(unsigned precision_bits = 53) : round_(precision_bits) {}

  void add(const Contribution& contribution);
  /// Adds a number that is there exactly: the gradient before an accumulating backward.
  void add(double exact);

  /// True when some order of additions, fused or not, of legal contributions may give `gradient`.
  bool accepts(double gradient) const;
  /// Returns how much of the tolerance a gradient takes that was accepted; 0 for one that is not
  /// finite.
  double share(double gradient) const;
  /// Returns the finite gradients that may be accepted.
  Range enclosure() const;
  /// Returns the sum of the exact contributions.
  const Float128& exact() const { return exact_; }
  /// Returns the classes that the sum may have.
  ClassSet classes() const;
  bool decided() const { return decided_; }
  /// True when no partial sum, in any order, gets as far from 0 as `bound`.
  bool stays_within(double bound) const;

 private:
  // What k - 1 additions may cost, when the last of them gave a result as large as `last`.
  Float128 rounding_error(double last) const;

  Arithmetic round_;
  Float128 exact_ = 0;
  Float128 lower_ = 0;
  Float128 upper_ = 0;
  Float128 magnitude_ = 0;  // sum of the largest |c|
  double terms_ = 0;        // k, zeros not counted
  ClassSet classes_ = kFinite;
  bool decided_ = true;
};

}  // namespace cradle
