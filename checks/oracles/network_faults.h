// What if memory runs out while a network is built, run, or differentiated?

#pragma once

#include <cstdint>

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/lower.h"
#include "checks/program/trace.h"

namespace cradle {

/// Returns the lowered network with its `number`-th allocation failing, for `run_network`.
Lowered with_fault(const Lowered& lowered, std::uint32_t number);

/// Judges the trace of a network in which allocations may have failed: a network, an input, a part
/// of the loss, or the backward is missing only where a fault, or what is NULL, explains it; a
/// network that could not be made leaves nothing alive and no count changed; a backward that failed
/// has changed no gradient; in the end nothing lives.
///
/// What a network computes that nothing happened to is for `judge_network` to say.
/// Requires  `lowered.program` is what was run, its faults before everything else.
Judgement judge_network_faults(const Lowered& lowered, const Trace& trace,
                               const Capabilities& capabilities);

}  // namespace cradle
