// The reference engine's calculus: of each op the value, and what its result passes on. IEEE 754
// decides what is not said: NaN and infinity pass through.
//
// The scalar is double or float. Inline, so that a compiler that may contract sees a product and
// the sum that it goes into together.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "checks/engines/engine.h"

namespace cradle::tape {

inline constexpr double kLeakySlope = 0.01;

/// How many operands an op has; not for a neuron.
constexpr std::size_t arity(std::uint32_t op) {
  switch (op) {
    case CRADLE_OP_INPUT:
      return 0;
    case CRADLE_OP_ADD:
    case CRADLE_OP_SUB:
    case CRADLE_OP_MUL:
    case CRADLE_OP_DIV:
    case CRADLE_OP_POWV:
      return 2;
    default:
      return 1;
  }
}

/// The value of an op, given those of its operands; `y` is x's where there is one. Not for a
/// neuron.
template <typename Scalar>
Scalar value(std::uint32_t op, Scalar x, Scalar y, Scalar exponent) {
  switch (op) {
    case CRADLE_OP_ADD:
      return x + y;
    case CRADLE_OP_SUB:
      return x - y;
    case CRADLE_OP_MUL:
      return x * y;
    case CRADLE_OP_DIV:
      return x / y;
    case CRADLE_OP_NEG:
      return -x;
    case CRADLE_OP_POW:
      return std::pow(x, exponent);
    case CRADLE_OP_POWV:
      return std::pow(x, y);
    case CRADLE_OP_EXP:
      return std::exp(x);
    case CRADLE_OP_LOG:
      return std::log(x);
    case CRADLE_OP_RELU:
      return x < 0 ? 0 : x;
    case CRADLE_OP_LEAKY_RELU:
      return x < 0 ? Scalar(kLeakySlope) * x : x;
    case CRADLE_OP_TANH:
      return std::tanh(x);
    case CRADLE_OP_SIGMOID:
      return 1 / (1 + std::exp(-x));
    case CRADLE_OP_SIN:
      return std::sin(x);
    case CRADLE_OP_COS:
      return std::cos(x);
    case CRADLE_OP_SQRT:
      return std::sqrt(x);
    case CRADLE_OP_ABS:
      return std::fabs(x);
    default:
      return x;
  }
}

template <typename Scalar>
struct Contributions {
  Scalar to_x = 0;
  Scalar to_y = 0;
};

/// What is added to the operands' gradients, given the result's data and gradient. Not for a
/// neuron.
template <typename Scalar>
Contributions<Scalar> contributions(std::uint32_t op, Scalar x, Scalar y, Scalar exponent,
                                    Scalar out, Scalar g) {
  switch (op) {
    case CRADLE_OP_ADD:
      return {g, g};
    case CRADLE_OP_SUB:
      return {g, -g};
    case CRADLE_OP_MUL:
      return {y * g, x * g};
    case CRADLE_OP_DIV:
      return {g / y, -g * out / y};
    case CRADLE_OP_NEG:
      return {-g, 0};
    case CRADLE_OP_POW:  // at exponent 0 the slope is 0, at 1 it is 1, wherever x is
      if (exponent == 0) return {0, 0};
      if (exponent == 1) return {g, 0};
      return {exponent * std::pow(x, exponent - 1) * g, 0};
    case CRADLE_OP_POWV:
      return {y == 0 ? 0 : y * std::pow(x, y - 1) * g, out * std::log(x) * g};
    case CRADLE_OP_EXP:
      return {out * g, 0};
    case CRADLE_OP_LOG:
      return {g / x, 0};
    case CRADLE_OP_RELU:
      return {x > 0 ? g : 0, 0};
    case CRADLE_OP_LEAKY_RELU:
      return {x > 0 ? g : Scalar(kLeakySlope) * g, 0};
    case CRADLE_OP_TANH:
      return {(1 - out * out) * g, 0};
    case CRADLE_OP_SIGMOID:
      return {out * (1 - out) * g, 0};
    case CRADLE_OP_SIN:
      return {std::cos(x) * g, 0};
    case CRADLE_OP_COS:
      return {-std::sin(x) * g, 0};
    case CRADLE_OP_SQRT:
      return {g / (2 * out), 0};
    case CRADLE_OP_ABS:
      return {x > 0 ? g : x < 0 ? -g : 0, 0};
    default:
      return {0, 0};
  }
}

}  // namespace cradle::tape
