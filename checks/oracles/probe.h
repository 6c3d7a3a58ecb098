// What an engine does where more than one thing is right: found out once, by small programs, before
// anything is judged.
//
// Which form of a rule it uses, what its ramps' derivatives are at 0, and what a second backward
// does. A form is settled only when it explains every gradient of the session; what is declared is
// kept, and what stays open is judged by the union of what is legal.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Returns the programs whose traces settle what `declared` leaves open: a few hundred nodes an op,
/// in numbers of the engine's precision. The same for the same capabilities; empty when nothing is
/// open.
std::vector<Program> probe_programs(const Capabilities& declared);

/// Returns `declared` with all that the traces settle.
///
/// A form is settled when LOCAL accepts every gradient under it, and under no other one that is as
/// narrow. Where the gradients of one form all lie within another's (those from an output within
/// those from a library's recomputed value), the narrower one that explains everything is taken.
/// Traces of sessions that died, or that cannot be read, settle nothing.
///
/// Requires  programs == probe_programs(declared), and one trace for each.
Capabilities settled_by(const Capabilities& declared, std::span<const Program> programs,
                        std::span<const Trace> traces);

/// One thing that was found out, for people: {"exp_form", "from_output"}.
struct Policy {
  std::string name;
  std::string value;
};

/// Returns what `declared` left open for the ops it has, and what was found: "unknown" where
/// nothing was.
std::vector<Policy> policies(const Capabilities& declared, const Capabilities& settled);

}  // namespace cradle
