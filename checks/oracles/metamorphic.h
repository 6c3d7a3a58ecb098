// Do equal programs agree? A program and its relatives (relations.h), run one after the other.
//
// This sees no wrong derivative rule, as the rule is the same in all of them. It sees what depends
// on state that outlives a run, on addresses, on numbering, on nodes that do not matter.

#pragma once

#include <span>
#include <vector>

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Returns the programs to run beside `program`; empty when it is not pure.
///
/// The same ones each time: they follow from the program's own bits.
///
/// Requires  well_formed(program).
std::vector<Program> related_programs(const Program& program, const Capabilities& capabilities);

/// Judges the traces of a program and of its related programs against each other.
///
/// An engine of a fixed order gives the same bits (the same to the power of two, and where nothing
/// is near the end of its range, under scaling). Elsewhere, and for a node that is made twice
/// everywhere, inputs' gradients differ by no more than the sum of both radii of GLOBAL. A leaf on
/// which nothing depends has gradient 0, exactly. The sign of a zero is not judged.
///
/// Errors    inconclusive when nothing could be compared: the program is not pure, or undecided for
///           GLOBAL where that is needed.
/// Requires  `related` is related_programs(program, capabilities), traces in its order.
Judgement judge_metamorphic(const Program& program, const Trace& trace,
                            std::span<const Program> related, std::span<const Trace> related_traces,
                            const Capabilities& capabilities);

}  // namespace cradle
