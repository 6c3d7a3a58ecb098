// Range estimates: which values a node may have, made of + - * / alone.
//
// The safe profile keeps programs away from kinks, domain edges and overflow. It must not ask libm
// for that, whose last bit differs between machines, or the same seed would give different
// programs. So exp and log are approximated here by rational arithmetic, with a radius that covers
// the approximation.

#pragma once

#include "checks/program/program.h"

namespace cradle {

/// A node's value is within `radius` of `value`; derivatives along any path to it stay below
/// `amplification`, which is at least 1.
struct Estimate {
  double value = 0;
  double radius = 0;
  double amplification = 1;
};

/// Returns the estimate of an input.
Estimate estimate_input(double value);

/// Estimates the result of an instruction other than `input` and `neuron`; `rhs` matters for two
/// operands.
///
/// Returns false when the instruction is not safe there: a kink or a domain edge within reach, a
/// result that is huge or tiny, or derivatives that could overflow.
bool estimate(const Instruction& instruction, const Estimate& lhs, const Estimate& rhs,
              Estimate& result);

}  // namespace cradle
