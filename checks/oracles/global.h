// Are the gradients of the inputs those of the function?
//
// A reference of more bits than the engine's, and a running bound on how far a correct engine may
// be from it. It needs nothing but inputs, so that it judges engines whose interior is hidden, of
// either mode and precision.

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
/// Shape  one entry a node in each; nodes that do not reach the root have gradient 0 and radius 0,
///        and so have, in forward mode, all nodes but inputs.
struct GlobalReference {
  std::vector<Float128> value;
  std::vector<Float128> gradient;
  std::vector<double> value_radius;
  std::vector<double> gradient_radius;
  bool decided = true;  // false: a correct engine might take either side of a kink, or overflow
  std::string reason;   // which node, and why, when it is not decided
};

/// Returns the reference of a backward from the last node, in float128.
/// Requires  well_formed(program), at least one node.
GlobalReference global_reference(const Program& program, const Capabilities& capabilities);

/// How far a correct engine's gradients may be from the true ones, by the long doubles.
struct QuickRadii {
  bool decided = false;
  /// Of the gradients, within a 128th of the reference's, but for the exception that kTrusted
  /// names. Shape: one a node; none where it is not decided.
  std::vector<double> radius;
  /// Where it is not decided: the reason of float128's reference, if it is certain that this does
  /// not decide it either; else empty.
  std::string reason;
};
QuickRadii quick_radii(const Program& program, const Capabilities& capabilities);

/// Judges the gradients of the inputs of a pure program: with long doubles first, and with float128
/// whatever those do not accept.
Judgement judge_global(const Program& program, const Trace& trace,
                       const Capabilities& capabilities);

/// The same with float128 alone, which gives the same verdict and takes longer.
Judgement judge_global_by_float128(const Program& program, const Trace& trace,
                                   const Capabilities& capabilities);

/// True when the long doubles accept every gradient: then float128 does.
bool accepted_by_long_double(const Program& program, const Trace& trace,
                             const Capabilities& capabilities);

}  // namespace cradle
