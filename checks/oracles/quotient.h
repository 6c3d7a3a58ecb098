// The difference quotient of one op, in place of its derivative rule.

#pragma once

#include <cstdint>
#include <span>

#include "checks/oracles/contributions.h"

namespace cradle {

/// What a consumer contributes by the difference quotient of its op.
struct QuotientTerm {
  Float128 centre = 0;  // g D
  double radius = 0;    // what a correct engine's rounding, and the difference's own error, allow
  bool decided = false;
};

/// Returns g D, with D the central difference of the op of `consumer` in the operand of `slot`.
///
/// Errors    `decided` is false where no difference can be taken: at a singularity, beside an
///           overflow, for numbers that are not finite, or where its own error would count.
/// Requires  contains(kContributingOps, the consumer's op); the data it reads, and its gradient,
///           are there.
QuotientTerm quotient_term(const Program& program, NodeId consumer, std::uint32_t slot,
                           std::span<const NodeState> nodes, const Capabilities& capabilities);

}  // namespace cradle
