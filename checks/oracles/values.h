// What the value of one op may be, given its operands' values.

#pragma once

#include <span>

#include "checks/oracles/libm.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// The legal values of a node.
struct LegalValues {
  double expected = 0;
  Range range;               // of those that are not NaN; empty when lower > upper
  bool nan = false;          // NaN is legal
  bool signed_zero = false;  // a zero must have the sign of `expected`

  bool hold(double got) const;
};

/// Returns the value of node `node` in plain doubles, with this host's library.
double plain_value(const Program& program, NodeId node, std::span<const double> values,
                   const Capabilities& capabilities);

/// True when `plain_value` is legal for this engine without asking float128: it is rounded
/// correctly, or the host's library is known to be within the engine's bound.
bool plain_value_is_legal(Op op, const Capabilities& capabilities);

/// Returns what a correct engine may give for node `node`, by float128 where a library decides.
///
/// Shape  `values` has the operands' values at their node numbers.
LegalValues legal_values(const Program& program, NodeId node, std::span<const double> values,
                         const Capabilities& capabilities);

}  // namespace cradle
