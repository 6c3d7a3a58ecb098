// Whether this machine, as it is set up, does the arithmetic that every bound assumes.

#pragma once

#include <string>

namespace cradle {

/// Returns what is wrong with the floating-point environment, or nothing.
///
/// Asks for: rounding to nearest, subnormal numbers, doubles without excess precision, no
/// contraction of a * b + c in the oracles' own code, and a float128 of 113 bits with working exp,
/// log and pow.
std::string environment_fault();

}  // namespace cradle
