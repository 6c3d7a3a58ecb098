// What to say of an engine that did not come back.

#pragma once

#include "checks/oracles/verdict.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Judges a session that died: by a signal, a call of exit, a limit on time or memory, or with a
/// trace that cannot be one of `program`. Agrees when it lived and its trace fits.
///
/// The kind is memory, or cost for a session that ran out of time; for a program of size the caller
/// may know better and say depth. A session that could not be opened is inconclusive.
Judgement judge_death(const Program& program, const Trace& trace);

}  // namespace cradle
