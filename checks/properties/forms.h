// Engines as records: every legal form of every rule, known or not, in binary64 or binary32.

#pragma once

#include <array>

#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// Returns an engine of all ops whose rules have the `variant`-th form each, 0 to 2.
inline Capabilities engine_with_forms(unsigned variant, Mode mode = Mode::reverse,
                                      unsigned precision_bits = 53) {
  Capabilities engine;
  engine.name = "by forms";
  engine.ops = kAllOps;
  engine.mode = mode;
  engine.precision_bits = precision_bits;
  engine.interior_readable = mode == Mode::reverse;
  engine.ulps = {0.55, 0.55, 0.55, 0.5, 0.5, 2.5, 4, 0.55, 0.55};
  if (precision_bits == 24) engine.ulps = {1, 1, 1, 0.5, 0.5, 2.5, 4, 1, 1};
  const bool second = variant != 0;
  engine.exp_form = second ? ExpForm::recomputed : ExpForm::from_output;
  engine.log_form = second ? LogForm::reciprocal : LogForm::division;
  engine.pow_form = second ? PowForm::from_output : PowForm::exponent;
  engine.div_form = std::array{DivForm::quotient, DivForm::product, DivForm::power}[variant];
  engine.tanh_form = second ? TanhForm::product : TanhForm::square;
  engine.sigmoid_form = second ? SigmoidForm::exp : SigmoidForm::output;
  engine.sqrt_form = second ? SqrtForm::power : SqrtForm::output;
  engine.abs_form = second ? AbsForm::quotient : AbsForm::sign;
  return engine;
}

/// Returns an engine of all ops that leaves its forms and conventions to be found out.
inline Capabilities open_engine(unsigned precision_bits) {
  Capabilities open;
  open.ops = kAllOps;
  open.precision_bits = precision_bits;
  open.second_backward = SecondBackward::accumulates;
  open.relu_at_zero_open = open.abs_at_zero_open = true;
  open.leaky_slope_open = open.leaky_at_zero_open = true;
  return open;
}

/// Gives an engine one of the forms of each rule, another mixture for each `which` below 12.
inline void take_forms(Capabilities& engine, unsigned which) {
  engine.exp_form = static_cast<ExpForm>(1 + which % 2);
  engine.log_form = static_cast<LogForm>(1 + which % 2);
  engine.pow_form = static_cast<PowForm>(1 + which % 2);
  engine.powv_form = static_cast<PowvForm>(1 + which / 2 % 2);
  engine.div_form = static_cast<DivForm>(1 + which % 4);
  engine.tanh_form = static_cast<TanhForm>(1 + which % 3);
  engine.sigmoid_form = static_cast<SigmoidForm>(1 + which % 2);
  engine.sqrt_form = static_cast<SqrtForm>(1 + which % 3);
  engine.mask_form = static_cast<MaskForm>(1 + which % 2);
}

/// Returns the same engine as one that has not said which forms it takes.
inline Capabilities with_forms_unknown(Capabilities engine) {
  engine.exp_form = ExpForm::unknown;
  engine.log_form = LogForm::unknown;
  engine.pow_form = PowForm::unknown;
  engine.div_form = DivForm::unknown;
  engine.tanh_form = TanhForm::unknown;
  engine.sigmoid_form = SigmoidForm::unknown;
  engine.sqrt_form = SqrtForm::unknown;
  return engine;
}

/// Gives an engine the rarer forms: those of one pair, or of the other.
inline void take_rare_forms(Capabilities& engine, bool second) {
  engine.div_form = second ? DivForm::power : DivForm::reciprocal;
  engine.powv_form = second ? PowvForm::recomputed : PowvForm::from_output;
  engine.tanh_form = second ? TanhForm::cosh : TanhForm::expanded;
  engine.sigmoid_form = SigmoidForm::recomputed;
  engine.sqrt_form = SqrtForm::reciprocal;
  engine.abs_form = second ? AbsForm::quotient : AbsForm::sign;
  engine.mask_form = second ? MaskForm::multiplies : MaskForm::selects;
}

/// Returns a program whose numbers are rounded to float.
inline Program in_floats(Program program) {
  for (Instruction& line : program.code) {
    line.immediate = canonical(static_cast<double>(static_cast<float>(line.immediate)));
  }
  return program;
}

}  // namespace cradle
