// Legal values, op by op.
//
// add, sub, mul, neg are correctly rounded: one value, and IEEE 754 gives a zero its sign. For
// relu, abs and leaky_relu both zeros are the same number: max(0, v), fmax(0, v) and v * (v > 0)
// are all in use and differ in nothing else; for a NaN they give NaN or 0 (IEEE 754-2019 maximum,
// IEEE 754-2008 maxNum), and both are legal unless the engine says that it keeps NaN and -0.
// Library functions are within the engine's ulps of the true value; at zeros, infinities and NaN,
// Annex F of C is exact and the host's library is right about it. A float engine's operands are
// floats held in doubles, and so are its values: what is rounded once in double and then to float
// is what float arithmetic gives.

#include "checks/oracles/values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "checks/oracles/classes.h"
#include "checks/oracles/libm.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

constexpr Range kEmpty = {1, -1};

LegalValues exactly(double value, bool signed_zero) {
  const bool nan = std::isnan(value);
  return {value, nan ? kEmpty : Range{value, value}, nan, signed_zero};
}

// A float engine may keep the slope as a float or as a double.
LegalValues of_ramp(double x, double slope, bool keeps_nan, const Arithmetic& round) {
  LegalValues legal = exactly(round(ramp(x, slope)), keeps_nan);
  if (std::isnan(x) && !keeps_nan) legal.range = {0, 0};
  if (std::isnan(x)) return legal;
  const double kept = round(ramp(x, round(slope)));
  legal.range = {std::min(legal.expected, kept), std::max(legal.expected, kept)};
  return legal;
}

// Within the bound around the true value; where an operand is special, exactly what the library
// says. This host's library need not be as good as the engine's: its result is expected where it is
// legal, the true value rounded where it is not.
LegalValues of_library(double host, const Float128& truth, bool special, double ulps,
                       const Arithmetic& round) {
  if (special || std::isnan(host) || isnan(truth)) return exactly(host, true);
  const Range range = within_ulps(truth, ulps, round);
  return {range.holds(host) ? host : round(static_cast<double>(truth)), range, false, true};
}

void include(LegalValues& legal, double value) {
  if (std::isnan(value)) {
    legal.nan = true;
  } else if (legal.range.lower > legal.range.upper) {
    legal.range = {value, value};
  } else {
    legal.range = {std::min(legal.range.lower, value), std::max(legal.range.upper, value)};
  }
}

// a / b rounded, or within the declared bound where that is larger; a r with r = 1 / b rounded; or
// a p with p = b^-1 by a library: p is within B ulps of 1 / b.
LegalValues of_div(double a, double b, const Capabilities& capabilities, const Arithmetic& round) {
  LegalValues legal = exactly(round(a / b), true);
  const DivForm form = capabilities.div_form;
  const bool special = b == 0 || !std::isfinite(b);
  if (capabilities.ulps.div > 0.5 && !special && std::isfinite(a)) {
    legal.range = within_ulps(wide(a) / b, capabilities.ulps.div, round);
  }
  if (form == DivForm::quotient || form == DivForm::product) return legal;
  include(legal, round(a * round(1 / b)));
  if (form == DivForm::reciprocal) return legal;
  const Range power =
      special ? Range{1 / b, 1 / b} : within_ulps(1 / wide(b), capabilities.ulps.pow, round);
  for (const double p : {power.lower, power.upper}) include(legal, round(a * p));
  return legal;
}

// sqrt(x) rounded, or within the declared bound where that is larger; or, unless the derivative is
// known to be that of a square root, pow(x, 0.5), which differs at -inf (+inf) by Annex F.
LegalValues of_sqrt(double x, const Capabilities& capabilities, const Arithmetic& round) {
  LegalValues legal = exactly(round(std::sqrt(x)), false);
  const SqrtForm form = capabilities.sqrt_form;
  const bool is_power = form == SqrtForm::unknown || form == SqrtForm::power;
  const double ulps = std::max(capabilities.ulps.sqrt, is_power ? capabilities.ulps.pow : 0);
  if (ulps > 0.5 && x > 0 && std::isfinite(x)) {
    legal.range = within_ulps(sqrt(wide(x)), ulps, round);
  }
  if (is_power && x == -kInfinity) legal.range = {kInfinity, kInfinity};
  return legal;
}

// 1 / (1 + e^-x): where e^-x overflows a plain formula gives 0, and the true value is below 1 /
// max.
LegalValues of_sigmoid(double x, double host, const Capabilities& capabilities,
                       const Arithmetic& round) {
  if (!std::isfinite(x)) return exactly(host, false);
  const Float128 truth = 1 / (1 + exp(-wide(x)));
  LegalValues legal = of_library(host, truth, false, capabilities.ulps.sigmoid, round);
  legal.signed_zero = false;
  if (std::isinf(round(std::exp(-x)))) legal.range.lower = 0;
  return legal;
}

LegalValues after_ramp(LegalValues legal, bool linear, double slope, bool keeps_nan,
                       const Arithmetic& round) {
  if (linear) return legal;
  const bool empty = legal.range.lower > legal.range.upper;
  const auto lower = of_ramp(legal.range.lower, slope, keeps_nan, round).range.lower;
  const auto upper = of_ramp(legal.range.upper, slope, keeps_nan, round).range.upper;
  legal.expected = round(ramp(legal.expected, slope));
  legal.signed_zero = legal.signed_zero && keeps_nan;
  if (!empty) legal.range = {lower, upper};
  if (legal.nan && !keeps_nan && empty) legal.range = {0, 0};  // fmax(0, NaN) is 0
  return legal;
}

// S = b + sum w x in any order, with or without fused multiply-add: each product meets at most n +
// 1 roundings, so that |s - S| <= gamma_(n+1) (|b| + sum |w x|) + n eta; a ramp does not enlarge
// it.
LegalValues of_sum(const Instruction& neuron, std::span<const double> values,
                   const Arithmetic& round) {
  const Rounding rounding = round.rounding();
  const double bias = values[neuron.operands[2]];
  ClassSet classes = class_of(bias);
  Float128 sum = bias;
  Float128 magnitude = fabs(wide(bias));
  for (NodeId k = 0; k < neuron.count; ++k) {
    const double x = values[neuron.operands[0] + k];
    const double w = values[neuron.operands[1] + k];
    const bool finite = std::isfinite(x) && std::isfinite(w);
    classes = sum_of(classes, finite ? kFinite : class_of(round(x * w)));
    sum += wide(w) * x;
    magnitude += fabs(wide(w) * x);
  }
  const double n = neuron.count;
  if (classes == kFinite && magnitude * (1 + gamma(n + 1, rounding)) >= round.max()) {
    return {round(sum), {-kInfinity, kInfinity}, true, false};  // the order decides
  }
  LegalValues legal;
  legal.nan = (classes & kNan) != 0;
  if (classes == kFinite) {
    const Float128 radius = magnitude * gamma(n + 2, rounding) + wide(n * rounding.eta);
    legal.expected = round(sum);
    legal.range = {round.up(sum - radius), round.down(sum + radius)};
    return legal;
  }
  const bool plus = (classes & kPlusInfinity) != 0;
  const bool minus = (classes & kMinusInfinity) != 0;
  legal.expected = plus ? kInfinity : minus ? -kInfinity : std::numeric_limits<double>::quiet_NaN();
  legal.range = plus || minus ? Range{legal.expected, legal.expected} : kEmpty;
  return legal;
}

// Each product and each sum rounded, from the first on.
double sum_in_order(const Instruction& neuron, std::span<const double> values,
                    const Arithmetic& round) {
  double sum = values[neuron.operands[2]];
  for (NodeId k = 0; k < neuron.count; ++k) {
    sum = round(sum + round(values[neuron.operands[1] + k] * values[neuron.operands[0] + k]));
  }
  return sum;
}

LegalValues of_neuron(const Instruction& neuron, std::span<const double> values,
                      const Capabilities& capabilities, const Arithmetic& round) {
  const LegalValues sum = capabilities.neuron_in_order
                              ? exactly(sum_in_order(neuron, values, round), true)
                              : of_sum(neuron, values, round);
  return after_ramp(sum, neuron.linear, capabilities.relu_slope, capabilities.relu_keeps_nan,
                    round);
}

// Of the ops of one operand that a library decides: the true value, and the declared bound.
LegalValues of_function(Op op, double x, double host, const Capabilities& capabilities,
                        const Arithmetic& round) {
  const LibmUlps& ulps = capabilities.ulps;
  const bool special = x == 0 || !std::isfinite(x);
  switch (op) {
    case Op::exp:
      return of_library(host, exp(wide(x)), special, ulps.exp, round);
    case Op::log:
      return of_library(host, log(wide(x)), special, ulps.log, round);
    case Op::tanh:
      return of_library(host, tanh(wide(x)), special, ulps.tanh, round);
    case Op::sin:
      return of_library(host, sin(wide(x)), special, ulps.sin, round);
    case Op::cos:
      return of_library(host, cos(wide(x)), special, ulps.cos, round);
    default:  // add, sub, mul, neg: correctly rounded
      return exactly(host, true);
  }
}

}  // namespace

bool LegalValues::hold(double got) const {
  if (std::isnan(got)) return nan;
  if (got == 0 && signed_zero && expected == 0 && std::signbit(got) != std::signbit(expected)) {
    return false;
  }
  return range.holds(got);
}

double plain_value(const Program& program, NodeId node, std::span<const double> values,
                   const Capabilities& capabilities) {
  const Arithmetic round(capabilities.precision_bits);
  const Instruction& line = program.code[node];
  if (round.is_single() && line.op == Op::neuron) {
    const double sum = sum_in_order(line, values, round);
    return line.linear ? sum : round(ramp(sum, capabilities.relu_slope));
  }
  return round(
      value_at<double>(program, node, values, {capabilities.relu_slope, capabilities.leaky_slope}));
}

// The plain sigmoid: E wrong by B ulps at most moves 1 / (1 + E) by 2 B u E / (1 + E), the sum and
// the quotient round by u each, and 3.1 u are at most 3.1 ulps. A float engine's library is stood
// in for by the host's in double: half an ulp of a float and a trifle.
bool plain_value_is_legal(Op op, const Capabilities& capabilities) {
  const LibmUlps& ulps = capabilities.ulps;
  const bool is_single = capabilities.precision_bits == 24;
  const auto suffices = [&](double declared, double needed) {
    return declared >= (is_single ? 0.51 : needed);
  };
  switch (op) {
    case Op::exp:
      return suffices(ulps.exp, host_ulps(op));
    case Op::log:
      return suffices(ulps.log, host_ulps(op));
    case Op::pow:
    case Op::powv:
      return suffices(ulps.pow, host_ulps(op));
    case Op::sin:
      return suffices(ulps.sin, host_ulps(op));
    case Op::cos:
      return suffices(ulps.cos, host_ulps(op));
    case Op::tanh:
      return suffices(ulps.tanh, host_ulps(op));
    case Op::sigmoid:
      return suffices(ulps.sigmoid, host_ulps(Op::exp) + 2.6);
    case Op::input:
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
    case Op::neg:
    case Op::relu:
    case Op::leaky_relu:
    case Op::sqrt:
    case Op::abs:
    case Op::neuron:
      return true;
  }
  return false;
}

LegalValues legal_values(const Program& program, NodeId node, std::span<const double> values,
                         const Capabilities& capabilities) {
  const Instruction& line = program.code[node];
  const Arithmetic round(capabilities.precision_bits);
  if (line.op == Op::neuron) return of_neuron(line, values, capabilities, round);
  const double x = values[line.operands[0]];
  const double y = info(line.op).arity > 1 ? values[line.operands[1]] : line.immediate;
  const double host = plain_value(program, node, values, capabilities);
  switch (line.op) {
    case Op::relu:
      return of_ramp(x, capabilities.relu_slope, capabilities.relu_keeps_nan, round);
    case Op::leaky_relu:
      return of_ramp(x, capabilities.leaky_slope, false, round);
    case Op::abs:
      return exactly(host, false);
    case Op::div:
      return of_div(x, y, capabilities, round);
    case Op::sqrt:
      return of_sqrt(x, capabilities, round);
    case Op::sigmoid:
      return of_sigmoid(x, host, capabilities, round);
    case Op::pow:
    case Op::powv: {
      const bool special = x == 0 || !std::isfinite(x);
      const bool trivial = special || x == 1 || !std::isfinite(y) || y == 0 || y == 1;
      return of_library(host, trivial ? wide(host) : pow(wide(x), wide(y)), trivial,
                        capabilities.ulps.pow, round);
    }
    default:
      return of_function(line.op, x, host, capabilities, round);
  }
}

}  // namespace cradle
