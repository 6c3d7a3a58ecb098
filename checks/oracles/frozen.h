// A program as a smooth function: every ramp keeps the side it has at the centre.

#pragma once

#include <cstdint>
#include <vector>

#include "checks/oracles/disc.h"
#include "checks/oracles/float128.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// One input and how far it goes.
struct Move {
  NodeId input = 0;
  Float128 shift = 0;
};
using Direction = std::vector<Move>;

/// A difference quotient along a direction.
struct Difference {
  bool defined = false;  // false: an argument is at a singularity
  Float128 slope = 0;
  Float128 error = 0;  // of the difference itself: no less than its truncation and its rounding
};

class FrozenFunction {
 public:
  /// Shape     `centre` has the values of the nodes that reach the last one.
  /// Requires  the program is decided there (global.h); the arguments outlive this.
  FrozenFunction(const Program& program, const std::vector<Float128>& centre,
                 const Capabilities& capabilities);

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
    long double noise = 0;   // of any f(t) there, in 113 bits
  };

  void find_dependents(const Direction& direction);
  Reach reach_of(const Direction& direction);
  long double widen_all(const Direction& direction, long double rho);
  Float128 difference(const Direction& direction, const Float128& step);
  Float128 moved_to(const Direction& direction, const Float128& step);
  Float128 value_of_node(NodeId node) const;
  Difference second_order(const Direction& direction, const Reach& reach);
  Difference fourth_order(const Direction& direction, const Reach& reach);

  const Program& program_;
  const std::vector<Float128>& centre_;
  std::vector<std::uint8_t> reached_;
  std::vector<double> slopes_;      // of ramps, at the centre
  std::vector<Float128> moved_;     // values; the centre's where nothing depends on the direction
  std::vector<Disc> discs_;         // about the centre's values
  std::vector<NodeId> dependents_;  // in order
  std::vector<std::uint8_t> depends_;
};

}  // namespace cradle
