// The table of edges: each op alone, on numbers where rules break.

#pragma once

#include <cstdint>

#include "checks/program/program.h"

namespace cradle {

/// Returns how many programs the table has for these ops.
std::uint64_t edge_count(OpSet ops);

/// Returns program `index` of the table: inputs and one op, which is the root.
///
/// Ops of one operand are given every edge: zeros, ones, halves, subnormals, the ends of the
/// range, infinities, NaN, a kink's neighbours, and where exp, tanh, sigmoid and squares leave the
/// range. `pow` is given each exponent of a list with each of the fewer edges that ops of two
/// operands are given in pairs; those also get one node twice.
///
/// Requires  index < edge_count(ops).
Program edge_program(OpSet ops, std::uint64_t index);

}  // namespace cradle
