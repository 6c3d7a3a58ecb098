// Values, sums of gradients, and the reverse sweep.

#include "checks/oracles/reference.h"

#include <algorithm>
#include <cmath>

#include "checks/oracles/elasticity.h"
#include "checks/oracles/sweep.h"

namespace cradle {
namespace {

constexpr Undecided kClips = "the engine clips gradients by design";
constexpr Undecided kTooUncertain = "the filter's own radii are too uncertain";

}  // namespace

template <typename Real>
void Reference<Real>::Sum::add(const Ball<Real>& contribution) {
  if (contribution.is_zero()) return;
  const double last =
      contribution.radius == 0 ? last_power(static_cast<double>(contribution.centre)) : 0;
  grain = terms == 0 ? last : std::min(grain, last);
  sum += contribution.centre;
  magnitude += contribution.size();
  error += contribution.radius;
  ++terms;
}

// A gradient that is a sum of k contributions, each within err_j of C_j, in any order of the k - 1
// additions, a tree included. The last one rounds a number within E = sum err and what the others
// have made of it around the sum; each of the others rounds one of magnitude at most
// M = (sum |C_j| + E) (1 + k u):
//   R = E + (k - 2) u ufp(M) + u ufp(|sum C_j| + E + (k - 2) u ufp(M))
// One contribution alone is not rounded, and of two without an error every engine rounds the same
// sum. Neither is any order of a sum of exact multiples of one grain rounded, when all of them
// together have no more bits than a number has. (The sum of magnitudes is itself exact until it
// passes that bound, so that it cannot stay below.)
template <typename Real>
Ball<Real> Reference<Real>::Sum::settle(const RadiusArithmetic& arithmetic) const {
  if (terms <= 1 || magnitude < grain * arithmetic.whole) return {sum, error};
  if (terms == 2 && error == 0) return {sum, error_of_known(sum, false, arithmetic)};
  const double counted = 1 + terms * 0x1p-51;  // the roundings of these sums of doubles
  const double errors = error * counted;
  const double most = (magnitude * counted + errors) * (1 + roundings(terms, arithmetic));
  const double before = errors + (terms - 2) * rounding_error(most, arithmetic);
  const double last = rounding_error(Ball<Real>{sum, 0}.size() + before, arithmetic);
  return {sum, enlarge(before + last)};
}

template <typename Real>
void Reference<Real>::reset(const Program& program, const Capabilities& capabilities) {
  program_ = &program;
  capabilities_ = &capabilities;
  arithmetic_ = arithmetic_of(capabilities.precision_bits);
  if (!std::is_same_v<Real, Float128>) arithmetic_.caution = kCaution;
  why_ = nullptr;
  is_certain_ = false;
  excess_ = 0;
  const std::size_t size = program.code.size();
  values_.assign(size, {});
  sums_.assign(size, {});
  slopes_.clear();
  reached_.assign(size, 0);
  reached_[size - 1] = 1;
  for (std::size_t node = size; node-- > 0;) {
    if (reached_[node] == 0) continue;
    for_each_operand(program.code[node],
                     [&](std::uint32_t, NodeId operand) { reached_[operand] = 1; });
  }
}

template <typename Real>
void Reference<Real>::trim() {
  constexpr std::size_t kNodesKept = 1 << 16;
  if (values_.capacity() > kNodesKept) *this = {};
}

template <typename Real>
void Reference<Real>::undecide(NodeId node, Undecided why) {
  if (why == nullptr || why_ != nullptr) return;
  why_ = why;
  where_ = node;
}

template <typename Real>
std::string Reference<Real>::reason() const {
  if (why_ == nullptr) return {};
  return "node %" + std::to_string(where_) + " is undecided: " + why_;
}

template <typename Real>
void Reference<Real>::compute(const Program& program, const Capabilities& capabilities) {
  reset(program, capabilities);
  sweep();
  if (excess_ <= kExcessMax) return;
  undecide(0, kTooUncertain);
  is_certain_ = false;
}

template <typename Real>
void Reference<Real>::bend(double excess) {
  if (!std::is_same_v<Real, Float128>) excess_ += excess >= 0 ? excess : HUGE_VAL;
}

template <typename Real>
double Reference<Real>::excess_of_value(NodeId node) const {
  const Instruction& line = program_->code[node];
  const unsigned arity = info(line.op).arity;
  if (arity == 0 || std::is_same_v<Real, Float128>) return 0;
  return excess_of_op(line, values_[line.operands[0]], values_[line.operands[arity - 1]],
                      arithmetic_.u);
}

template <typename Real>
void Reference<Real>::sweep() {
  const auto size = static_cast<NodeId>(program_->code.size());
  for (NodeId node = 0; node < size && decided(); ++node) {
    if (reached_[node] != 0) forward_node(node);
  }
  if (capabilities_->mode == Mode::reverse) return sweep_back();
  const double of_values = excess_;
  double worst = excess_;  // of one input's tangents: no path is through those of two
  for (NodeId node = 0; node < size && decided(); ++node) {
    if (reached_[node] == 0 || program_->code[node].op != Op::input) continue;
    excess_ = of_values;
    sweep_tangents(node);
    worst = std::max(worst, excess_);
  }
  excess_ = worst;
}

// Undecided with less caution than float128's reference has, of operands that are no less certain
// than there, for the same reason: it is undecided there. What comes before that reason was decided
// with more.
template <typename Real>
void Reference<Real>::forward_node(NodeId node) {
  const Undecided why = find_value(node, arithmetic_, 1);
  if (why == nullptr) return bend(excess_of_value(node));
  undecide(node, why);
  RadiusArithmetic reckless = arithmetic_;
  reckless.caution = 1 / kFarBeyond;
  is_certain_ = find_value(node, reckless, kTrusted) == why;
}

// `part`: of the operands' radii.
template <typename Real>
Undecided Reference<Real>::find_value(NodeId node, const RadiusArithmetic& arithmetic,
                                      double part) {
  const Instruction& line = program_->code[node];
  Ball<Real>& result = values_[node];
  Undecided why = nullptr;
  if (line.op == Op::input) {
    result.centre = line.immediate;
  } else if (line.op == Op::neuron) {
    why = forward_neuron(node, arithmetic, result);
  } else {
    const NodeId last = line.operands[info(line.op).arity - 1];
    Ball<Real> a = values_[line.operands[0]];
    Ball<Real> b = values_[last];
    a.radius *= part;
    b.radius *= part;
    why = forward({*capabilities_, arithmetic}, line, a, last == line.operands[0] ? a : b, result);
  }
  if (why != nullptr) return why;
  const bool in_range = result.reach() * arithmetic.caution < arithmetic.large;
  return in_range ? nullptr : "a value is near overflow, or no number";
}

// S = b + sum w x: products, each rounded, and n additions in any order, as in a sum of gradients.
// The result of a ramp that is decided is no further off.
template <typename Real>
Undecided Reference<Real>::forward_neuron(NodeId node, const RadiusArithmetic& arithmetic,
                                          Ball<Real>& result) {
  const Instruction& line = program_->code[node];
  const Model model = {*capabilities_, arithmetic};
  Sum sum;
  double excess = 0;
  sum.add(values_[line.operands[2]]);
  for (NodeId k = 0; k < line.count; ++k) {
    const Ball<Real>& w = values_[line.operands[1] + k];
    const Ball<Real>& x = values_[line.operands[0] + k];
    sum.add(product(w, x, arithmetic));
    excess = std::max(excess, excess_of_product(w, x));
  }
  bend(excess);
  if (!((sum.magnitude + sum.error) * arithmetic.caution < arithmetic.large)) {
    return "a partial sum is near overflow";
  }
  const Ball<Real> total = sum.settle(arithmetic);
  slopes_.resize(program_->code.size(), 1);
  if (line.linear) {
    result = total;
    return nullptr;
  }
  const Undecided undecided = decide_slope(model, Op::neuron, total, slopes_[node]);
  if (undecided == nullptr) result = sloped(model, slopes_[node], total);
  return undecided;
}

// Checks that no order of a gradient's additions overflows, or meets a clip that rounding might
// reach.
template <typename Real>
Ball<Real> Reference<Real>::settled(NodeId node, const Sum& sum) {
  const Ball<Real> g = sum.settle(arithmetic_);
  const double most = (sum.magnitude + g.radius) * arithmetic_.caution;
  if (!(most < arithmetic_.large)) undecide(node, "a gradient is near overflow");
  if (capabilities_->gradient_clip > 0 && !(most < capabilities_->gradient_clip)) {
    undecide(node, kClips);
  }
  return g;
}

template <typename Real>
void Reference<Real>::sweep_back() {
  const auto size = static_cast<NodeId>(program_->code.size());
  sums_.back().add({1, 0});
  for (NodeId node = size; node-- > 0 && decided();) {
    if (reached_[node] != 0) backward_node(node);
  }
}

template <typename Real>
void Reference<Real>::backward_node(NodeId node) {
  const Ball<Real> g = settled(node, sums_[node]);
  sums_[node].sum = g.centre;
  sums_[node].error = g.radius;
  const Instruction& line = program_->code[node];
  if (line.op == Op::input || !decided()) return;
  if (may_clip_inside(line.op, *capabilities_)) undecide(node, kClips);
  const Model model = {*capabilities_, arithmetic_};
  if (line.op == Op::neuron) return backward_neuron(line, sloped(model, slopes_[node], g));
  const unsigned arity = info(line.op).arity;
  const Ball<Real>& a = values_[line.operands[0]];
  const Ball<Real>& b = values_[line.operands[arity - 1]];
  for (unsigned slot = 0; slot < arity; ++slot) {
    Ball<Real> contribution;
    undecide(node, contribute(model, line, slot, a, b, values_[node], g, contribution));
    bend(excess_of_contribution(line, slot, a, b, values_[node], g));
    sums_[line.operands[slot]].add(contribution);
  }
}

template <typename Real>
void Reference<Real>::backward_neuron(const Instruction& line, const Ball<Real>& g) {
  if (g.is_zero()) return;
  sums_[line.operands[2]].add(g);
  double excess = 0;
  for (NodeId k = 0; k < line.count; ++k) {
    const NodeId x = line.operands[0] + k;
    const NodeId w = line.operands[1] + k;
    sums_[w].add(product(values_[x], g, arithmetic_));
    sums_[x].add(product(values_[w], g, arithmetic_));
    for (const NodeId factor : {x, w}) {
      excess = std::max(excess, excess_of_product(values_[factor], g));
    }
  }
  bend(excess);
}

template class Reference<long double>;
template class Reference<Float128>;

}  // namespace cradle
