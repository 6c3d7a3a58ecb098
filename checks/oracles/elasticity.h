// How much more than in proportion a radius grows when those that it is made of do.
//
// Most bounds are linear in the operands' radii: what these are off by, relatively, is what the
// bound is off by. A product of two uncertain numbers, a quotient by one, the exponential of one
// are convex: where their operand is known to r, relatively or, for functions of an exponent, as it
// is, the bound is off by 1 + O(r) times as much. The excess over 1 is what these functions bound.
// A filter adds them up over a program: along any path radii are off by no more than e^sum times
// what one rounding's are.

#pragma once

#include <algorithm>
#include <cmath>

#include "checks/oracles/ball.h"
#include "checks/program/program.h"

namespace cradle {

/// A filter whose excess is above this decides nothing: e^(1/2) < 2 (see kTrusted).
inline constexpr double kExcessMax = 0.5;

/// Returns e / |X|; infinite where the centre is 0 and the radius is not.
template <typename Real>
double uncertainty(const Ball<Real>& x) {
  return x.radius == 0 ? 0 : x.radius / x.size();
}

/// Of a product: R d / (|F| R + |G| d + R d) is no more than the smaller uncertainty.
template <typename Real>
double excess_of_product(const Ball<Real>& x, const Ball<Real>& y) {
  return std::min(uncertainty(x), uncertainty(y));
}

/// Of an op's value and of its partial derivatives, in the radii of its operands, given u.
/// Requires  an op with one or two operands; `b` is ignored where there is one.
template <typename Real>
double excess_of_op(const Instruction& line, const Ball<Real>& a, const Ball<Real>& b, double u);

/// Of a contribution through operand `slot`: a partial derivative, whose own excess is that of the
/// op, times the gradient. `out` is the ball of the op's value.
template <typename Real>
double excess_of_contribution(const Instruction& line, unsigned slot, const Ball<Real>& a,
                              const Ball<Real>& b, const Ball<Real>& out,
                              const Ball<Real>& gradient);

}  // namespace cradle
