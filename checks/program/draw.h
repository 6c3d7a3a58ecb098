// Drawing programs with Graphviz: a box a node with its data and gradient, as micrograd draws them.

#pragma once

#include <string>
#include <vector>

#include "checks/program/program.h"

namespace cradle {

/// What a box says beside the node's name and op. Empty strings are left out.
struct NodeLabel {
  std::string data;
  std::string grad;
  bool faulty = false;  // drawn in red
};

/// Returns the graph in Graphviz's DOT language, operands left of results.
///
/// Requires  `labels` and `shown` have one entry a node, or none at all: then every node is shown.
///           Edges are drawn between nodes that are.
std::string dot(const Program& program, const std::vector<NodeLabel>& labels = {},
                const std::vector<bool>& shown = {});

}  // namespace cradle
