// A program as a smooth function: every ramp keeps the side it has at the centre.

#pragma once

#include <cstdint>
#include <vector>

#include "checks/oracles/float128.h"
#include "checks/oracles/global.h"
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
  bool defined = false;  // false: an argument came too near a singularity
  double shrink = 1;     // by how much the step should shrink then
  Float128 slope = 0;
  Float128 error = 0;  // of the difference itself
};

class FrozenFunction {
 public:
  /// Requires  reference.decided; the arguments outlive this.
  FrozenFunction(const Program& program, const GlobalReference& reference,
                 const Capabilities& capabilities);

  bool reaches(NodeId node) const { return reached_[node] != 0; }

  /// Returns the difference quotient of the last node along scale * direction, divided by scale.
  Difference along(const Direction& direction, const Float128& scale);

 private:
  void find_dependents(const Direction& direction);
  Float128 moved_to(const Direction& direction, const Float128& scale);
  Float128 value_of_node(NodeId node) const;
  long double noise_of_node(NodeId node) const;
  long double size(NodeId node) const;
  double room(NodeId node) const;

  const Program& program_;
  const GlobalReference& reference_;
  std::vector<std::uint8_t> reached_;
  std::vector<double> slopes_;      // of ramps, at the centre
  std::vector<Float128> moved_;     // values; the centre's where nothing depends on the direction
  std::vector<long double> noise_;  // what rounding in 113 bits may have made of each
  std::vector<NodeId> dependents_;  // in order
  std::vector<std::uint8_t> depends_;
  double shrink_ = 1;          // of these evaluations: 1 when nothing moved too far
  long double noise_max_ = 0;  // of the last node, in these evaluations
};

}  // namespace cradle
