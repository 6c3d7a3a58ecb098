// What an engine is, as far as judging its traces needs to know.
//
// The C record of the engine interface (checks/engines/engine.h) is translated into this, with
// defaults in place of what is unknown and with what probing found out. Oracles see this and
// traces, never an engine.

#pragma once

#include <cstdint>
#include <string>

#include "checks/program/program.h"

namespace cradle {

enum class Mode : std::uint8_t { reverse, forward };
enum class HandleKind : std::uint8_t { unknown, raw, shared, value, move_only };
enum class ReleaseKind : std::uint8_t { per_handle, whole_graph, global_reset, by_backward, never };
enum class ZeroGrad : std::uint8_t { none, node, from_root, everything };
enum class SecondBackward : std::uint8_t { unknown, accumulates, resets, refuses };

/// Legal forms of derivative rules; `unknown` admits the union, but for the rarer forms, which are
/// wider than all others together: expanded and cosh of tanh, recomputed of sigmoid, quotient of
/// abs. These hold only where they were found out.
enum class ExpForm : std::uint8_t { unknown, from_output, recomputed };
enum class LogForm : std::uint8_t { unknown, division, reciprocal };
enum class PowForm : std::uint8_t { unknown, exponent, from_output };
enum class PowvForm : std::uint8_t { unknown, from_output, recomputed };
enum class DivForm : std::uint8_t { unknown, quotient, product, power, reciprocal };
enum class TanhForm : std::uint8_t { unknown, square, product, recomputed, expanded, cosh };
enum class SigmoidForm : std::uint8_t { unknown, output, exp, recomputed };
enum class SqrtForm : std::uint8_t { unknown, output, power, reciprocal };
enum class AbsForm : std::uint8_t { unknown, sign, quotient };
enum class MaskForm : std::uint8_t { unknown, selects, multiplies };

/// Bounds on the error of a library function, in units in the last place. 1 is portable; glibc's
/// exp, log and pow stay below 0.55.
struct LibmUlps {
  double exp = 1, log = 1, pow = 1, div = 0.5, sqrt = 0.5, tanh = 2.5, sigmoid = 4, sin = 1,
         cos = 1;
};

struct Capabilities {
  std::string name;
  OpSet ops = kSpecificationOps;
  unsigned precision_bits = 53;
  Mode mode = Mode::reverse;
  HandleKind handle = HandleKind::unknown;
  ReleaseKind release = ReleaseKind::per_handle;
  ZeroGrad zero_grad = ZeroGrad::none;
  SecondBackward second_backward = SecondBackward::unknown;
  bool interior_readable = true;
  bool identity_readable = false;
  bool allocations_readable = false;
  bool heap_counted = false;  // the allocations of the engine's process are: it is a plug-in
  bool can_retain = false;
  bool can_release = false;
  bool can_set = false;
  bool can_fail = false;
  bool has_network = false;
  bool one_allocation_a_node = false;
  bool tells_null = false;
  bool tells_stale = false;
  bool tells_over_release = false;
  bool relu_keeps_nan = false;  // relu(v) is v < 0 ? 0 : v to the bit, so that NaN and -0 stay
  bool neuron_in_order = false;
  bool as_declared = false;  // sub, div and the like are nodes of their own
  bool reads_at_backward =
      false;  // `set` shows in what a rule makes of an operand that was set since
  bool fixed_order =
      false;  // backward adds what nodes pass on in the reverse order of their making
  std::uint64_t nodes_max = 0;  // 0: no limit
  std::uint64_t depth_max = 0;  // 0: no limit
  double gradient_clip = 0;     // 0: none
  double relu_slope = 0;
  double relu_at_zero = 0;
  double leaky_slope = 0.01;
  double leaky_at_zero = 0.01;
  double abs_at_zero = 0;
  // Conventions that the engine leaves to be found out; until then the numbers above are assumed.
  bool relu_at_zero_open = false;
  bool leaky_slope_open = false;
  bool leaky_at_zero_open = false;
  bool abs_at_zero_open = false;
  LibmUlps ulps;
  ExpForm exp_form = ExpForm::unknown;
  LogForm log_form = LogForm::unknown;
  PowForm pow_form = PowForm::unknown;
  PowvForm powv_form = PowvForm::unknown;
  DivForm div_form = DivForm::unknown;
  TanhForm tanh_form = TanhForm::unknown;
  SigmoidForm sigmoid_form = SigmoidForm::unknown;
  SqrtForm sqrt_form = SqrtForm::unknown;
  AbsForm abs_form = AbsForm::unknown;
  MaskForm mask_form = MaskForm::unknown;
  // Ops whose rule works their result out anew from what the operands are at the backward, where
  // others read the result that is stored: a `set` in between tells the two apart.
  OpSet recomputes = 0;
};

}  // namespace cradle
