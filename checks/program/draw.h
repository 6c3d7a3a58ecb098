// Drawing programs with Graphviz: a box a node, with its data and gradient, as micrograd draws
// them.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "checks/program/program.h"

namespace cradle {

/// What a box says beside the node's line in the program. Empty strings are left out.
struct NodeLabel {
  std::string data;
  std::string grad;
  bool faulty = false;  // drawn in red
};

/// Nobody can follow more boxes or arrows.
inline constexpr std::size_t kReadableNodesMax = 50;
inline constexpr std::size_t kReadableEdgesMax = 120;

/// Returns which nodes to draw: all, where the whole can be read; else those nearest to `center`,
/// along operands and results, as many as can be read and no more than `nodes_max`.
///
/// Requires  `center` is a node.
std::vector<bool> readable_part(const Program& program, NodeId center,
                                std::size_t nodes_max = kReadableNodesMax);

/// Returns the graph in Graphviz's DOT language. It runs to the right where it is short, else
/// downwards, in columns side by side where it is long. Each operand has an arrow, a dashed one
/// from its name where it stands far away or is not shown; results that are not shown are named.
///
/// Requires  `labels` and `shown` have one entry a node, or none at all: then every node is shown.
std::string dot(const Program& program, const std::vector<NodeLabel>& labels = {},
                const std::vector<bool>& shown = {});

}  // namespace cradle
