// A network is judged as a function: GLOBAL's reference of the lowered program. Beside it stands
// the engine's own op-by-op run of the same network, judged as any program is, and the two must be
// the same to the bit where the order of sums is promised.

#include "checks/oracles/network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "checks/oracles/death.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/local.h"
#include "checks/oracles/reference.h"
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
  if (lowered.program.code[node].op == Op::neuron) return "a neuron";
  if (node < lowered.parameter_count) return "parameter " + std::to_string(node);
  return lowered.program.code[node].op == Op::input ? "an input" : "the loss";
}

Judgement outside(const Lowered& lowered, NodeId node, Kind kind, double got,
                  const Ball<Float128>& truth) {
  Judgement judgement = disagreement(
      lowered.program, node, kind, got, static_cast<double>(truth.centre),
      {round_down(truth.centre - truth.radius), round_up(truth.centre + truth.radius)});
  judgement.message += std::string(" (") + (kind == Kind::value ? "the value" : "the gradient") +
                       " of " + role_of(lowered, node) + " is not that of the network)";
  return judgement;
}

// Notes how much of the radius the error takes, where it is within the part of it that is trusted.
template <typename Real>
bool within(double got, const Ball<Real>& truth, double trusted, double& share) {
  using std::fabs;
  if (!std::isfinite(got)) return false;
  const Real error = fabs(Real(got) - truth.centre);
  if (!(error <= truth.radius * trusted)) return false;
  share = std::max(share, share_of(static_cast<double>(error), truth.radius));
  return true;
}

struct Miss {
  NodeId node = 0;
  Kind kind = Kind::value;
};

// Returns the first number that is not that of the network; or nothing, and the largest share.
template <typename Real>
std::optional<Miss> first_miss(const Lowered& lowered, const std::vector<NodeState>& nodes,
                               const Reference<Real>& reference, double trusted, double& share) {
  const std::vector<std::uint8_t> reached =
      reached_from(lowered.program, static_cast<NodeId>(nodes.size() - 1));
  for (const NodeId node : outputs_of(lowered)) {
    // An output that no loss uses has no reference.
    if (reached[node] != 0 && nodes[node].has_data() &&
        !within(nodes[node].data, reference.value(node), trusted, share)) {
      return Miss{node, Kind::value};
    }
  }
  for (NodeId node = 0; node < nodes.size(); ++node) {
    if (lowered.program.code[node].op != Op::input || !nodes[node].has_grad()) continue;
    if (!within(nodes[node].grad, reference.gradient(node), trusted, share)) {
      return Miss{node, Kind::gradient};
    }
  }
  return std::nullopt;
}

// GLOBAL's reference: the long doubles', and float128's for what those do not accept.
class NetworkJudge {
 public:
  NetworkJudge(const Lowered& lowered, const Capabilities& capabilities)
      : lowered_(lowered), capabilities_(capabilities) {
    quick_.compute(lowered.program, capabilities);
  }

  Judgement judge(const std::vector<NodeState>& nodes) {
    double share = -1;
    if (quick_.decided() && !first_miss(lowered_, nodes, quick_, kTrusted, share)) {
      return agreed(share);
    }
    return judge_by_float128(nodes);
  }

 private:
  Judgement judge_by_float128(const std::vector<NodeState>& nodes) {
    Reference<Float128> reference;
    reference.compute(lowered_.program, capabilities_);
    if (!reference.decided()) return judged(Verdict::inconclusive, reference.reason());
    double share = -1;
    const auto miss = first_miss(lowered_, nodes, reference, 1, share);
    if (!miss) return agreed(share);
    const NodeState& got = nodes[miss->node];
    return miss->kind == Kind::value
               ? outside(lowered_, miss->node, Kind::value, got.data, reference.value(miss->node))
               : outside(lowered_, miss->node, Kind::gradient, got.grad,
                         reference.gradient(miss->node));
  }

  const Lowered& lowered_;
  const Capabilities& capabilities_;
  Reference<Quick> quick_;
};

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

// The run op by op, as any program is judged; and its nodes under the lowered program's numbers.
struct Beside {
  Judgement judgement;
  std::vector<NodeState> nodes;
};

Beside judge_beside(const Lowered& lowered, const Trace& trace, const Capabilities& capabilities) {
  std::vector<NodeId> renumbered;
  const Program program = beside_network(lowered, capabilities.ops, &renumbered);
  Beside beside;
  beside.judgement = judge_forward(program, trace, capabilities);
  if (beside.judgement.verdict == Verdict::agree) {
    beside.judgement = judge_local(program, trace, capabilities);
  }
  if (beside.judgement.verdict == Verdict::disagree) {
    beside.judgement.message += " (in the same network made op by op)";
    // Its numbers are those of another program.
    if (program.code.size() != lowered.program.code.size()) beside.judgement.has_node = false;
    return beside;
  }
  if (!fits(trace, program)) return beside;
  for (const NodeId node : renumbered) {
    beside.nodes.push_back(trace.after.front().nodes[node]);
  }
  return beside;
}

}  // namespace

Program beside_network(const Lowered& lowered, OpSet ops, std::vector<NodeId>* renumbered) {
  if (!contains(ops, Op::neuron)) return expand(lowered.program, renumbered);
  if (renumbered != nullptr) {
    renumbered->resize(lowered.program.code.size());
    std::iota(renumbered->begin(), renumbered->end(), NodeId{0});
  }
  return lowered.program;
}

Judgement judge_network(const Lowered& lowered, const Trace& network_trace, const Trace* beside,
                        const Capabilities& capabilities) {
  const Program& program = lowered.program;
  const Judgement forward = judge_forward(program, network_trace, capabilities);  // or it died
  if (forward.verdict != Verdict::agree) return forward;
  const Snapshot& after = network_trace.after.front();
  if (after.status != 0) return disagreement(Kind::gradient, "backward failed without a reason");

  NetworkJudge judge(lowered, capabilities);
  Judgement judgement = judge.judge(after.nodes);
  if (judgement.verdict == Verdict::disagree || beside == nullptr) return judgement;

  const Beside parts = judge_beside(lowered, *beside, capabilities);
  if (parts.judgement.verdict == Verdict::disagree) return parts.judgement;
  if (parts.nodes.empty()) return judgement;
  if (judgement.verdict == Verdict::agree) {
    judgement = judge.judge(parts.nodes);
    if (judgement.verdict == Verdict::disagree) {
      judgement.message += " (in the same network made op by op)";
      return judgement;
    }
  }
  if (!capabilities.neuron_in_order) return judgement;
  Judgement exact = judge_against_lowered(lowered, after.nodes, parts.nodes);
  if (exact.verdict == Verdict::disagree) return exact;
  exact.share = judgement.share;
  // The same bits as a run in which every gradient follows from its consumers'.
  const bool follows = exact.verdict == Verdict::agree && parts.judgement.verdict == Verdict::agree;
  return follows ? exact : judgement;
}

}  // namespace cradle
