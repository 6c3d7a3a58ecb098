// A network is judged as a function: GLOBAL's reference of the lowered program, and the engine's
// own op-by-op run of it where the two must be the same to the bit.

#include "checks/oracles/network.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "checks/oracles/death.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

// The neurons of the last layer, of each sample.
std::vector<NodeId> outputs_of(const Lowered& lowered) {
  std::vector<NodeId> outputs;
  const std::vector<Instruction>& code = lowered.program.code;
  for (const NodeId first : lowered.first_output) {
    for (NodeId node = first; node < code.size() && code[node].op == Op::neuron; ++node) {
      outputs.push_back(node);
    }
  }
  return outputs;
}

// What a node is in the network, for the message.
std::string role_of(const Lowered& lowered, NodeId node) {
  const NodeId end = lowered.first_parameter + lowered.parameter_count;
  if (lowered.program.code[node].op == Op::neuron) return "a neuron";
  if (node >= lowered.first_parameter && node < end) {
    return "parameter " + std::to_string(node - lowered.first_parameter);
  }
  return lowered.program.code[node].op == Op::input ? "an input" : "the loss";
}

Judgement outside(const Lowered& lowered, NodeId node, Kind kind, double got, const Float128& truth,
                  double radius) {
  Judgement judgement = disagreement(lowered.program, node, kind, got, static_cast<double>(truth),
                                     {round_down(truth - radius), round_up(truth + radius)});
  judgement.message += std::string(" (") + (kind == Kind::value ? "the value" : "the gradient") +
                       " of " + role_of(lowered, node) + " is not that of the network)";
  return judgement;
}

bool within(double got, const Float128& truth, double radius) {
  return std::isfinite(got) && fabs(Float128(got) - truth) <= radius;
}

Judgement judge_against_reference(const Lowered& lowered, const std::vector<NodeState>& nodes,
                                  const GlobalReference& reference) {
  const std::vector<std::uint8_t> reached =
      reached_from(lowered.program, static_cast<NodeId>(nodes.size() - 1));
  for (const NodeId node : outputs_of(lowered)) {
    const Float128& truth = reference.value[node];
    const double radius = reference.value_radius[node];
    // An output that no loss uses has no reference.
    if (reached[node] != 0 && nodes[node].has_data() && !within(nodes[node].data, truth, radius)) {
      return outside(lowered, node, Kind::value, nodes[node].data, truth, radius);
    }
  }
  for (NodeId node = 0; node < nodes.size(); ++node) {
    if (lowered.program.code[node].op != Op::input || !nodes[node].has_grad()) continue;
    const Float128& truth = reference.gradient[node];
    const double radius = reference.gradient_radius[node];
    if (!within(nodes[node].grad, truth, radius)) {
      return outside(lowered, node, Kind::gradient, nodes[node].grad, truth, radius);
    }
  }
  return judged(Verdict::agree);
}

bool finite(const NodeState& state) {
  return std::isfinite(state.data) && std::isfinite(state.grad);
}

// On finite data the sign of a zero gradient is the only bit that may differ.
Judgement judge_against_lowered(const Lowered& lowered, const std::vector<NodeState>& nodes,
                                const std::vector<NodeState>& lowered_nodes) {
  for (const NodeState& state : lowered_nodes) {
    if (!finite(state)) return judged(Verdict::inconclusive, "some number is not finite");
  }
  for (NodeId node = 0; node < nodes.size(); ++node) {
    const NodeState& got = nodes[node];
    const NodeState& expected = lowered_nodes[node];
    const bool value = got.has_data() && expected.has_data() && got.data != expected.data;
    const bool gradient = got.has_grad() && expected.has_grad() && got.grad != expected.grad;
    if (!value && !gradient) continue;
    const double got_number = value ? got.data : got.grad;
    const double expected_number = value ? expected.data : expected.grad;
    Judgement judgement =
        disagreement(lowered.program, node, value ? Kind::value : Kind::gradient, got_number,
                     expected_number, {expected_number, expected_number});
    judgement.message += std::string(" (") + (value ? "the value" : "the gradient") + " of " +
                         role_of(lowered, node) + " differs from the lowered network's)";
    return judgement;
  }
  return judged(Verdict::agree);
}

}  // namespace

Judgement judge_network(const Lowered& lowered, const Trace& network_trace,
                        const Trace* lowered_trace, const Capabilities& capabilities) {
  const Program& program = lowered.program;
  if (!fits(network_trace, program)) return judge_death(program, network_trace);
  const Judgement forward = judge_forward(program, network_trace, capabilities);
  if (forward.verdict != Verdict::agree) return forward;
  const Snapshot& after = network_trace.after.front();
  if (after.status != 0) return disagreement(Kind::gradient, "backward failed without a reason");

  const GlobalReference reference = global_reference(program, capabilities);
  Judgement judgement = judged(Verdict::inconclusive, reference.reason);
  if (reference.decided) judgement = judge_against_reference(lowered, after.nodes, reference);
  if (judgement.verdict == Verdict::disagree) return judgement;

  const bool comparable =
      capabilities.neuron_in_order && lowered_trace != nullptr && fits(*lowered_trace, program);
  if (!comparable) return judgement;
  const Judgement exact =
      judge_against_lowered(lowered, after.nodes, lowered_trace->after.front().nodes);
  return exact.verdict == Verdict::inconclusive ? judgement : exact;
}

}  // namespace cradle
