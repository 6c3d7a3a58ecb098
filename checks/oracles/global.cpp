// The reference: values forwards, gradients backwards, each with its radius.
//
// A gradient that is a sum of k contributions, each within err_j of C_j, is within
//   R = sum err_j + gamma_(k-1) (sum |C_j| + sum err_j)
// of the sum of the C_j, for any order of the additions.

#include "checks/oracles/global.h"

#include <cmath>
#include <cstdint>

#include "checks/oracles/contributions.h"
#include "checks/oracles/exact_sum.h"
#include "checks/oracles/radius.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

struct Adjoint {
  Float128 sum = 0;
  double magnitude = 0;  // sum |C|
  double error = 0;      // sum err
  double terms = 0;      // k, zeros not counted
};

class Builder {
 public:
  Builder(const Program& program, const Capabilities& capabilities)
      : program_(program),
        capabilities_(capabilities),
        root_(static_cast<NodeId>(program.code.size() - 1)),
        reached_(reached_from(program, root_)),
        adjoints_(program.code.size()) {
    const std::size_t size = program.code.size();
    reference_.value.resize(size);
    reference_.gradient.resize(size);
    reference_.value_radius.resize(size);
    reference_.gradient_radius.resize(size);
  }

  GlobalReference build() {
    for (NodeId node = 0; node <= root_ && reference_.decided; ++node) {
      if (reached_[node] != 0) forward(node);
    }
    adjoints_[root_].sum = 1;
    adjoints_[root_].terms = 1;
    for (NodeId node = root_ + 1; node-- > 0 && reference_.decided;) {
      if (reached_[node] != 0) backward(node);
    }
    return std::move(reference_);
  }

 private:
  void undecide(NodeId node, Undecided why) {
    if (why == nullptr || !reference_.decided) return;
    reference_.decided = false;
    reference_.reason = "node %" + std::to_string(node) + " is undecided: " + why;
  }

  Ball value(NodeId node) const { return {reference_.value[node], reference_.value_radius[node]}; }

  void forward(NodeId node) {
    const Instruction& line = program_.code[node];
    Float128& centre = reference_.value[node];
    centre = value_at<Float128>(program_, node, reference_.value, ramps());
    Ball result = {centre, 0};
    if (line.op == Op::neuron) {
      undecide(node, forward_neuron(node, result));
    } else if (line.op != Op::input) {
      const NodeId second = info(line.op).arity > 1 ? line.operands[1] : line.operands[0];
      undecide(node,
               forward_radius(line, value(line.operands[0]), value(second), capabilities_, result));
    }
    reference_.value_radius[node] = result.radius;
    if (!(result.size() + result.radius < kNearOverflow)) {
      undecide(node, "a value is near overflow");
    }
  }

  // S = b + sum w x. What the operands' balls make of it, and n products and n additions in any
  // order:
  //   e = e_b + sum (|W| e_x + |X| e_w + e_x e_w)
  //       + gamma_(n+1) (|b| + e_b + sum (|W| + e_w) (|X| + e_x)) + n eta
  // and 0 where the operands are exact and no order of the sum rounds (exact_sum.h).
  // The result of a ramp that is decided is no further off.
  Undecided forward_neuron(NodeId node, Ball& result) {
    const Instruction& line = program_.code[node];
    const Ball bias = value(line.operands[2]);
    Ball sum = {weighted_sum<Float128>(line, reference_.value), 0};
    double spread = bias.radius;
    double magnitude = bias.size() + bias.radius;
    ExactSum exact;
    exact.add(static_cast<double>(bias.centre));
    bool held = bias.radius == 0;  // all that matters is a number that the engine holds
    for (NodeId k = 0; k < line.count; ++k) {
      const Ball x = value(line.operands[0] + k);
      const Ball w = value(line.operands[1] + k);
      spread += w.size() * x.radius + x.size() * w.radius + x.radius * w.radius;
      magnitude += (w.size() + w.radius) * (x.size() + x.radius);
      if (w.size() + w.radius == 0 || x.size() + x.radius == 0) continue;
      held = held && w.radius == 0 && x.radius == 0;
      exact.add(static_cast<double>(w.centre), static_cast<double>(x.centre));
    }
    if (!(magnitude < kNearOverflow)) return "a partial sum is near overflow";
    const bool rounds = !held || !exact.is_exact(Rounding());
    const double eta = line.count * Rounding().eta;
    sum.radius = rounds ? enlarge(spread + gamma(line.count + 1) * magnitude + eta) : 0;
    slopes_.resize(program_.code.size(), 1);
    if (line.linear) {
      result = sum;
      return nullptr;
    }
    const Undecided undecided = decide_slope(sum, capabilities_, slopes_[node]);
    if (undecided != nullptr || sum.centre == 0) return undecided;
    result.radius = slopes_[node] == 1 ? sum.radius : product({slopes_[node], 0}, sum).radius;
    return nullptr;
  }

  Ramps ramps() const { return {capabilities_.relu_slope, capabilities_.leaky_slope}; }

  void add(NodeId node, const Ball& contribution) {
    if (contribution.centre == 0 && contribution.radius == 0) return;
    Adjoint& adjoint = adjoints_[node];
    adjoint.sum += contribution.centre;
    adjoint.magnitude += contribution.size();
    adjoint.error += contribution.radius;
    ++adjoint.terms;
  }

  void backward(NodeId node) {
    const Adjoint& adjoint = adjoints_[node];
    Ball g = {adjoint.sum, 0};
    g.radius =
        enlarge(adjoint.error + gamma(adjoint.terms - 1) * (adjoint.magnitude + adjoint.error));
    reference_.gradient[node] = g.centre;
    reference_.gradient_radius[node] = g.radius;
    if (!(adjoint.magnitude + g.radius < kNearOverflow)) {
      return undecide(node, "a gradient is near overflow");
    }
    const Instruction& line = program_.code[node];
    const NodeId a = line.operands[0];
    const NodeId b = line.operands[1];
    Ball contribution;
    switch (line.op) {
      case Op::input:
        return;
      case Op::add:
        add(a, g);
        return add(b, g);
      case Op::sub:
        add(a, g);
        return add(b, {-g.centre, g.radius});
      case Op::neg:
        return add(a, {-g.centre, g.radius});
      case Op::mul:
        add(a, product(value(b), g));
        return add(b, product(value(a), g));
      case Op::exp:
        return add(a, product(value(node), g));
      case Op::relu:
        return add(a, gated(a, g));
      case Op::log:
        undecide(node, pull_back_log(value(a), g, contribution));
        return add(a, contribution);
      case Op::pow:
        undecide(node, pull_back_pow(line.immediate, value(a), value(node), g, capabilities_,
                                     contribution));
        return add(a, contribution);
      case Op::neuron:
        return backward_neuron(line, sloped(slopes_[node], g));
      default:
        return undecide(node, "there is no radius for the op");
    }
  }

  static Ball sloped(double slope, const Ball& g) {
    if (slope == 0) return {};
    return slope == 1 ? g : product({slope, 0}, g);
  }

  Ball gated(NodeId argument, const Ball& g) const {
    double slope = 0;
    decide_slope(value(argument), capabilities_, slope);  // decided on the way forward
    return sloped(slope, g);
  }

  void backward_neuron(const Instruction& line, const Ball& g) {
    add(line.operands[2], g);
    for (NodeId k = 0; k < line.count; ++k) {
      const NodeId x = line.operands[0] + k;
      const NodeId w = line.operands[1] + k;
      add(w, product(value(x), g));
      add(x, product(value(w), g));
    }
  }

  const Program& program_;
  const Capabilities& capabilities_;
  const NodeId root_;
  const std::vector<std::uint8_t> reached_;
  std::vector<Adjoint> adjoints_;
  std::vector<double> slopes_;  // of neurons
  GlobalReference reference_;
};

}  // namespace

GlobalReference global_reference(const Program& program, const Capabilities& capabilities) {
  if (capabilities.mode == Mode::forward || capabilities.precision_bits != 53) {
    GlobalReference none;
    none.decided = false;
    none.reason = "the engine differentiates in forward mode, or not in binary64";
    return none;
  }
  return Builder(program, capabilities).build();
}

Judgement judge_global(const Program& program, const Trace& trace,
                       const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  const GlobalReference reference = global_reference(program, capabilities);
  if (!reference.decided) return judged(Verdict::inconclusive, reference.reason);
  const std::vector<NodeState>& nodes = trace.after.front().nodes;
  for (NodeId node = 0; node < nodes.size(); ++node) {
    if (program.code[node].op != Op::input || !nodes[node].has_grad()) continue;
    const double got = nodes[node].grad;
    const Float128& g = reference.gradient[node];
    const double radius = reference.gradient_radius[node];
    if (std::isfinite(got) && fabs(Float128(got) - g) <= radius) continue;
    Judgement judgement = disagreement(program, node, Kind::gradient, got, static_cast<double>(g),
                                       {round_down(g - radius), round_up(g + radius)});
    judgement.message += " (its gradient is not that of the function)";
    return judgement;
  }
  return judged(Verdict::agree);
}

}  // namespace cradle
