// Does an engine give back what it took?
//
// Where reference counts and live nodes can be read, lifetime knows it exactly. Any other engine is
// asked to do the same session over and over: what its process has allocated and not freed must
// stop growing. Pools, arenas and tables grow for a while and then no more, so that only growth
// with every session, in each of three stretches that double, is a leak.

#pragma once

#include <span>
#include <vector>

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Returns the programs whose sessions are repeated: each op alone, equal operands, a chain, two
/// consumers. All are pure.
std::vector<Program> leak_programs(const Capabilities& capabilities);

/// Returns the sessions that are run, in this order, after `program` itself: the same program
/// without its backward, where the engine has a release that can stand in its place; then the
/// program again.
std::vector<Program> repeated_sessions(const Program& program, const Capabilities& capabilities);

/// Judges what the sessions left behind: kind leak, and whether it takes a backward.
///
/// Requires  `traces` are those of the program and of repeated_sessions, of one process, in order.
/// Errors    inconclusive when the process died on the way.
Judgement judge_leaks(const Program& program, std::span<const Trace> traces,
                      const Capabilities& capabilities);

}  // namespace cradle
