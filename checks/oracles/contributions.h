// What one consumer may add to the gradient of one of its operands.
//
// The exact contribution C at the engine's own doubles, and the hull of what legal ways of writing
// the rule make of it: every order of its factors, rounded after each product or fused with the
// sum. A rule with a single rounding thus has a hull of half an ulp, which no a priori bound can
// match. Written from calculus alone; no engine's rules are shared. The rules themselves stand in
// rules_*.cpp, by family.

#pragma once

#include <cstdint>
#include <span>

#include "checks/oracles/classes.h"
#include "checks/oracles/float128.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

struct Contribution {
  Float128 exact = 0;  // C
  Float128 lower = 0;  // the hull of what is finite; meaningless when `classes` lacks kFinite
  Float128 upper = 0;
  ClassSet classes = 0;  // what it may be
  bool decided = true;   // false: not even float128 can tell

  /// Adds one legal outcome.
  void admit(double outcome);
  void admit_finite(const Float128& outcome);
  /// Adds all legal outcomes of another; `exact` stays.
  void admit_all(const Contribution& other);
  /// True when it is zero, whatever the engine: adding it rounds nothing.
  bool is_zero() const { return classes == kFinite && lower == 0 && upper == 0; }
};

/// Returns what node `consumer` contributes to its operand in `slot`, given the data of all nodes
/// and the gradient of `consumer` in `nodes`.
///
/// `is_stale` says that an operand of `consumer` was set since it was made, so that its result is
/// not that of its operands any more: a rule that recomputes it (`capabilities.recomputes`) starts
/// from any legal value of the operands as they are, and all others from the result that is stored.
///
/// Requires  a consumer that is no input; the data it reads, and its gradient, are there.
Contribution contribution(const Program& program, NodeId consumer, std::uint32_t slot,
                          std::span<const NodeState> nodes, const Capabilities& capabilities,
                          bool is_stale = false);

/// Returns the operand of `instruction` in `slot`.
NodeId operand_in(const Instruction& instruction, std::uint32_t slot);

/// Returns the node whose data multiplies the gradient on its way to `slot` of a neuron: a weight
/// for an input and the reverse. Requires a slot other than the last one, which is the bias.
NodeId factor_of(const Instruction& neuron, std::uint32_t slot);

/// Returns the slopes that a ramp (relu, leaky_relu, abs, or a neuron's) may have at `value`: one
/// of them, or two where a NaN, or a neuron that only kept its result, leaves it open.
struct Slopes {
  double first = 0;
  double second = 0;
};
Slopes slopes_at(double value, const Instruction& instruction, const Capabilities& capabilities);

}  // namespace cradle
