// What if memory runs out? Every allocation of a program fails in turn, and every two of them where
// they are few.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Programs of more nodes, or actions, than this have more allocations than are made to fail.
inline constexpr std::size_t kFaultyNodesMax = 12;
inline constexpr std::size_t kFaultyActionsMax = 8;

/// True when allocations fail in the program as it is.
bool has_faults(const Program& program);

/// Returns the program once for each fault that is injected into it: its first, second, third ...
/// allocation, then every pair of the first few. None when it has faults of its own.
std::vector<Program> failing_programs(const Program& program);

/// Judges a program and what became of it under each fault: an error must come back where an
/// allocation failed, nothing leaks, no count or gradient changed, and all that follows works.
///
/// Shape   `traces` is the program's own, then one for each of `failing_programs(program)`.
/// Errors  inconclusive when the program is wrong, or cannot be judged, without a fault, or when
///         allocations were made
/// beyond the last that was made to fail.
Judgement judge_faults(const Program& program, std::span<const Trace> traces,
                       const Capabilities& capabilities);

/// Returns which of `failing_programs(program)` disagrees, or `program` when none does.
Program first_wrong(const Program& program, std::span<const Trace> traces,
                    const Capabilities& capabilities);

}  // namespace cradle
