// Which rule applies, the linear ones, and how outcomes gather into a hull.

#include "checks/oracles/contributions.h"

#include <algorithm>
#include <cassert>

#include "checks/oracles/orders.h"
#include "checks/oracles/rules.h"

namespace cradle {
namespace {

// d(a + b) = da + db, d(a - b) = da - db: C = g or -g, and nothing is rounded.
Contribution exactly(double outcome) {
  Contribution c;
  c.exact = outcome;
  c.admit(outcome);
  return c;
}

// d(a b) = b da + a db: C = f g, rounded once, or fused with the sum and not rounded at all.
Contribution of_mul(double other, const Pullback& p) {
  Contribution c;
  c.exact = wide(other) * p.g;
  admit_orders(c, {{other}, {p.g}}, p.round);
  return c;
}

Contribution by_rule(const Pullback& p, std::span<const NodeState> nodes) {
  switch (p.line.op) {
    case Op::add:
      return exactly(p.g);
    case Op::sub:
      return exactly(p.slot == 0 ? p.g : -p.g);
    case Op::neg:
      return exactly(-p.g);
    case Op::mul:
      return of_mul(p.slot == 0 ? p.y : p.x, p);
    case Op::div:
      return of_div(p);
    case Op::pow:
      return of_pow(p);
    case Op::powv:
      return of_powv(p);
    case Op::sqrt:
      return of_sqrt(p);
    case Op::exp:
      return of_exp(p);
    case Op::log:
      return of_log(p);
    case Op::tanh:
      return of_tanh(p);
    case Op::sigmoid:
      return of_sigmoid(p);
    case Op::sin:
      return of_sin(p);
    case Op::cos:
      return of_cos(p);
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs:
      return of_ramp(p);
    case Op::neuron:
      return of_neuron(p, nodes);
    case Op::input:
      break;
  }
  assert(false);
  return {};
}

}  // namespace

void Contribution::admit(double outcome) {
  if (std::isfinite(outcome)) return admit_finite(outcome);
  classes |= class_of(outcome);
}

void Contribution::admit_finite(const Float128& outcome) {
  const bool first = (classes & kFinite) == 0;
  lower = first ? outcome : std::min(lower, outcome);
  upper = first ? outcome : std::max(upper, outcome);
  classes |= kFinite;
}

NodeId operand_in(const Instruction& instruction, std::uint32_t slot) {
  if (instruction.op != Op::neuron) return instruction.operands[slot];
  if (slot < instruction.count) return instruction.operands[0] + slot;
  if (slot < 2u * instruction.count) return instruction.operands[1] + (slot - instruction.count);
  return instruction.operands[2];
}

NodeId factor_of(const Instruction& neuron, std::uint32_t slot) {
  assert(slot < 2u * neuron.count);
  return operand_in(neuron, slot < neuron.count ? slot + neuron.count : slot - neuron.count);
}

// A gradient of zero may be skipped, whatever the rule multiplies it by.
Contribution contribution(const Program& program, NodeId consumer, std::uint32_t slot,
                          std::span<const NodeState> nodes, const Capabilities& capabilities) {
  const Instruction& line = program.code[consumer];
  const double g = nodes[consumer].grad;
  const double x = nodes[line.operands[0]].data;
  const double y = info(line.op).arity > 1 ? nodes[line.operands[1]].data : line.immediate;
  const Pullback p = {line,
                      slot,
                      x,
                      y,
                      nodes[consumer].data,
                      g,
                      capabilities,
                      Arithmetic(capabilities.precision_bits)};
  Contribution c = by_rule(p, nodes);
  if (g == 0) c.admit(0);
  return c;
}

}  // namespace cradle
