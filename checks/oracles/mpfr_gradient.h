// Gradients to hundreds of digits, by differences that know no derivative rule.
//
// Slow: for judging the other oracles on a sample, never for judging an engine case by case.

#pragma once

#include <vector>

#include "checks/oracles/float128.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

struct MpfrGradient {
  NodeId input = 0;
  Float128 gradient = 0;
  Float128 error = 0;  // measured from two step sizes
};

using MpfrGradients = std::vector<MpfrGradient>;

/// How many digits, and how small a step.
///
///   tame  150 digits, steps of 10^-50 of an input
///   wild  1600 digits, steps of 10^-400: between a change of a subnormal number by one step,
///   passed
///         on through a factor of its own size, and the largest double lie 10^1400
enum class MpfrPrecision { tame, wild };

/// Returns the gradients of the last node in those inputs that it depends on; of `inputs_max` of
/// them, evenly spread, where there are more.
///
/// Every branch is taken, and frozen, at the centre's value in this arithmetic.
///
/// Requires  well_formed(program), with an instruction.
MpfrGradients mpfr_gradients(const Program& program, const Capabilities& capabilities,
                             MpfrPrecision precision, std::size_t inputs_max);

}  // namespace cradle
