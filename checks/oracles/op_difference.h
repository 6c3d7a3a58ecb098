// The central difference of one op, in 113 bits: what stands in the place of its derivative rule;
// and in 106 bits, as a filter before it.

#pragma once

#include <cstdint>

#include "checks/oracles/double_double.h"
#include "checks/oracles/float128.h"
#include "checks/program/program.h"

namespace cradle {

template <typename Real>
struct Slope {
  bool defined = false;
  Real slope = 0;
  RadiusOf<Real> error = 0;  // of the slope: truncation and rounding
  // How far the slope may be from the derivative, where that is more than float128's difference
  // would be: a filter then narrows what it accepts by as much.
  double doubt = 0;
};
using OpDifference = Slope<Float128>;

/// Returns the difference quotient of an op in the operand of `slot`, at its operands x and y.
///
/// Errors    not `defined` at a singularity, or beyond numbers whose neighbours float128 can tell.
/// Requires  an op with one or two operands that is no ramp (relu, leaky_relu, abs); for pow, `y`
///           is the exponent.
OpDifference op_difference(Op op, std::uint32_t slot, double x, double y);

/// Returns (f(x + h) - f(x - h)) / 2h of a function that is one line: its slope, for any h. Its
/// factor is `y`. Requires y and x finite.
OpDifference line_difference(double x, double y);

/// The same in double-double: of lines by any two points, of div, pow, powv, exp, log and sqrt by
/// steps of its own.
/// Errors  not `defined` for another op, and for operands or values that are not plain.
Slope<DoubleDouble> quick_op_difference(Op op, std::uint32_t slot, double x, double y);
Slope<DoubleDouble> quick_line_difference(double x, double y);

}  // namespace cradle
