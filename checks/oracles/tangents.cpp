// Forward mode: a tangent for each input goes with the values.
//
// A node's tangent is the sum over its operands of partial derivative times tangent, each product
// rounded and their sum rounded; there is one pass an input, or one for all inputs with the same
// numbers in it. A tangent of 0 makes NaN where the partial derivative is infinite, whichever input
// the node depends on: there an engine that does not skip zeros is as right as one that does.

#include <algorithm>

#include "checks/oracles/elasticity.h"
#include "checks/oracles/reference.h"

namespace cradle {

template <typename Real>
void Reference<Real>::sweep_tangents(NodeId input) {
  const auto size = static_cast<NodeId>(program_->code.size());
  tangents_.assign(size, {});
  tangents_[input].centre = 1;
  moves_.assign(size, 0);  // most of a network does not depend on one of its thousands of weights
  moves_[input] = 1;
  for (NodeId node = 0; node < size && decided(); ++node) {
    if (reached_[node] == 0 || program_->code[node].op == Op::input) continue;
    tangent_of(node);
  }
  sums_[input].sum = tangents_.back().centre;
  sums_[input].error = tangents_.back().radius;
}

template <typename Real>
void Reference<Real>::tangent_of(NodeId node) {
  const Instruction& line = program_->code[node];
  const Model model = {*capabilities_, arithmetic_};
  Sum sum;
  if (line.op == Op::neuron) {
    double excess = 0;
    sum.add(tangents_[line.operands[2]]);
    for (NodeId k = 0; k < line.count; ++k) {
      const NodeId x = line.operands[0] + k;
      const NodeId w = line.operands[1] + k;
      if (moves_[x] != 0) sum.add(product(values_[w], tangents_[x], arithmetic_));
      if (moves_[w] != 0) sum.add(product(values_[x], tangents_[w], arithmetic_));
      excess = std::max({excess, excess_of_product(values_[w], tangents_[x]),
                         excess_of_product(values_[x], tangents_[w])});
    }
    bend(excess);
  } else {
    const unsigned arity = info(line.op).arity;
    const Ball<Real>& a = values_[line.operands[0]];
    const Ball<Real>& b = values_[line.operands[arity - 1]];
    for (unsigned slot = 0; slot < arity; ++slot) {
      const Ball<Real>& tangent = tangents_[line.operands[slot]];
      Ball<Real> contribution;
      if (moves_[line.operands[slot]] == 0 || tangent.is_zero()) {
        if (info(line.op).domain == Domain::everywhere) continue;
        const Ball<Real> any = {1, 0};
        undecide(node, contribute(model, line, slot, a, b, values_[node], any, contribution));
        continue;
      }
      undecide(node, contribute(model, line, slot, a, b, values_[node], tangent, contribution));
      bend(excess_of_contribution(line, slot, a, b, values_[node], tangent));
      sum.add(contribution);
    }
  }
  if (sum.terms == 0) return;
  const Ball<Real> tangent = settled(node, sum);
  tangents_[node] = line.op == Op::neuron ? sloped(model, slopes_[node], tangent) : tangent;
  moves_[node] = 1;
}

template void Reference<long double>::sweep_tangents(NodeId);
template void Reference<Float128>::sweep_tangents(NodeId);

}  // namespace cradle
