// The words and numbers of a judgement.

#pragma once

#include <string>

#include "checks/oracles/libm.h"
#include "checks/oracles/verdict.h"
#include "checks/program/program.h"

namespace cradle {

/// Returns "node %7 disagrees".
std::string at_node(NodeId node);

/// Returns the shortest decimal that reads back as the same double, with its sign: "+1", "-0.5",
/// "nan".
std::string signed_number(double x);
/// The same, with a sign where it is negative only.
std::string plain_number(double x);

/// Returns a disagreement about a node, with its numbers filled in; the op is the node's own and
/// the message says no more than where it is.
Judgement disagreement(const Program& program, NodeId node, Kind kind, double got, double expected,
                       const Range& enclosure);

/// Returns a disagreement that is about no node.
Judgement disagreement(Kind kind, std::string message);

}  // namespace cradle
