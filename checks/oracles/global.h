// Are the gradients of the inputs those of the function?
//
// A reference in float128, and a running bound on how far a correct engine in doubles may be from
// it. It needs nothing but inputs, so that it judges engines whose interior is hidden.

#pragma once

#include <string>
#include <vector>

#include "checks/oracles/float128.h"
#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// What the nodes of a program should be, and the radius within which any correct engine stays.
///
/// Shape  one entry a node in each; nodes that do not reach the root have gradient 0 and radius 0.
struct GlobalReference {
  std::vector<Float128> value;
  std::vector<Float128> gradient;
  std::vector<double> value_radius;
  std::vector<double> gradient_radius;
  bool decided = true;  // false: a correct engine might take either side of a kink, or overflow
  std::string reason;   // which node, and why, when it is not decided
};

/// Returns the reference of a backward from the last node.
/// Requires  well_formed(program).
GlobalReference global_reference(const Program& program, const Capabilities& capabilities);

/// Judges the gradients of the inputs of a pure program.
Judgement judge_global(const Program& program, const Trace& trace,
                       const Capabilities& capabilities);

}  // namespace cradle
