// The reference engine's calculus: of each op the value, and what its result passes on.

#pragma once

#include <cstddef>
#include <cstdint>

namespace cradle::tape {

inline constexpr double kLeakySlope = 0.01;

/// How many operands an op has; not for a neuron.
std::size_t arity(std::uint32_t op);

/// The value of an op, given those of its operands; `y` is x's where there is one. Not for a
/// neuron.
double value(std::uint32_t op, double x, double y, double exponent);

struct Contributions {
  double to_x;
  double to_y;
};

/// What is added to the operands' gradients, given the result's data and gradient. Not for a
/// neuron.
Contributions contributions(std::uint32_t op, double x, double y, double exponent, double out,
                            double g);

}  // namespace cradle::tape
