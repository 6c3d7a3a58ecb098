// This thread's random sequence, from which neurons draw their parameters.
#pragma once

#include <cstdint>

namespace microcrad::detail {

/// Where the sequence stands; restored by whoever fails after drawing, so that a failure changes
/// nothing.
extern constinit thread_local std::uint64_t random_state;

/// Returns the next number, uniform in [0, 1), a multiple of 2^-53.
double random_unit();

}  // namespace microcrad::detail
