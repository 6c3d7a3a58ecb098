// How far a correct engine's numbers may be from the true ones: one rule an op, forward and
// backward.
//
// Notation: an operand's true value A, the engine's within e_a of it; a true gradient G, the
// engine's within R of it; u and eta of the engine's arithmetic, B the ulps of its library. Every
// bound is computed in doubles and enlarged by 1e-12, which covers its own rounding and float128's
// 2^-113.

#pragma once

#include <cmath>
#include <string>

#include "checks/oracles/float128.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// A true number, and how far the engine's may be from it.
struct Ball {
  Float128 centre = 0;
  double radius = 0;

  /// Returns |centre| as a double, or a little more where doubles are subnormal.
  double size() const {
    const double near = std::fabs(static_cast<double>(centre));
    return near < 0x1p-1000 && centre != 0 ? near + 0x1p-1074 : near;
  }
};

/// What cannot be decided, and why; nothing when all is.
using Undecided = const char*;

/// Above this a product of intermediate results might overflow in some form of a rule.
inline constexpr double kNearOverflow = 1e300;

/// Rounds a bound up: by 1e-12, and by eta unless it is zero.
inline double enlarge(double bound) { return bound == 0 ? 0 : bound * (1 + 1e-12) + 0x1p-1074; }

/// Sets the radius of the result of an op with one or two operands, whose centre is already there.
/// `relu` also needs a side: it is undecided when the operand's ball holds 0 and more.
Undecided forward_radius(const Instruction& line, const Ball& a, const Ball& b,
                         const Capabilities& capabilities, Ball& result);

/// Decides the side of a ramp: sets `slope`.
Undecided decide_slope(const Ball& argument, const Capabilities& capabilities, double& slope);

/// Returns the ball of f g, for a factor f on the way of a gradient g: a product, rounded once.
Ball product(const Ball& factor, const Ball& gradient);

/// Sets the contribution of a pow with result `power`, and of a log, to its operand.
Undecided pull_back_pow(double exponent, const Ball& x, const Ball& power, const Ball& gradient,
                        const Capabilities& capabilities, Ball& contribution);
Undecided pull_back_log(const Ball& x, const Ball& gradient, Ball& contribution);

}  // namespace cradle
