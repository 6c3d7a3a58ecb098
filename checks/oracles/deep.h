// Who judges the judges? MPFR, on a sample: the reference of GLOBAL and the difference quotients
// against gradients to hundreds of digits, and the engine against those.

#pragma once

#include "checks/oracles/global.h"
#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// How far the harness's own numbers are from MPFR's: the worst of a program's inputs.
struct Deviation {
  bool decided = false;
  std::string reason;         // when it is not; inputs that MPFR does not resolve are passed over
  double of_reference = 0;    // |float128's gradient - MPFR's|, in radii of GLOBAL
  NodeId reference_node = 0;  // where
  double of_difference = 0;   // |a difference quotient - MPFR's|, in the error it states
  NodeId difference_node = 0;
};

/// A reference that is off by more than this part of the radius could change a verdict.
inline constexpr double kDeviationMax = 0.01;

/// Returns how far `reference`, and the difference quotients about it, are from MPFR.
/// Requires  `reference` is global_reference(program, capabilities), or bent to see it refused.
Deviation deviation_of(const Program& program, const GlobalReference& reference,
                       const Capabilities& capabilities);

/// Disagrees when the harness's reference is off by more than a hundredth of its radius, or a
/// difference quotient by more than it states (the harness is wrong then, and the message says so),
/// or when an input's gradient is further from MPFR's than the radius.
///
/// Slow: milliseconds a program of 16 nodes. Of the inputs, 64 at most, evenly spread.
///
/// Requires  well_formed(program).
Judgement judge_deep(const Program& program, const Trace& trace, const Capabilities& capabilities);

/// The same about a reference that is given.
Judgement judge_deep_by(const GlobalReference& reference, const Program& program,
                        const Trace& trace, const Capabilities& capabilities);

}  // namespace cradle
