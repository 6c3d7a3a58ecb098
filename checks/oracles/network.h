// Does an engine's own network compute what its lowered program means?

#pragma once

#include <vector>

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/lower.h"
#include "checks/program/trace.h"

namespace cradle {

/// Returns the program that stands beside an engine's own network: the lowered one, with its
/// neurons expanded where the engine has no such op. `renumbered` as in `expand`.
Program beside_network(const Lowered& lowered, OpSet ops,
                       std::vector<NodeId>* renumbered = nullptr);

/// Judges the outputs, and the gradient of every weight, bias and input, of an engine's own
/// network; and the same network made op by op.
///
/// Shape     `network_trace` fits lowered.program; its interior may be unreadable. `beside` is the
///           same engine's trace of beside_network(lowered, capabilities.ops), or null.
/// Ensures   Numbers of inputs, parameters and outputs are within GLOBAL's radius in both traces;
///           those of `beside` follow from node to node, by LOCAL and `forward`. Where the engine
///           sums neurons in the documented order the two traces agree bit for bit on finite data,
///           which decides what GLOBAL leaves undecided.
Judgement judge_network(const Lowered& lowered, const Trace& network_trace, const Trace* beside,
                        const Capabilities& capabilities);

}  // namespace cradle
