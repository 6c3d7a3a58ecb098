// A reverse sweep in plain doubles, one node at a time: the fast path of LOCAL.
//
// When an engine's gradient equals, to the bit, what a legal engine would have made of the same
// numbers, it is right and nothing else needs to be computed. Whatever it does not equal is left to
// float128.

#pragma once

#include <span>

#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// True when replaying this engine's rules with this host's library is a proof.
///
/// The host's pow stands in for any whose error is within the engine's bound only if its own is.
bool replay_is_legal(const Capabilities& capabilities);

/// Adds to `adjoints` what node `consumer` passes on, by the forms of the rules that `capabilities`
/// name.
///
/// Shape  `adjoints` has one entry a node up to `consumer`.
void replay(const Program& program, NodeId consumer, std::span<const NodeState> nodes,
            const Capabilities& capabilities, std::span<double> adjoints);

}  // namespace cradle
