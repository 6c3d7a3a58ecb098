// Who holds what: the reference counts that a program implies.
//
// The meaning of retain and release in the language, independent of any engine. A node's count is
// the number of references its runner holds plus the number of operand slots of live nodes that
// name it; at zero it is dead and gives up its own operands. `well_formed`, the runner (which nodes
// may be read?) and the lifetime oracle (what should the engine's counts be?) all ask it.

#pragma once

#include <cstddef>
#include <cstdint>

#include "checks/program/program.h"
#include "checks/program/reused.h"

namespace cradle {

class Ledger {
 public:
  explicit Ledger(const Program& program);
  /// Makes room for that many nodes, of a program that is still growing.
  void reserve(std::size_t node_count) { nodes_.reserve(node_count); }

  /// Makes the next node. With `made` false the making failed: the node is NULL and holds nothing.
  void make(bool made = true);
  void retain(NodeId node);
  /// Gives one held reference back. Requires held(node) > 0, or a NULL node (nothing happens).
  void release(NodeId node);

  NodeId size() const { return static_cast<NodeId>(nodes_.size()); }
  /// References the runner holds. A NULL node counts as held until it is released, so that
  /// well-formedness does not depend on faults.
  std::uint32_t held(NodeId node) const { return nodes_[node].held; }
  std::uint32_t count(NodeId node) const { return nodes_[node].count; }
  bool alive(NodeId node) const { return nodes_[node].count > 0; }
  bool is_null(NodeId node) const { return nodes_[node].null; }
  std::uint64_t live() const { return live_; }
  /// True when a node is dead and no node was made since: its memory cannot have been used again.
  bool freshly_dead(NodeId node) const {
    return !nodes_[node].null && nodes_[node].count == 0 && nodes_[node].died_at == size();
  }

 private:
  struct Node {
    std::uint32_t held = 0;
    std::uint32_t count = 0;
    NodeId died_at = 0;
    bool null = false;
  };
  void drop(NodeId node);

  const Program& program_;
  Reused<Node, Ledger> nodes_;
  std::uint64_t live_ = 0;
};

}  // namespace cradle
