// What usually makes such gradients? A sweep with a known mistake is followed through the program,
// with right rules: where it leaves what the engine left, the mistake has a name.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// A set of sweeps, one bit each: the first is the right one, each other has one mistake.
using SweepSet = std::uint32_t;
inline constexpr SweepSet kRightSweep = 1;

/// Returns how many sweeps there are to try, the right one included.
std::size_t sweep_count();

/// Returns the mistake of a sweep in words, for a line of a report. Several may share their words.
/// Requires  0 < sweep < sweep_count().
std::string_view mistake_of(std::size_t sweep);

/// Returns the sweeps each of which explains every gradient that can be read in the trace, after
/// each backward. None when the trace does not fit, or the program is too large to be of help.
SweepSet sweeps_that_explain(const Program& program, const Trace& trace,
                             const Capabilities& capabilities);

}  // namespace cradle
