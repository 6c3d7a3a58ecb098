// How far a correct engine's numbers may be from the true ones: one rule an op, forward and
// backward.
//
// Notation: an operand's true value A, the engine's within e_a of it; a true gradient G, the
// engine's within R of it; r = e / |A|; u and eta of the engine's arithmetic, B the ulps of its
// library (an ulp is 2 u times the leading power of two, ufp). Every bound is the union of the
// legal forms of its rule, or that of one where the engine's is known. Intermediate roundings cost
// u relatively, since factors may be multiplied in any order; the last one costs u ufp.

#pragma once

#include "checks/oracles/ball.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// An engine as the radii of its results need it.
struct Model {
  const Capabilities& capabilities;
  RadiusArithmetic arithmetic;
};

/// Computes the value of an op with one or two operands: the centre, and the radius within which a
/// correct engine's is. `a` and `b` are the same object when both operands are the same node, or
/// when there is one.
///
/// A ramp is undecided when its operand's ball holds 0 and more; log, pow, powv, div and sqrt when
/// it comes near 0.
template <typename Real>
Undecided forward(const Model& model, const Instruction& line, const Ball<Real>& a,
                  const Ball<Real>& b, Ball<Real>& result);

/// Computes what a gradient, or in forward mode a tangent, contributes through operand `slot`: the
/// partial derivative times `gradient`. `out` is the ball of the op's value.
/// Requires  an op other than input and neuron, whose value is decided.
template <typename Real>
Undecided contribute(const Model& model, const Instruction& line, unsigned slot,
                     const Ball<Real>& a, const Ball<Real>& b, const Ball<Real>& out,
                     const Ball<Real>& gradient, Ball<Real>& contribution);

/// Decides the side of a ramp (relu, leaky_relu, abs, neuron): sets `slope`, of its derivative.
template <typename Real>
Undecided decide_slope(const Model& model, Op op, const Ball<Real>& argument, double& slope);

/// Returns x times the slope of a ramp: the slope as the engine's arithmetic has it.
template <typename Real>
Ball<Real> sloped(const Model& model, double slope, const Ball<Real>& x);

}  // namespace cradle
