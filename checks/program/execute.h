// The meaning of a program: its values, over any scalar type.
//
// One switch, no derivative rule. The scalar decides the precision: double, boost's float128, QD's
// double-double, MPFR. Every library call is found by argument-dependent lookup, and the overloads
// for double are named here before the template, because lookup at instantiation does not see
// <cmath>.

#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "checks/program/program.h"

namespace cradle {

/// What programs leave to the engine: the slopes of the ramps below zero.
struct Ramps {
  double relu_slope = 0;
  double leaky_slope = 0.01;
};

/// Returns relu as the language defines it: NaN and -0 stay.
template <typename Scalar>
Scalar ramp(const Scalar& x, double slope) {
  if (!(x < 0)) return x;
  return slope == 0 ? Scalar(0) : Scalar(slope) * x;
}

/// Returns the value of one instruction other than `input` and `neuron`.
/// Shape  `x` and `y` are the values of its operands; `y` is ignored where there is one.
template <typename Scalar>
Scalar value_of(const Instruction& instruction, const Scalar& x, const Scalar& y,
                const Ramps& ramps = {}) {
  using std::cos, std::exp, std::fabs, std::log, std::pow, std::sin, std::sqrt, std::tanh;
  switch (instruction.op) {
    case Op::add:
      return x + y;
    case Op::sub:
      return x - y;
    case Op::mul:
      return x * y;
    case Op::div:
      return x / y;
    case Op::neg:
      return -x;
    case Op::pow:
      return pow(x, Scalar(instruction.immediate));
    case Op::powv:
      return pow(x, y);
    case Op::exp:
      return exp(x);
    case Op::log:
      return log(x);
    case Op::relu:
      return ramp(x, ramps.relu_slope);
    case Op::leaky_relu:
      return ramp(x, ramps.leaky_slope);
    case Op::tanh:
      return tanh(x);
    case Op::sigmoid:
      return Scalar(1) / (Scalar(1) + exp(-x));
    case Op::sin:
      return sin(x);
    case Op::cos:
      return cos(x);
    case Op::sqrt:
      return sqrt(x);
    case Op::abs:
      return fabs(x);
    case Op::input:
    case Op::neuron:
      break;
  }
  assert(false);
  return x;
}

/// Returns b + w0 x0 + w1 x1 + ..., summed in that order, before any relu.
template <typename Scalar>
Scalar weighted_sum(const Instruction& neuron, std::span<const Scalar> values) {
  Scalar sum = values[neuron.operands[2]];
  for (NodeId k = 0; k < neuron.count; ++k) {
    sum += values[neuron.operands[1] + k] * values[neuron.operands[0] + k];
  }
  return sum;
}

/// Returns the value of node `node`, given those of all nodes before it.
template <typename Scalar>
Scalar value_at(const Program& program, NodeId node, std::span<const Scalar> values,
                const Ramps& ramps = {}) {
  const Instruction& instruction = program.code[node];
  if (instruction.op == Op::input) return Scalar(instruction.immediate);
  if (instruction.op == Op::neuron) {
    const Scalar sum = weighted_sum<Scalar>(instruction, values);
    return instruction.linear ? sum : ramp(sum, ramps.relu_slope);
  }
  const NodeId second = info(instruction.op).arity > 1 ? instruction.operands[1] : 0;
  return value_of<Scalar>(instruction, values[instruction.operands[0]], values[second], ramps);
}

/// Executes a program and returns the value of every node. Actions have no part in it.
///
/// Shape     one entry a node.
/// Requires  well_formed(program).
/// Ensures   for double, the same bits each time on the same machine and libm.
template <typename Scalar>
std::vector<Scalar> execute(const Program& program, const Ramps& ramps = {}) {
  std::vector<Scalar> values;
  values.reserve(program.code.size());
  for (NodeId node = 0; node < program.code.size(); ++node) {
    values.push_back(value_at<Scalar>(program, node, values, ramps));
  }
  return values;
}

}  // namespace cradle
