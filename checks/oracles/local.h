// Does each node's gradient follow from its consumers'?
//
// LOCAL takes the engine's own values and gradients as data and asks of each node alone whether its
// gradient is a sum, in any order, with or without fused multiply-add, of what its consumers
// contribute. No error propagates from node to node, so neither kinks nor conditioning matter, and
// a disagreement names the node and the op at fault.

#pragma once

#include <span>
#include <vector>

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// One backward that succeeded: what was there before it and after it.
///
/// Shape  `before` may be shorter than `after`: nodes that were made since have a gradient of 0.
///        `stale` may be shorter, too: the rest are not.
struct Sweep {
  NodeId root = 0;
  std::span<const NodeState> before;
  std::span<const NodeState> after;
  std::span<const std::uint8_t> stale = {};  // 1: an operand was set since the node was made

  bool is_stale(NodeId node) const { return node < stale.size() && stale[node] != 0; }
};

/// Judges one backward from any root, on top of whatever gradients were there before.
///
/// An accumulating engine adds to them; one that resets starts from 0; while that is unknown,
/// either will do, but the same for all nodes. The root's gradient is exactly 1. A node that does
/// not reach the root keeps its gradient.
///
/// Errors  `inconclusive` where a gradient that is needed cannot be read, and for an engine that
///         has none: one that differentiates in forward mode.
/// Cost    About one reverse sweep; float128 only for nodes that a plain replay does not explain.
Judgement judge_sweep(const Program& program, const Sweep& sweep, const Capabilities& capabilities);

/// Judges the backward of a pure program, whose gradients are fresh.
/// Requires  well_formed(program) and is_pure(program).
Judgement judge_local(const Program& program, const Trace& trace, const Capabilities& capabilities);

/// One row of a report.
struct NodeReport {
  NodeId node = 0;
  Op op = Op::input;
  double data = 0;
  double got = 0;
  double expected = 0;
  double lower = 0;
  double upper = 0;
  double ulps = 0;
  bool reached = false;  // it reaches the root
  bool judged = false;   // the fields after `got` say something
  bool ok = true;
};

/// Returns a row for each node of a pure program, in node order; empty when the trace cannot be
/// judged.
std::vector<NodeReport> local_report(const Program& program, const Trace& trace,
                                     const Capabilities& capabilities);

}  // namespace cradle
