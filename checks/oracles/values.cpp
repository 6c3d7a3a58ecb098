// Legal values, op by op.
//
// add, sub, mul, neg are correctly rounded: one value, and IEEE 754 gives a zero its sign. For
// relu, abs and leaky_relu both zeros are the same number: max(0, v), fmax(0, v) and v * (v > 0)
// are all in use and differ in nothing else; for a NaN they give NaN or 0 (IEEE 754-2019 maximum,
// IEEE 754-2008 maxNum), and both are legal unless the engine says that it keeps NaN and -0.
// Library functions are within the engine's ulps of the true value; at zeros, infinities and NaN,
// Annex F of C is exact and the host's library is right about it.

#include "checks/oracles/values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "checks/oracles/classes.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

constexpr Range kEmpty = {1, -1};
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMax = std::numeric_limits<double>::max();

Float128 wide(double x) { return Float128(x); }

LegalValues exactly(double value, bool signed_zero) {
  const bool nan = std::isnan(value);
  return {value, nan ? kEmpty : Range{value, value}, nan, signed_zero};
}

LegalValues of_ramp(double x, double slope, bool keeps_nan) {
  LegalValues legal = exactly(ramp(x, slope), keeps_nan);
  if (std::isnan(x) && !keeps_nan) legal.range = {0, 0};
  return legal;
}

// Within the bound around the true value; where an operand is special, exactly what the library
// says.
LegalValues of_library(double host, const Float128& truth, bool special, double ulps) {
  if (special || std::isnan(host) || isnan(truth)) return exactly(host, true);
  return {host, within_ulps(truth, ulps), false, true};
}

// a / b rounded; or a p with p = b^-1 by a library: p is within B ulps of 1 / b.
LegalValues of_div(double a, double b, const Capabilities& capabilities) {
  LegalValues legal = exactly(a / b, true);
  const DivForm form = capabilities.div_form;
  if (form == DivForm::quotient || form == DivForm::product) return legal;
  const bool special = b == 0 || !std::isfinite(b);
  const Range power =
      special ? Range{1 / b, 1 / b} : within_ulps(1 / wide(b), capabilities.ulps.pow);
  for (const double p : {power.lower, power.upper}) {
    const double value = a * p;
    if (std::isnan(value)) {
      legal.nan = true;
    } else if (legal.range.lower > legal.range.upper) {
      legal.range = {value, value};
    } else {
      legal.range = {std::min(legal.range.lower, value), std::max(legal.range.upper, value)};
    }
  }
  return legal;
}

// sqrt(x) rounded; or pow(x, 0.5), which differs at -0 (+0) and -inf (+inf) by Annex F.
LegalValues of_sqrt(double x, const Capabilities& capabilities) {
  LegalValues legal = exactly(std::sqrt(x), false);
  if (x > 0 && std::isfinite(x)) legal.range = within_ulps(sqrt(wide(x)), capabilities.ulps.pow);
  if (x == -kInfinity) legal.range = {kInfinity, kInfinity};
  return legal;
}

// 1 / (1 + e^-x): where e^-x overflows a plain formula gives 0, and the true value is below 1e-308.
LegalValues of_sigmoid(double x, double host, const Capabilities& capabilities) {
  if (!std::isfinite(x)) return exactly(host, false);
  const Float128 truth = 1 / (1 + exp(-wide(x)));
  LegalValues legal = of_library(host, truth, false, capabilities.ulps.sigmoid);
  legal.signed_zero = false;
  if (std::isinf(std::exp(-x))) legal.range.lower = 0;
  return legal;
}

LegalValues after_ramp(LegalValues legal, bool linear, double slope, bool keeps_nan) {
  if (linear) return legal;
  const bool empty = legal.range.lower > legal.range.upper;
  legal.expected = ramp(legal.expected, slope);
  legal.signed_zero = legal.signed_zero && keeps_nan;
  if (!empty) legal.range = {ramp(legal.range.lower, slope), ramp(legal.range.upper, slope)};
  if (legal.nan && !keeps_nan) {  // fmax(0, NaN) is 0
    legal.range = {empty ? 0 : std::min(0.0, legal.range.lower),
                   empty ? 0 : std::max(0.0, legal.range.upper)};
  }
  return legal;
}

// S = b + sum w x in any order, with or without fused multiply-add: each product meets at most n +
// 1 roundings, so that |s - S| <= gamma_(n+1) (|b| + sum |w x|) + n eta; a ramp does not enlarge
// it.
LegalValues of_sum(const Instruction& neuron, std::span<const double> values) {
  const Rounding rounding;
  const double bias = values[neuron.operands[2]];
  ClassSet classes = class_of(bias);
  Float128 sum = bias;
  Float128 magnitude = fabs(wide(bias));
  for (NodeId k = 0; k < neuron.count; ++k) {
    const double x = values[neuron.operands[0] + k];
    const double w = values[neuron.operands[1] + k];
    const bool finite = std::isfinite(x) && std::isfinite(w);
    classes = sum_of(classes, finite ? kFinite : class_of(x * w));
    sum += wide(w) * x;
    magnitude += fabs(wide(w) * x);
  }
  const double n = neuron.count;
  if (classes == kFinite && magnitude * (1 + gamma(n + 1)) >= kMax) {
    return {static_cast<double>(sum), {-kInfinity, kInfinity}, true, false};  // the order decides
  }
  LegalValues legal;
  legal.nan = (classes & kNan) != 0;
  if (classes == kFinite) {
    const Float128 radius = magnitude * gamma(n + 2) + wide(n * rounding.eta);
    legal.expected = static_cast<double>(sum);
    legal.range = {round_up(sum - radius), round_down(sum + radius)};
    return legal;
  }
  const bool plus = (classes & kPlusInfinity) != 0;
  const bool minus = (classes & kMinusInfinity) != 0;
  legal.expected = plus ? kInfinity : minus ? -kInfinity : std::numeric_limits<double>::quiet_NaN();
  legal.range = plus || minus ? Range{legal.expected, legal.expected} : kEmpty;
  return legal;
}

LegalValues of_neuron(const Instruction& neuron, std::span<const double> values,
                      const Capabilities& capabilities) {
  const LegalValues sum = capabilities.neuron_in_order
                              ? exactly(weighted_sum<double>(neuron, values), true)
                              : of_sum(neuron, values);
  return after_ramp(sum, neuron.linear, capabilities.relu_slope, capabilities.relu_keeps_nan);
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
  return value_at<double>(program, node, values,
                          {capabilities.relu_slope, capabilities.leaky_slope});
}

bool plain_value_is_legal(Op op, const Capabilities& capabilities) {
  const LibmUlps& ulps = capabilities.ulps;
  switch (op) {
    case Op::exp:
      return ulps.exp >= host_ulps(op);
    case Op::log:
      return ulps.log >= host_ulps(op);
    case Op::pow:
    case Op::powv:
      return ulps.pow >= host_ulps(op);
    case Op::sin:
      return ulps.sin >= host_ulps(op);
    case Op::cos:
      return ulps.cos >= host_ulps(op);
    case Op::tanh:
    case Op::sigmoid:
      return false;
    default:
      return true;
  }
}

LegalValues legal_values(const Program& program, NodeId node, std::span<const double> values,
                         const Capabilities& capabilities) {
  const Instruction& line = program.code[node];
  if (line.op == Op::input) return exactly(values[node], true);
  if (line.op == Op::neuron) return of_neuron(line, values, capabilities);
  const double x = values[line.operands[0]];
  const double y = info(line.op).arity > 1 ? values[line.operands[1]] : line.immediate;
  const double host = plain_value(program, node, values, capabilities);
  const LibmUlps& ulps = capabilities.ulps;
  const bool special = x == 0 || !std::isfinite(x);
  switch (line.op) {
    case Op::relu:
      return of_ramp(x, capabilities.relu_slope, capabilities.relu_keeps_nan);
    case Op::leaky_relu:
      return of_ramp(x, capabilities.leaky_slope, false);
    case Op::abs:
      return exactly(host, false);
    case Op::div:
      return of_div(x, y, capabilities);
    case Op::sqrt:
      return of_sqrt(x, capabilities);
    case Op::sigmoid:
      return of_sigmoid(x, host, capabilities);
    case Op::exp:
      return of_library(host, exp(wide(x)), special, ulps.exp);
    case Op::log:
      return of_library(host, log(wide(x)), special, ulps.log);
    case Op::tanh:
      return of_library(host, tanh(wide(x)), special, ulps.tanh);
    case Op::sin:
      return of_library(host, sin(wide(x)), special, ulps.sin);
    case Op::cos:
      return of_library(host, cos(wide(x)), special, ulps.cos);
    case Op::pow:
    case Op::powv: {
      const bool trivial = special || x == 1 || !std::isfinite(y) || y == 0 || y == 1;
      return of_library(host, trivial ? wide(host) : pow(wide(x), wide(y)), trivial, ulps.pow);
    }
    default:  // add, sub, mul, neg: correctly rounded
      return exactly(host, true);
  }
}

}  // namespace cradle
