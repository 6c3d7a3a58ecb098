// The derivative rules of LOCAL, one function an op: what contributions.cpp chooses from.
//
// Each admits what the legal forms of its rule give, where the capabilities leave more than one
// open. A gradient of zero that is skipped is the caller's to admit.

#pragma once

#include <cstdint>
#include <span>

#include "checks/oracles/arithmetic.h"
#include "checks/oracles/contributions.h"
#include "checks/oracles/libm.h"

namespace cradle {

/// What a rule sees of its consumer.
struct Pullback {
  const Instruction& line;
  std::uint32_t slot;  // of the operand that is contributed to
  double x;            // data of the first operand
  double y;            // data of the second one, or the exponent
  double out;
  double twin;  // the result as a second factor reads it: `out`, but where results are recomputed
  double g;     // the consumer's gradient
  const Capabilities& capabilities;
  Arithmetic round;
};

/// True when an engine that declares `declared` may use `form`.
template <typename Form>
bool may_be(Form declared, Form form) {
  return declared == Form::unknown || declared == form;
}

/// Returns what a library function may give for `truth`. A float engine may have it in double.
Range library(const Float128& truth, double ulps, const Arithmetic& round);

Contribution of_div(const Pullback& p);
Contribution of_pow(const Pullback& p);
Contribution of_powv(const Pullback& p);
Contribution of_sqrt(const Pullback& p);

Contribution of_exp(const Pullback& p);
Contribution of_log(const Pullback& p);
Contribution of_tanh(const Pullback& p);
Contribution of_sigmoid(const Pullback& p);
Contribution of_sin(const Pullback& p);
Contribution of_cos(const Pullback& p);

Contribution of_ramp(const Pullback& p);
Contribution of_neuron(const Pullback& p, std::span<const NodeState> nodes);
/// Admits nothing at all, for a rule that is 0 wherever it is asked: 0, or 0 g by a mask that
/// multiplies. `factor` is what else the rule multiplies by.
void admit_masked(Contribution& c, double factor, double g, MaskForm form);

}  // namespace cradle
