// Which rule applies, the linear ones, and how outcomes gather into a hull.

#include "checks/oracles/contributions.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <vector>

#include "checks/oracles/libm.h"
#include "checks/oracles/orders.h"
#include "checks/oracles/rules.h"
#include "checks/oracles/values.h"

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

// What the op of `p` may give for its operands as they are. A float engine may go on in double from
// there, between the floats.
LegalValues results_now(const Pullback& p) {
  Program alone;
  alone.code.resize(3);
  alone.code[2] = p.line;
  alone.code[2].operands = {0, info(p.line.op).arity > 1 ? NodeId{1} : NodeId{0}, 0};
  LegalValues legal = legal_values(alone, 2, std::vector<double>{p.x, p.y, 0}, p.capabilities);
  const bool plain = std::isnormal(legal.range.lower) && std::isnormal(legal.range.upper);
  if (p.round.is_single() && plain && legal.range.lower <= legal.range.upper) {
    legal.range = {p.round.next(legal.range.lower, -kInfinity),
                   p.round.next(legal.range.upper, kInfinity)};
  }
  return legal;
}

// The rule with its result recomputed, which is somewhere in a range. Where a rule reads it once,
// it is monotone in it: a multiple of it (exp, pow, powv, div); over it (sqrt, whose range is of
// one sign); 1 - t^2 (tanh; of one sign, too, but where t^2 is nothing beside 1). Where factors
// read it twice, (1 - t)(1 + t) and s (1 - s), each factor is monotone, and every order of them is
// in each factor; with the two readings taken apart the four pairs of ends thus enclose all that
// one reading gives, the peak of s (1 - s) at 1/2 included. The zeros of a range may have either
// sign.
Contribution recomputed(const Pullback& p, std::span<const NodeState> nodes) {
  const LegalValues legal = results_now(p);
  std::vector<double> results;
  if (legal.nan) results.push_back(std::numeric_limits<double>::quiet_NaN());
  if (legal.range.lower <= legal.range.upper) {
    results.push_back(legal.range.lower);
    results.push_back(legal.range.upper);
    if (!legal.signed_zero && legal.range.holds(0)) results.insert(results.end(), {0.0, -0.0});
  }
  Pullback now = p;
  now.out = now.twin = legal.expected;
  Contribution c;
  c.exact = by_rule(now, nodes).exact;
  for (const double out : results) {
    for (const double twin : results) {
      now.out = out;
      now.twin = twin;
      c.admit_all(by_rule(now, nodes));
    }
  }
  // The two rules of powv may differ in this.
  if (p.line.op == Op::powv) c.admit_all(by_rule(p, nodes));
  return c;
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

void Contribution::admit_all(const Contribution& other) {
  if ((other.classes & kFinite) != 0) {
    admit_finite(other.lower);
    admit_finite(other.upper);
  }
  classes |= other.classes;
  decided = decided && other.decided;
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
                          std::span<const NodeState> nodes, const Capabilities& capabilities,
                          bool is_stale) {
  const Instruction& line = program.code[consumer];
  const double g = nodes[consumer].grad;
  const double x = nodes[line.operands[0]].data;
  const double y = info(line.op).arity > 1 ? nodes[line.operands[1]].data : line.immediate;
  const Pullback p = {line,
                      slot,
                      x,
                      y,
                      nodes[consumer].data,
                      nodes[consumer].data,
                      g,
                      capabilities,
                      Arithmetic(capabilities.precision_bits)};
  const bool anew = is_stale && contains(capabilities.recomputes, line.op);
  Contribution c = anew ? recomputed(p, nodes) : by_rule(p, nodes);
  if (g == 0) c.admit(0);
  return c;
}

}  // namespace cradle
