// From a failing program to the smallest one that this walk can reach.

#pragma once

#include <cstddef>
#include <functional>

#include "checks/program/program.h"

namespace cradle {

struct Minimised {
  Program program;
  std::size_t tried = 0;  // calls of `fails`
  bool finished = false;  // false when the tries ran out
};

/// Replaces a failing program by a simpler failing one, as often as there is one.
///
/// `fails` may run the candidate in another process; it is asked about nothing but the candidate.
///
/// Requires  fails(program).
/// Ensures   fails(result.program); when finished, no q in simpler(result.program) fails. A local
/// minimum:
///           a smaller failing program may exist.
Minimised minimise(const Program& program, const std::function<bool(const Program&)>& fails,
                   std::size_t tries_max = 20'000);

/// Returns the smallest length for which the family member fails, given that `length` does:
/// doubling from below, then bisection. Exact when failing is monotonic in the length.
std::uint64_t smallest_failing_length(std::uint64_t smallest, std::uint64_t length,
                                      const std::function<bool(std::uint64_t)>& fails);

}  // namespace cradle
