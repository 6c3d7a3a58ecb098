// Ramps as lines: the slope of the side on which a number lies.

#pragma once

#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// True for relu, leaky_relu, abs, and a neuron that is not linear.
inline bool has_sides(const Instruction& line) {
  return line.op == Op::relu || line.op == Op::leaky_relu || line.op == Op::abs ||
         (line.op == Op::neuron && !line.linear);
}

/// Returns the slope of a ramp where its argument has the sign of `x`: at an exact kink the
/// declared convention. Requires has_sides(line); x is a number.
template <typename Scalar>
double side_slope(const Instruction& line, const Scalar& x, const Capabilities& capabilities) {
  if (x > 0) return 1;
  switch (line.op) {
    case Op::abs:
      return x < 0 ? -1 : capabilities.abs_at_zero;
    case Op::leaky_relu:
      return x < 0 ? capabilities.leaky_slope : capabilities.leaky_at_zero;
    default:
      return x < 0 ? capabilities.relu_slope : capabilities.relu_at_zero;
  }
}

}  // namespace cradle
