// One case an op: what it adds to its operands' adjoints, as an engine of the plainest kind does
// it, each operation rounded to the engine's numbers.

#include "checks/oracles/replay.h"

#include <cassert>
#include <cmath>

#include "checks/oracles/arithmetic.h"
#include "checks/oracles/contributions.h"
#include "checks/oracles/libm.h"

namespace cradle {
namespace {

class Replay {
 public:
  Replay(const Program& program, NodeId consumer, std::span<const NodeState> nodes,
         const Capabilities& capabilities, std::span<double> adjoints)
      : line_(program.code[consumer]),
        nodes_(nodes),
        capabilities_(capabilities),
        round_(capabilities.precision_bits),
        adjoints_(adjoints),
        out_(nodes[consumer].data),
        g_(nodes[consumer].grad) {}

  void run() {
    if (line_.op == Op::neuron) return neuron();
    const NodeId a = line_.operands[0];
    const NodeId b = line_.operands[1];
    const double x = nodes_[a].data;
    const double y = nodes_[b].data;
    switch (line_.op) {
      case Op::add:
        add(a, g_);
        return add(b, g_);
      case Op::sub:
        add(a, g_);
        return add(b, -g_);
      case Op::mul:
        add(a, round_(y * g_));
        return add(b, round_(x * g_));
      case Op::div:
        return division(a, b, x, y);
      case Op::powv:
        add(a, power(y, x));
        return add(b, exponent(x, y));
      default:
        return add(a, unary(x));
    }
  }

 private:
  void add(NodeId node, double contribution) {
    adjoints_[node] = round_(adjoints_[node] + contribution);
  }

  double unary(double x) const {
    switch (line_.op) {
      case Op::neg:
        return -g_;
      case Op::pow:
        return power(line_.immediate, x);
      case Op::exp:
        return round_((capabilities_.exp_form == ExpForm::recomputed ? round_(std::exp(x)) : out_) *
                      g_);
      case Op::log:
        return capabilities_.log_form == LogForm::reciprocal ? round_(g_ * round_(1 / x))
                                                             : round_(g_ / x);
      case Op::tanh:
        return hyperbolic(x);
      case Op::sigmoid:
        return logistic(x);
      case Op::sin:
        return round_(round_(std::cos(x)) * g_);
      case Op::cos:
        return round_(-round_(std::sin(x)) * g_);
      case Op::sqrt:
        return root(x);
      case Op::relu:
      case Op::leaky_relu:
      case Op::abs:
        return gated(slopes_at(x, line_, capabilities_).first, 1);
      case Op::input:
      case Op::add:
      case Op::sub:
      case Op::mul:
      case Op::div:
      case Op::powv:
      case Op::neuron:
        break;
    }
    assert(false);
    return 0;
  }

  // s g f; a shut gate adds nothing, unless the mask multiplies.
  double gated(double slope, double factor) const {
    if (slope == 0 && capabilities_.mask_form != MaskForm::multiplies) return 0;
    return round_((slope == 1 ? g_ : round_(slope * g_)) * factor);
  }

  double power(double e, double x) const {
    if (e == 0) return 0;
    if (e == 1) return g_;
    if (capabilities_.pow_form == PowForm::from_output) {
      return round_(round_(round_(e * out_) / x) * g_);
    }
    return round_(round_(e * (e == 2 ? x : round_(std::pow(x, round_(e - 1))))) * g_);
  }

  double exponent(double x, double y) const {
    const bool recomputed = capabilities_.powv_form == PowvForm::recomputed;
    return round_(round_((recomputed ? round_(std::pow(x, y)) : out_) * round_(std::log(x))) * g_);
  }

  void division(NodeId a, NodeId b, double x, double y) {
    switch (capabilities_.div_form) {
      case DivForm::power:
        add(a, round_(round_(std::pow(y, -1)) * g_));
        return add(b, round_(-round_(std::pow(y, -2)) * round_(x * g_)));
      case DivForm::reciprocal:
        add(a, round_(g_ * round_(1 / y)));
        return add(b, round_(round_(-g_ * out_) * round_(1 / y)));
      case DivForm::product:
        add(a, round_(g_ / y));
        return add(b, round_(round_(-g_ * x) / round_(y * y)));
      default:
        add(a, round_(g_ / y));
        return add(b, round_(round_(-g_ * out_) / y));
    }
  }

  double hyperbolic(double x) const {
    const double t = capabilities_.tanh_form == TanhForm::recomputed ? round_(std::tanh(x)) : out_;
    if (capabilities_.tanh_form == TanhForm::product) {
      return round_(round_(round_(1 - t) * round_(1 + t)) * g_);
    }
    return round_(round_(1 - round_(t * t)) * g_);
  }

  double logistic(double x) const {
    if (capabilities_.sigmoid_form != SigmoidForm::exp) {
      return round_(round_(out_ * round_(1 - out_)) * g_);
    }
    const double e = round_(std::exp(-std::fabs(x)));
    const double sum = round_(1 + e);
    return round_(round_(e / round_(sum * sum)) * g_);
  }

  double root(double x) const {
    switch (capabilities_.sqrt_form) {
      case SqrtForm::power:
        return round_(round_(0.5 * round_(std::pow(x, -0.5))) * g_);
      case SqrtForm::reciprocal:
        return round_(g_ * round_(0.5 / out_));
      default:
        return round_(g_ / round_(2 * out_));
    }
  }

  void neuron() {
    const double slope = slopes_at(out_, line_, capabilities_).first;
    if (slope == 0 && capabilities_.mask_form != MaskForm::multiplies) return;
    // From the last product to the first, as a sweep over the same neuron op by op goes.
    for (NodeId k = line_.count; k-- > 0;) {
      const NodeId x = line_.operands[0] + k;
      const NodeId w = line_.operands[1] + k;
      add(w, gated(slope, nodes_[x].data));
      add(x, gated(slope, nodes_[w].data));
    }
    add(line_.operands[2], gated(slope, 1));
  }

  const Instruction& line_;
  const std::span<const NodeState> nodes_;
  const Capabilities& capabilities_;
  const Arithmetic round_;
  const std::span<double> adjoints_;
  const double out_;
  const double g_;
};

}  // namespace

// A float engine's library is stood in for by the host's in double, rounded: half an ulp of a float
// and a trifle. The powers of div are the engine's pow.
bool replay_is_legal(const Capabilities& capabilities) {
  const LibmUlps& ulps = capabilities.ulps;
  if (capabilities.precision_bits == 24) {
    for (const double declared : {ulps.exp, ulps.log, ulps.pow, ulps.sin, ulps.cos, ulps.tanh}) {
      if (declared < 0.51) return false;
    }
    return true;
  }
  const bool tanh_matters = capabilities.tanh_form == TanhForm::recomputed;
  return ulps.pow >= host_ulps(Op::pow) && ulps.exp >= host_ulps(Op::exp) &&
         ulps.log >= host_ulps(Op::log) && ulps.sin >= host_ulps(Op::sin) &&
         ulps.cos >= host_ulps(Op::cos) && (!tanh_matters || ulps.tanh >= host_ulps(Op::tanh));
}

void replay(const Program& program, NodeId consumer, std::span<const NodeState> nodes,
            const Capabilities& capabilities, std::span<double> adjoints) {
  Replay(program, consumer, nodes, capabilities, adjoints).run();
}

}  // namespace cradle
