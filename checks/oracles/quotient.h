// The difference quotient of one op, in place of its derivative rule.

#pragma once

#include <cstdint>
#include <span>

#include "checks/oracles/float128.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// What a consumer contributes by the difference quotient of its op.
struct QuotientTerm {
  bool decided = false;
  Float128 centre = 0;  // g D
  Float128 lower = 0;   // the hull of what a correct engine's rounding makes of it, widened by
  Float128 upper = 0;   // what the difference itself may be wrong by
  Float128 error = 0;   // that alone
};

/// Returns g D, with D the central difference of the op of `consumer` in the operand of `slot`.
///
/// Errors    `decided` is false where no difference can be taken, or nothing can be said of the
///           engine's rounding: at a singularity, beside an overflow, for numbers that are not
///           finite.
/// Requires  the data the consumer reads, its own, and its gradient are there.
QuotientTerm quotient_term(const Program& program, NodeId consumer, std::uint32_t slot,
                           std::span<const NodeState> nodes, const Capabilities& capabilities);

}  // namespace cradle
