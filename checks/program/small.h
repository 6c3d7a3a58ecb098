// Every small program: the smallest counterexample is among them, so nothing below that size is
// left out.
//
// Pure: a program of exactly `length` instructions, inputs counted, over a set of ops, the
// constants and exponents of numbers.h, every node feeding the last one. With actions: of `length`
// instructions and actions together, over one constant and one exponent, operands and targets held.
// Operands are ordered: x + y and y + x are two.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "checks/program/choices.h"
#include "checks/program/program.h"
#include "checks/program/verbs.h"

namespace cradle {

/// What is enumerated. Neurons are left out in any case.
struct SmallOptions {
  std::size_t length = 1;  // 1 to 8
  OpSet ops = kSpecificationOps;
  VerbSet verbs = 0;  // none: pure programs; else any of retain, release, backward, zero_grad
};

/// Generates one; over an Odometer, each in turn, none twice.
///
/// Requires  ops without neuron; length between 1 and 8.
/// Ensures   well formed, pure, and every node reaches the last.
Program generate_small(Choices& choices, std::size_t length, OpSet ops);

/// The same for any options. The first line is an input: before it there is nothing to act on.
Program generate_small(Choices& choices, const SmallOptions& options);

/// Returns how many pure ones there are, by the recurrence over (nodes made, nodes not yet used):
///
///   f(n, u, 0) = [u = 1]
///   f(n, u, l) = C f(n+1, u+1, l-1) + A (u f(n+1, u, l-1) + (n-u) f(n+1, u+1, l-1))
///              + B (u(u-1) f(n+1, u-1, l-1) + (2u(n-u) + u) f(n+1, u, l-1) + (n-u)^2 f(n+1, u+1,
///              l-1))
///
/// with C constants, A ways of one operand, B of two.
std::uint64_t small_program_count(std::size_t length, OpSet ops);

/// The same for any options. With actions the recurrence is over the multiset h of references held,
/// one number for each node that is held at all:
///
///   g(h, 0) = 1
///   g(h, l) = (C + A |h| + B |h|^2) g(h + {1}, l-1)
///           + sum over i of g(h with h_i + 1, l-1)                    if there is retain
///           + sum over i of g(h with h_i - 1, left out at 0, l-1)     if there is release
///           + |h| g(h, l-1)  if there is backward,  + g(h, l-1)  if there is zero_grad
///
/// but for the first line, which is one of the C constants.
std::uint64_t small_program_count(const SmallOptions& options);

/// A walk over all of them in the order of the odometer, entered anywhere.
class SmallWalk {
 public:
  explicit SmallWalk(const SmallOptions& options);
  ~SmallWalk();
  SmallWalk(SmallWalk&&) noexcept;
  SmallWalk& operator=(SmallWalk&&) noexcept;

  /// Moves to the program of that number, from 0. Requires rank < small_program_count(options).
  /// Cost  Counting the ways to go on from each line that might be there: some 100 us.
  void enter(std::uint64_t rank);
  /// Moves to the next program; false when there is none. Requires an `enter` before.
  /// Cost  Most often that of one line.
  bool next();
  /// Returns the program that the walk is at.
  const Program& program() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cradle
