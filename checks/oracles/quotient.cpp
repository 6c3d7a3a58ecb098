// Steps, and what a difference with that step is wrong by, relatively.
//
//   linear  add, sub, neg, mul, neuron have no truncation, so the step is the operand's own size;
//           rounding costs 2^-108
//   exp     h = 2^-36: sinh(h) / h - 1 < 2^-74, rounding 2^-112 / h = 2^-76
//   log     h = 2^-34 x: truncation (h / x)^2 / 3 < 2^-69, rounding 2^-111 |ln x| x / h < 2^-67
//   pow     h = 2^-35 x / |c|: truncation (c - 1)(c - 2) / 6 (h / x)^2 < 2^-70, rounding
//           2^-109 x / (|c| h), which only counts for exponents near 0

#include "checks/oracles/quotient.h"

#include <algorithm>
#include <cmath>

#include "checks/oracles/radius.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

constexpr Rounding kDouble;

struct Quotient {
  Float128 slope = 0;
  double error = 0;      // of the slope, relative
  double roundings = 0;  // of the engine's rule, in u relative to the contribution
  double underflow = 0;  // of the engine's rule, in eta
  double spread = 0;     // other relative differences between the rule and the true derivative
  bool defined = true;
};

Float128 wide(double x) { return Float128(x); }

// The power of two next below; a step that is one makes x + h exact and dividing by it cheap.
double power_of_two(double size) { return size == 0 ? 1 : unit_in_first_place(size); }

// (f(x + h) - f(x - h)) / 2h, for h a power of two.
Float128 central(const Instruction& line, std::uint32_t slot, const Float128& x, const Float128& y,
                 double h) {
  const Float128 above =
      slot == 0 ? value_of<Float128>(line, x + h, y) : value_of<Float128>(line, x, y + h);
  const Float128 below =
      slot == 0 ? value_of<Float128>(line, x - h, y) : value_of<Float128>(line, x, y - h);
  return (above - below) * (Float128(0.5) / h);
}

Quotient linear(const Instruction& line, std::uint32_t slot, double x, double y) {
  Quotient q;
  const double size =
      line.op == Op::mul ? std::fabs(slot == 0 ? x : y) : std::max(std::fabs(x), std::fabs(y));
  q.slope = central(line, slot, wide(x), wide(y), power_of_two(size));
  q.error = 0x1p-106;
  q.roundings = line.op == Op::mul ? 1 : 0;
  q.underflow = line.op == Op::mul ? 1 : 0;
  return q;
}

// The engine may take its own result for e^x: B ulps, and one rounding for the product.
Quotient of_exp(const Instruction& line, double x, double g, const Capabilities& capabilities) {
  Quotient q;
  q.slope = central(line, 0, wide(x), 0, 0x1p-36);
  q.error = 0x1p-72;
  q.roundings = 1 + 2 * std::max(0.5, capabilities.ulps.exp);
  q.underflow = (1 + capabilities.ulps.exp) * (1 + std::fabs(g));
  return q;
}

Quotient of_log(const Instruction& line, double x, double g, const Capabilities& capabilities) {
  Quotient q;
  q.defined = x > 1e-280;
  if (!q.defined) return q;
  q.slope = central(line, 0, wide(x), 0, power_of_two(x) * 0x1p-34);
  q.error = 0x1p-66;
  q.roundings = capabilities.log_form == LogForm::division ? 1 : 2;
  q.underflow = 1 + std::fabs(g);
  return q;
}

// At 0 the difference of a polynomial over a tiny step is h^(c-1), all of which is its own error.
Quotient of_pow_at_zero(const Instruction& line) {
  Quotient q;
  const double c = line.immediate;
  q.defined = c >= 2 && c <= 8 && c == std::floor(c);
  if (q.defined) q.slope = central(line, 0, 0, 0, 0x1p-1022);
  q.error = 1;
  q.underflow = 4;
  return q;
}

// rho = |(c - 1) - fl(c - 1)| |ln |x||: the engine's exponent is a double. B ulps of the power, two
// roundings, one more as c out / x.
Quotient of_pow(const Instruction& line, double x, double out, double g,
                const Capabilities& capabilities) {
  const double c = line.immediate;
  Quotient q;
  if (c == 0 || c == 1) {
    q.slope = central(line, 0, wide(x), 0, power_of_two(std::fabs(x)));
    q.error = 0x1p-106;
    return q;
  }
  if (x == 0) return of_pow_at_zero(line);
  const double size = std::max(1.0, std::fabs(c));
  q.defined = std::fabs(c) <= 0x1p53 && std::fabs(x) > 1e-280 && std::isfinite(out);
  if (!q.defined) return q;
  const double h = std::ldexp(power_of_two(std::fabs(x)), -35 - std::ilogb(size));
  q.slope = central(line, 0, wide(x), 0, h);
  q.error = 0x1p-68 + 0x1p-70 / std::min(1.0, std::fabs(c));
  const double b = std::max(0.5, capabilities.ulps.pow);
  q.roundings = (2 * b + 3) * (1 + 1e-9);
  const double lost = static_cast<double>(fabs((wide(c) - 1) - wide(c - 1)));
  q.spread = lost * (std::fabs(std::log(std::fabs(x))) + 1);
  const double p = std::fabs(static_cast<double>(q.slope / c));
  q.underflow = (1 + std::fabs(c)) * (1 + std::fabs(g)) *
                (1 + capabilities.ulps.pow + p + (1 + std::fabs(out)) / std::fabs(x));
  q.defined = q.underflow < kNearOverflow && q.error < 0x1p-60;
  return q;
}

// Linear in each operand where its ramp keeps its side; the bias is added, the others are products.
Quotient of_neuron(const Instruction& neuron, std::uint32_t slot, double out,
                   std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const bool is_bias = slot == 2u * neuron.count;
  const double x = nodes[operand_in(neuron, slot)].data;
  const double y = is_bias ? 0 : nodes[factor_of(neuron, slot)].data;
  Instruction term;
  term.op = is_bias ? Op::add : Op::mul;
  Quotient q = linear(term, 0, x, y);
  const Slopes slopes = slopes_at(out, neuron, capabilities);
  q.defined = slopes.first == slopes.second;
  q.slope *= slopes.first;
  if (slopes.first != 0 && slopes.first != 1) q.roundings += 1.01;
  return q;
}

// One side of the ramp is one line: its difference, or at the kink the declared convention.
Quotient of_relu(const Instruction& relu, double x, const Capabilities& capabilities) {
  const Slopes slopes = slopes_at(x, relu, capabilities);
  Quotient q;
  q.defined = slopes.first == slopes.second;
  const double h = power_of_two(std::fabs(x));
  q.slope = slopes.first * ((wide(x) + h) - (wide(x) - h)) * (Float128(0.5) / h);
  const bool rounds = slopes.first != 0 && slopes.first != 1;
  q.roundings = q.underflow = rounds ? 1 : 0;
  return q;
}

Quotient quotient_of(const Instruction& line, std::uint32_t slot, double out, double g,
                     std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const double x = nodes[line.operands[0]].data;
  const double y = info(line.op).arity > 1 ? nodes[line.operands[1]].data : 0;
  switch (line.op) {
    case Op::exp:
      return of_exp(line, x, g, capabilities);
    case Op::log:
      return of_log(line, x, g, capabilities);
    case Op::pow:
      return of_pow(line, x, out, g, capabilities);
    case Op::relu:
      return of_relu(line, x, capabilities);
    case Op::neuron:
      return of_neuron(line, slot, out, nodes, capabilities);
    default:
      return linear(line, slot, x, y);
  }
}

}  // namespace

QuotientTerm quotient_term(const Program& program, NodeId consumer, std::uint32_t slot,
                           std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const Instruction& line = program.code[consumer];
  const double g = nodes[consumer].grad;
  const double operand = nodes[operand_in(line, slot)].data;
  QuotientTerm term;
  if (!std::isfinite(g) || !std::isfinite(nodes[consumer].data) || !std::isfinite(operand)) {
    return term;
  }
  const Quotient q = quotient_of(line, slot, nodes[consumer].data, g, nodes, capabilities);
  if (!q.defined) return term;
  term.centre = q.slope * g;
  const double size = std::fabs(static_cast<double>(term.centre));
  const double relative = q.error + q.spread + q.roundings * kDouble.u;
  term.radius = enlarge(size * relative * (1 + 1e-9) + q.underflow * kDouble.eta);
  if (size > 0 && size < 0x1p-900)
    term.radius += kDouble.eta;  // the difference's own error underflows
  term.decided = size < kNearOverflow && std::isfinite(term.radius);
  return term;
}

}  // namespace cradle
