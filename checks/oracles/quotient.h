// The difference quotient of one op, in place of its derivative rule.

#pragma once

#include <cstdint>
#include <span>

#include "checks/oracles/double_double.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// What a consumer contributes by the difference quotient of its op.
template <typename Real>
struct QuotientTerm {
  bool decided = false;
  bool is_hopeless =
      false;        // nor is it in numbers of another kind: one of the engine's is no number
  Real centre = 0;  // g D
  Real lower = 0;   // the hull of what a correct engine's rounding makes of it, widened by
  Real upper = 0;   // what the difference itself may be wrong by
  RadiusOf<Real> error = 0;  // that alone, and a filter's doubt
};

/// Returns g D, with D the central difference of the op of `consumer` in the operand of `slot`.
///
/// With double-doubles the slope of a line is taken in them, and so is all that is made of a slope;
/// the differences of other functions stay float128's.
///
/// Errors    `decided` is false where no difference can be taken, or nothing can be said of the
///           engine's rounding: at a singularity, beside an overflow, for numbers that are not
///           finite; in double-double, for numbers that are not plain.
/// Requires  the data the consumer reads, its own, and its gradient are there.
template <typename Real>
QuotientTerm<Real> quotient_term(const Program& program, NodeId consumer, std::uint32_t slot,
                                 std::span<const NodeState> nodes,
                                 const Capabilities& capabilities);

}  // namespace cradle
