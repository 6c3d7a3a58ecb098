// Where the boxes of a drawing stand: Graphviz decides, from what is said here.
//
// Graphviz draws every arrow in full length, and makes room for it in all ranks that it passes: a
// few inputs that are used everywhere, or a long chain, make a wide net of lines around small
// boxes. So an arrow that would be long, one of many, or go from column to column, is left to names
// beside both boxes. Columns are then graphs of their own, which Graphviz puts side by side.

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "checks/program/program.h"

namespace cradle {

struct Layout {
  std::vector<std::size_t> rank;    // operands have smaller ones than results
  std::vector<std::size_t> column;  // a run of ranks; an input is where it is used first
  std::size_t columns = 1;
  bool to_the_right = true;         // operands left of results, else above
  bool narrow_boxes = true;         // many stand beside each other
  std::vector<NodeId> only_result;  // where one has too many for arrows: the one that has an arrow

  /// Parts without arrows between them, of one column: the first node, and so its part, is to be
  /// above the second.
  std::vector<std::pair<NodeId, NodeId>> above;

  /// Whether an arrow from an operand to a result is drawn in full length.
  bool joins(NodeId operand, NodeId result) const;
};

/// Returns where the nodes stand that are shown. Requires  `shown` has an entry a node.
Layout layout_of(const Program& program, const std::vector<bool>& shown);

}  // namespace cradle
