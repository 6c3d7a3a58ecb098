// The central difference of one op, in 113 bits: what stands in the place of its derivative rule.

#pragma once

#include <cstdint>

#include "checks/oracles/float128.h"
#include "checks/program/program.h"

namespace cradle {

struct OpDifference {
  bool defined = false;
  Float128 slope = 0;
  Float128 error = 0;  // of the slope: truncation and rounding
};

/// Returns the difference quotient of an op in the operand of `slot`, at its operands x and y.
///
/// Errors    not `defined` at a singularity, or beyond numbers whose neighbours float128 can tell.
/// Requires  an op with one or two operands that is no ramp (relu, leaky_relu, abs); for pow, `y`
///           is the exponent.
OpDifference op_difference(Op op, std::uint32_t slot, double x, double y);

/// Returns (f(x + h) - f(x - h)) / 2h of a function that is one line: its slope, for any h. Its
/// factor is `y`. Requires y and x finite.
OpDifference line_difference(double x, double y);

}  // namespace cradle
