// A program as a smooth function: every ramp keeps the side it has at the centre.

#pragma once

#include <cstdint>
#include <vector>

#include "checks/oracles/disc.h"
#include "checks/oracles/double_double.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// One input and how far it goes: a power of two.
struct Move {
  NodeId input = 0;
  double shift = 0;
};
using Direction = std::vector<Move>;

/// A difference quotient along a direction.
struct Difference {
  bool defined = false;  // false: an argument is at a singularity
  Float128 slope = 0;
  Float128 error = 0;  // of the difference itself: no less than its truncation and its rounding
};

/// In Float128; or in DoubleDouble, a filter: at a tenth of the cost, and defined where quick_value
/// has the ops and every ramp's side is certain.
template <typename Real>
class FrozenFunction {
 public:
  /// Freezes a program, in memory that is there already.
  /// Requires  the program is decided at its inputs (global.h); it outlives what is asked of it.
  void freeze(const Program& program, const Capabilities& capabilities);

  /// The same about a centre that is known.
  /// Shape     `centre` has the values of the nodes that reach the last one.
  void freeze(const Program& program, const std::vector<Real>& centre,
              const Capabilities& capabilities);

  /// Gives memory back if there is more of it than a usual program needs.
  void trim();

  bool reaches(NodeId node) const { return reached_[node] != 0; }

  /// Returns the derivative of the last node along a direction, by a difference quotient. When that
  /// is wrong by more than `wanted`, by a second one of a higher order.
  ///
  /// Requires  a direction whose moves are about as large as the inputs themselves.
  Difference along(const Direction& direction, const Float128& wanted);

 private:
  /// The complex disc |t| <= rho in which the function of x + t d is analytic.
  struct Reach {
    long double rho = 0;     // 0: there is none
    long double radius = 0;  // |f(t) - f(0)| there
    long double noise = 0;   // of any f(t) there
  };

  void find_centre(bool unknown, const Capabilities& capabilities);
  void find_side(NodeId node, const Capabilities& capabilities);
  void find_dependents(const Direction& direction);
  Reach reach_of(const Direction& direction);
  long double widen_all(const Direction& direction, long double rho);
  Real difference(const Direction& direction, long double step);
  Real moved_to(const Direction& direction, long double step);
  Real value_of_node(NodeId node) const;
  Difference second_order(const Direction& direction, const Reach& reach);
  Difference fourth_order(const Direction& direction, const Reach& reach);

  const Program* program_ = nullptr;
  bool is_certain_ = true;  // the ramps' sides, and that the values are numbers
  std::vector<std::uint8_t> reached_;
  std::vector<double> slopes_;      // of ramps, at the centre
  std::vector<Real> centre_;        // values
  std::vector<Real> moved_;         // the centre's where nothing depends on the direction
  std::vector<Disc> discs_;         // about the centre's values
  std::vector<long double> still_;  // the noise of what does not move
  std::vector<NodeId> dependents_;  // in order
  std::vector<std::uint8_t> depends_;
};

}  // namespace cradle
