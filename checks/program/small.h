// Every small program: the smallest counterexample is among them, so nothing below that size is
// left out.
//
// A program of exactly `length` instructions, inputs counted, over a set of ops, the constants and
// exponents of numbers.h, every node feeding the last one. Operands are ordered: x + y and y + x
// are two.

#pragma once

#include <cstddef>
#include <cstdint>

#include "checks/program/choices.h"
#include "checks/program/program.h"

namespace cradle {

/// Generates one; over an Odometer, each in turn, none twice.
///
/// Requires  ops without neuron; length between 1 and 8.
/// Ensures   well formed, pure, and every node reaches the last.
Program generate_small(Choices& choices, std::size_t length, OpSet ops);

/// Returns how many there are, by the recurrence over (nodes made, nodes not yet used):
///
///   f(n, u, 0) = [u = 1]
///   f(n, u, l) = C f(n+1, u+1, l-1) + A (u f(n+1, u, l-1) + (n-u) f(n+1, u+1, l-1))
///              + B (u(u-1) f(n+1, u-1, l-1) + (2u(n-u) + u) f(n+1, u, l-1) + (n-u)^2 f(n+1, u+1,
///              l-1))
///
/// with C constants, A ways of one operand, B of two.
std::uint64_t small_program_count(std::size_t length, OpSet ops);

}  // namespace cradle
