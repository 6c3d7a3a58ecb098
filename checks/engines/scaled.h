// An engine that is wrong by a settable amount: the tape's sweep with the contributions of one op
// scaled. It measures what an oracle can see, so it takes its rules from the tape's and from no
// oracle.

#pragma once

#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// What is done to everything that one op adds to its operands' gradients.
struct Scaling {
  Op op = Op::input;     // input: nothing, because it has no operands
  double delta = 0;      // c becomes c (1 + delta), rounded once
  bool one_ulp = false;  // instead: c becomes the next double away from zero
};

/// Runs a function on the tape with one op's contributions scaled. Contributions that are zero, NaN
/// or infinite stay as they are.
///
/// Values are the tape's own. With delta 0 the gradients are the tape's too, to the bit.
///
/// Requires  well_formed(program) and is_pure(program).
Trace run_scaled(const Program& program, const Scaling& scaling);

}  // namespace cradle
