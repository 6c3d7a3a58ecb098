// Does an engine's own network compute what its lowered program means?

#pragma once

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/lower.h"
#include "checks/program/trace.h"

namespace cradle {

/// Judges the outputs, and the gradient of every weight, bias and input, of an engine's own
/// network.
///
/// Shape     `network_trace` fits lowered.program; its interior may be unreadable. `lowered_trace`
///           is the same engine's trace of the lowered program itself, or null.
/// Ensures   Where the engine sums neurons in the documented order and `lowered_trace` is given,
///           the two agree bit for bit on finite data.
Judgement judge_network(const Lowered& lowered, const Trace& network_trace,
                        const Trace* lowered_trace, const Capabilities& capabilities);

}  // namespace cradle
