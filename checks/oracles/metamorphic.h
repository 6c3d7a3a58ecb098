// Do equal programs agree?
//
// Relations between a program and others that must give the same numbers. They see no wrong rule of
// exp, log or relu: they complement a reference and never replace one.

#pragma once

#include <span>
#include <vector>

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Returns the programs that a pure program is compared with: so far, itself once more.
std::vector<Program> related_programs(const Program& program, const Capabilities& capabilities);

/// Judges a pure program by the traces of its relatives, run in the same process.
///
/// The same program twice must give the same bits.
/// Requires  `related` as related_programs gave them, one trace each.
Judgement judge_metamorphic(const Program& program, const Trace& trace,
                            std::span<const Program> related, std::span<const Trace> related_traces,
                            const Capabilities& capabilities);

}  // namespace cradle
