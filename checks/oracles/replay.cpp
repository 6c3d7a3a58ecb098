// One case an op: what it adds to its operands' adjoints, as an engine of the plainest kind does
// it.

#include "checks/oracles/replay.h"

#include <cmath>

#include "checks/oracles/contributions.h"
#include "checks/oracles/libm.h"

namespace cradle {
namespace {

// s g f; a shut gate adds nothing, unless the mask multiplies.
double gated(double slope, double factor, double g, const Capabilities& capabilities) {
  if (slope == 0 && capabilities.mask_form != MaskForm::multiplies) return 0;
  return (slope == 1 ? g : slope * g) * factor;
}

double power_contribution(double e, double x, double out, double g,
                          const Capabilities& capabilities) {
  if (e == 0) return gated(0, 1, g, capabilities);
  if (e == 1) return g;
  if (capabilities.pow_form == PowForm::from_output) return e * out / x * g;
  return e * (e == 2 ? x : std::pow(x, e - 1)) * g;
}

void replay_neuron(const Instruction& neuron, NodeId consumer, std::span<const NodeState> nodes,
                   const Capabilities& capabilities, std::span<double> adjoints) {
  const double g = nodes[consumer].grad;
  const double slope = slopes_at(nodes[consumer].data, neuron, capabilities).first;
  if (slope == 0 && capabilities.mask_form != MaskForm::multiplies) return;
  // From the last product to the first, as a sweep over the same neuron op by op goes.
  for (NodeId k = neuron.count; k-- > 0;) {
    const NodeId x = neuron.operands[0] + k;
    const NodeId w = neuron.operands[1] + k;
    adjoints[w] += gated(slope, nodes[x].data, g, capabilities);
    adjoints[x] += gated(slope, nodes[w].data, g, capabilities);
  }
  adjoints[neuron.operands[2]] += gated(slope, 1, g, capabilities);
}

}  // namespace

bool replay_is_legal(const Capabilities& capabilities) {
  return capabilities.precision_bits == 53 && capabilities.ulps.pow >= host_ulps(Op::pow) &&
         capabilities.ulps.exp >= host_ulps(Op::exp);
}

void replay(const Program& program, NodeId consumer, std::span<const NodeState> nodes,
            const Capabilities& capabilities, std::span<double> adjoints) {
  const Instruction& line = program.code[consumer];
  const NodeId a = line.operands[0];
  const NodeId b = line.operands[1];
  const double g = nodes[consumer].grad;
  switch (line.op) {
    case Op::add:
      adjoints[a] += g;
      adjoints[b] += g;
      break;
    case Op::sub:
      adjoints[a] += g;
      adjoints[b] -= g;
      break;
    case Op::mul:
      adjoints[a] += nodes[b].data * g;
      adjoints[b] += nodes[a].data * g;
      break;
    case Op::neg:
      adjoints[a] -= g;
      break;
    case Op::relu:
      adjoints[a] += gated(slopes_at(nodes[a].data, line, capabilities).first, 1, g, capabilities);
      break;
    case Op::exp: {
      const bool recomputed = capabilities.exp_form == ExpForm::recomputed;
      adjoints[a] += (recomputed ? std::exp(nodes[a].data) : nodes[consumer].data) * g;
      break;
    }
    case Op::log: {
      const bool reciprocal = capabilities.log_form == LogForm::reciprocal;
      adjoints[a] += reciprocal ? g * (1 / nodes[a].data) : g / nodes[a].data;
      break;
    }
    case Op::pow:
      adjoints[a] +=
          power_contribution(line.immediate, nodes[a].data, nodes[consumer].data, g, capabilities);
      break;
    case Op::neuron:
      replay_neuron(line, consumer, nodes, capabilities, adjoints);
      break;
    default:
      break;
  }
}

}  // namespace cradle
