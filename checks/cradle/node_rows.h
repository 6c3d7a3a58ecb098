// The nodes of a small program as an engine left them: what a table and a drawing of a finding need
// and no judgement tells.

#pragma once

#include <vector>

#include "checks/cradle/result.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// A result of a larger program would be long, and nobody looks for its nodes there.
inline constexpr std::size_t kNodeRowsMax = 1'000;

/// Returns a row for each node: after the backward of a pure program, else before what is held is
/// released.
///
/// Errors  none for a larger program, or where the session did not come to its end.
std::vector<NodeRow> node_rows(const Program& program, const Trace& trace,
                               const Capabilities& capabilities);

}  // namespace cradle
