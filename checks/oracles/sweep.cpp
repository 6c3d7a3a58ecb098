// The shape of a backward: reach, uses, and what can be read.

#include "checks/oracles/sweep.h"

#include <algorithm>
#include <cmath>

#include "checks/oracles/death.h"
#include "checks/oracles/words.h"

namespace cradle {

std::vector<std::uint8_t> reached_from(const Program& program, NodeId root) {
  std::vector<std::uint8_t> reached;
  find_reached(program, root, reached);
  return reached;
}

void find_reached(const Program& program, NodeId root, std::vector<std::uint8_t>& reached) {
  reached.assign(std::size_t{root} + 1, 0);
  reached[root] = 1;
  for (NodeId node = root + 1; node-- > 0;) {
    if (reached[node] == 0) continue;
    for_each_operand(program.code[node],
                     [&](std::uint32_t, NodeId operand) { reached[operand] = 1; });
  }
}

void mark_composed(const Program& program, NodeId root, std::vector<std::uint8_t>& marks) {
  constexpr OpSet kSingle = kSpecificationOps | bit(Op::tanh);
  marks.resize(std::max<std::size_t>(marks.size(), std::size_t{root} + 1));
  const std::vector<std::uint8_t> reached = reached_from(program, root);
  for (NodeId node = 0; node <= root; ++node) {
    if (reached[node] != 0 && !contains(kSingle, program.code[node].op)) marks[node] = 1;
  }
}

// Counting sort: how many uses each node has, two places on; where its first one goes, one place
// on; then the uses themselves, which move that to where the next node's begin.
Uses::Uses(const Program& program, NodeId root, const std::vector<std::uint8_t>& reached)
    : first_(std::size_t{root} + 3, 0) {
  for (NodeId node = 0; node <= root; ++node) {
    if (reached[node] == 0) continue;
    for_each_operand(program.code[node],
                     [&](std::uint32_t, NodeId operand) { ++first_[operand + 2]; });
  }
  for (std::size_t node = 1; node < first_.size(); ++node) first_[node] += first_[node - 1];
  uses_.resize(first_.back());
  for (NodeId node = 0; node <= root; ++node) {
    if (reached[node] == 0) continue;
    for_each_operand(program.code[node], [&](std::uint32_t slot, NodeId operand) {
      uses_[first_[operand + 1]++] = {node, slot};
    });
  }
}

std::optional<Judgement> unfit_for_gradients(const Program& program, const Trace& trace) {
  if (!fits(trace, program)) return judge_death(program, trace);
  if (!is_pure(program) || program.code.empty()) {
    return judged(Verdict::inconclusive, "the program is not pure");
  }
  if (trace.after.front().status == 0) return std::nullopt;
  return disagreement(Kind::gradient, "backward failed without a reason");
}

bool has_merged_nodes(const Trace& trace) {
  for (NodeId node = 0; node < trace.identity.size(); ++node) {
    if (trace.identity[node] != node) return true;
  }
  return false;
}

std::string local_obstacle(const Capabilities& capabilities) {
  if (capabilities.mode == Mode::forward) return "the engine differentiates in forward mode";
  if (!capabilities.interior_readable) return "the gradients of interior nodes cannot be read";
  return {};
}

namespace {

// As the engine's numbers have it, rounded down; 0 where there is none.
double clip_of(const Capabilities& capabilities) {
  const double clip = capabilities.gradient_clip;
  if (capabilities.precision_bits != 24) return clip;
  return std::min(clip, static_cast<double>(static_cast<float>(clip)));
}

}  // namespace

bool is_seed(double grad, const Capabilities& capabilities) {
  const double clip = capabilities.gradient_clip;
  if (grad == 1 || clip == 0 || clip >= 1) return grad == 1;
  return grad == clip || grad == static_cast<double>(static_cast<float>(clip));
}

bool may_clip_inside(Op op, const Capabilities& capabilities) {
  constexpr OpSet kPlain = bit(Op::input) | bit(Op::add) | bit(Op::sub) | bit(Op::neg) |
                           bit(Op::mul) | bit(Op::pow) | bit(Op::exp) | bit(Op::log) |
                           bit(Op::relu) | bit(Op::neuron);
  return capabilities.gradient_clip != 0 && !capabilities.as_declared && !contains(kPlain, op);
}

// A gradient of just the clip may have been clipped after it was passed on; a root's 1 was not.
bool passed_on_as_read(const Program& program, const Sweep& sweep, NodeId node,
                       const Capabilities& capabilities) {
  const double clip = clip_of(capabilities);
  if (clip == 0) return true;
  if (may_clip_inside(program.code[node].op, capabilities)) return false;
  const double grad = sweep.after[node].grad;
  return std::fabs(grad) < clip || (node == sweep.root && grad == 1 && clip == 1);
}

bool may_be_clipped(const GradientSum& sum, const Capabilities& capabilities) {
  return capabilities.gradient_clip != 0 && !sum.stays_within(clip_of(capabilities));
}

bool readable(const Program& program, NodeId consumer, std::span<const NodeState> nodes) {
  constexpr std::uint32_t kBoth = NodeState::kData | NodeState::kGrad;
  if ((nodes[consumer].readable & kBoth) != kBoth) return false;
  bool all = true;
  for_each_operand(program.code[consumer],
                   [&](std::uint32_t, NodeId operand) { all = all && nodes[operand].has_data(); });
  return all;
}

bool is_hole_of_pow(const Instruction& line, std::span<const NodeState> nodes) {
  if (line.op != Op::pow && line.op != Op::powv) return false;
  const double x = nodes[line.operands[0]].data;
  const double e = line.op == Op::pow ? line.immediate : nodes[line.operands[1]].data;
  // 1 / x overflows for the smallest numbers, too.
  return (e == 0 || e == 1) && (!std::isfinite(1 / x) || !std::isfinite(x));
}

Judgement with_edge(Judgement judgement, const Program& program, std::span<const NodeState> nodes,
                    const Capabilities& capabilities) {
  if (judgement.verdict != Verdict::disagree || judgement.kind != Kind::gradient) return judgement;
  if (capabilities.as_declared) return judgement;  // it promises the edges of the domain, too
  // A formula that divides by x may give any number; where LOCAL can look, it tells which is wrong.
  const bool lenient =
      capabilities.pow_form != PowForm::exponent && !capabilities.interior_readable;
  bool hole = false;
  for (NodeId node = 0; node < nodes.size() && (lenient || std::isnan(judgement.got)); ++node) {
    const Instruction& line = program.code[node];
    if (!is_hole_of_pow(line, nodes)) continue;
    // It can only have spoilt what its base was made of.
    const std::vector<std::uint8_t> above = reached_from(program, line.operands[0]);
    hole = hole || (judgement.node < above.size() && above[judgement.node] != 0);
  }
  if (!hole) return judgement;
  judgement.kind = Kind::edge;
  judgement.message += "; the formula of a pow has a hole at the exponents 0 and 1";
  return judgement;
}

Judgement with_infinity(Judgement judgement, std::span<const NodeState> nodes,
                        const Capabilities& capabilities) {
  if (capabilities.as_declared) return judgement;
  bool infinite = false;
  for (NodeId node = 0; node < nodes.size(); ++node) {
    const bool gradient = node != judgement.node && !std::isfinite(nodes[node].grad);
    infinite = infinite || gradient || !std::isfinite(nodes[node].data);
  }
  if (!infinite || !std::isnan(judgement.got) || judgement.expected != 0) return judgement;
  judgement.kind = Kind::edge;
  judgement.message += "; 0 times infinity is NaN";
  return judgement;
}

Judgement with_edge(Judgement judgement, const Program& program, const Trace& trace,
                    const Capabilities& capabilities) {
  if (!fits(trace, program) || program.code.empty()) return judgement;
  const std::vector<NodeState>& nodes = trace.after.front().nodes;
  const auto root = static_cast<NodeId>(program.code.size() - 1);
  if (judgement.has_node && reached_from(program, root)[judgement.node] == 0) {
    judgement = with_infinity(std::move(judgement), nodes, capabilities);
  }
  return with_edge(std::move(judgement), program, nodes, capabilities);
}

double gradient_before(const Sweep& sweep, NodeId node) {
  return node < sweep.before.size() ? sweep.before[node].grad : 0;
}

GradientSum sum_of_uses(const Program& program, const Sweep& sweep, std::span<const Use> uses,
                        double before, const Capabilities& capabilities) {
  GradientSum sum(capabilities.precision_bits);
  sum.add(before);
  for (const Use& use : uses) {
    sum.add(contribution(program, use.consumer, use.slot, sweep.after, capabilities,
                         sweep.is_stale(use.consumer)));
  }
  return sum;
}

}  // namespace cradle
