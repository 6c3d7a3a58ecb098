// Differences of the whole program, input by input or along one direction d.
//
// The engine's gradients are within R_i of the true ones (GLOBAL's radius), so that sum d_i g_i is
// within sum |d_i| R_i of the derivative along d; the difference quotient is within a bound of its
// own of it, which frozen.cpp proves. Where that is not small beside the radius the difference
// resolves nothing and does not count.

#include "checks/oracles/difference.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "checks/oracles/contributions.h"
#include "checks/oracles/frozen.h"
#include "checks/oracles/global.h"
#include "checks/oracles/reference.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

/// Above this many inputs one direction through all of them takes the place of one difference an
/// input.
constexpr std::size_t kInputsMax = 8;

/// What part of the radius a difference's own error is wanted to be.
constexpr double kSmall = 0x1p-6;

/// The same of a filter's difference, which is not asked again: shares are told to a hundredth.
constexpr double kSmaller = 0x1p-8;

/// A filter takes numbers for the same that are no further apart than this, relatively: a
/// thousandth of what two doubles are.
constexpr double kExact = 0x1p-64;

/// The inputs' weights in a direction differ by no more than this, so that none hides behind
/// another.
constexpr double kWeightRange = 0x1p-10;

// Signs that no structure of a program follows. Source: Steele, Lea & Flood, SplitMix, OOPSLA 2014.
bool negative(NodeId node) {
  std::uint64_t z = (node + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return ((z ^ (z >> 31)) & 1) != 0;
}

double power_of_two_below(double x) { return std::ldexp(1.0, std::ilogb(x)); }

// What an input is measured in: itself, as a power of two.
double scale_of(double x) { return x == 0 ? 1 : power_of_two_below(std::fabs(x)); }

// How far a correct engine's gradients may be from the true ones.
struct Radii {
  std::vector<double> of;
  double trusted = 1;  // the part of a radius within which a gradient is accepted
  // Of which a direction is made, where not of `of`: the one filter and float128 both ask for.
  std::vector<double> weights;
};

class InputsJudge {
 public:
  // Of the reference's radii, by float128 alone; `weights` are the filter's, if it has any.
  InputsJudge(const Program& program, const std::vector<NodeState>& nodes,
              GlobalReference reference, std::vector<double> weights,
              const Capabilities& capabilities)
      : InputsJudge(program, nodes,
                    Radii{std::move(reference.gradient_radius), 1, std::move(weights)},
                    capabilities) {
    exact_.emplace().freeze(program, reference.value, capabilities);
  }

  // Of a filter's radii, by double-doubles, and by float128 where these do not accept.
  InputsJudge(const Program& program, const std::vector<NodeState>& nodes,
              std::vector<double> radii, const Capabilities& capabilities,
              FrozenFunction<DoubleDouble>& quick)
      : InputsJudge(program, nodes, Radii{std::move(radii), kTrusted, {}}, capabilities) {
    quick_ = &quick;
    quick.freeze(program, capabilities);
  }

  Judgement judge() {
    std::vector<NodeId> inputs;
    inputs.reserve(kInputsMax + 1);
    for (NodeId node = 0; node < program_.code.size(); ++node) {
      if (program_.code[node].op != Op::input || !nodes_[node].has_grad()) continue;
      if (reaches(node)) {
        inputs.push_back(node);
      } else if (nodes_[node].grad != 0) {
        return unreached(node);
      }
    }
    if (inputs.size() <= kInputsMax) {
      for (const NodeId input : inputs) {
        if (!follows(alone(input))) return wrong_;
      }
    } else if (!follows(balanced(inputs))) {
      return wrong_;
    }
    if (resolved_ > 0 || inputs.empty()) return agreed(share_);
    return judged(Verdict::inconclusive, "no difference stands out from its own error");
  }

 private:
  InputsJudge(const Program& program, const std::vector<NodeState>& nodes, Radii radii,
              const Capabilities& capabilities)
      : program_(program), nodes_(nodes), radii_(std::move(radii)), capabilities_(capabilities) {}

  bool reaches(NodeId node) const {
    return quick_ != nullptr ? quick_->reaches(node) : exact_->reaches(node);
  }

  const Direction& alone(NodeId input) {
    alone_.front() = {input, scale_of(program_.code[input].immediate)};
    return alone_;
  }

  // d_i = min(scale_i, tau / R_i): all inputs weigh the same, |d_i| R_i = tau, but for those
  // that would have to move too far.
  Direction balanced(const std::vector<NodeId>& inputs) const {
    const std::vector<double>& radii = radii_.weights.empty() ? radii_.of : radii_.weights;
    double least = HUGE_VAL;
    double most = 0;
    for (const NodeId input : inputs) {
      const double weight = scale_of(program_.code[input].immediate) * radii[input];
      most = std::max(most, weight);
      if (weight > 0) least = std::min(least, weight);
    }
    const double tau = std::max(least, most * kWeightRange);
    Direction direction;
    for (const NodeId input : inputs) {
      double step = scale_of(program_.code[input].immediate);
      const double radius = radii[input];
      if (radius > 0) step = std::min(step, power_of_two_below(tau / radius));
      direction.push_back({input, negative(input) ? -step : step});
    }
    return direction;
  }

  bool follows(const Direction& direction) {
    Float128 got = 0;
    Float128 radius = 0;
    for (const Move& move : direction) {
      const double grad = nodes_[move.input].grad;
      if (!std::isfinite(grad)) return wrong({move}, grad * move.shift, 0, 0);
      got += wide(move.shift) * grad;
      radius += wide(std::fabs(move.shift)) * radii_.of[move.input];
    }
    if (quick_ != nullptr && follows_quickly(direction, got, radius)) return true;
    if (!exact_) exact_.emplace().freeze(program_, capabilities_);
    const Difference difference = exact_->along(direction, radius * kSmall);
    if (!difference.defined) return true;
    const Float128 tolerance = radius + difference.error;
    const Float128 error = fabs(got - difference.slope);
    if (!(error <= radius * radii_.trusted + difference.error)) {
      return wrong(direction, got, difference.slope, tolerance);
    }
    count(error, radius, difference.error);
    if (difference.error * 4 <= radius * radii_.trusted || radius == 0) ++resolved_;
    return true;
  }

  // A gradient that is within its radius of the derivative, wherever that is within the error of
  // this difference, is within its radius and float128's error of float128's difference; and that
  // error is no larger. One without a radius is the derivative itself, a double: another double
  // is not within 2^-54 of it.
  bool follows_quickly(const Direction& direction, const Float128& got, const Float128& radius) {
    const bool is_exact = radius == 0 && direction.size() == 1;
    const Float128 room = is_exact ? Float128(fabs(got) * kExact) : radius * radii_.trusted;
    const Float128 wanted = is_exact ? room / 2 : Float128(radius * kSmaller);
    const Difference difference = quick_->along(direction, wanted);
    if (!difference.defined || !(difference.error <= wanted)) return false;
    if (!(fabs(got - difference.slope) + difference.error <= room)) return false;
    count(fabs(got - difference.slope), radius, difference.error);
    ++resolved_;
    return true;
  }

  // What the difference cannot tell from nothing is none.
  void count(const Float128& off, const Float128& radius, const Float128& error) {
    share_ = std::max(
        share_,
        off > error ? share_of(static_cast<double>(off), static_cast<double>(radius + error)) : 0);
  }

  Judgement unreached(NodeId node) const {
    Judgement judgement =
        disagreement(program_, node, Kind::gradient, nodes_[node].grad, 0, {0, 0});
    judgement.message += " (nothing depends on it, and its gradient is not 0)";
    return judgement;
  }

  bool wrong(const Direction& direction, const Float128& got, const Float128& expected,
             const Float128& tolerance) {
    const NodeId node = direction.front().input;
    const Float128 unit = direction.size() == 1 ? direction.front().shift : Float128(1);
    wrong_ = disagreement(
        program_, node, Kind::gradient, static_cast<double>(got / unit),
        static_cast<double>(expected / unit),
        {round_down((expected - tolerance) / unit), round_up((expected + tolerance) / unit)});
    wrong_.message += direction.size() == 1
                          ? " (its gradient is not the difference quotient of the program)"
                          : " (or another input: the gradient along one direction is not the "
                            "difference quotient of the program)";
    return false;
  }

  const Program& program_;
  const std::vector<NodeState>& nodes_;
  Radii radii_;
  const Capabilities& capabilities_;
  Direction alone_ = Direction(1);
  FrozenFunction<DoubleDouble>* quick_ = nullptr;
  std::optional<FrozenFunction<Float128>> exact_;
  std::size_t resolved_ = 0;
  double share_ = -1;
  Judgement wrong_;
};

// By the radii of the long doubles, made less by what these may be off by: whatever is within, is
// within those of the reference. Returns the agreement, or that nothing is decided, or nothing.
std::optional<Judgement> judge_quickly(const Program& program, const Trace& trace,
                                       const Capabilities& capabilities) {
  QuickRadii radii = quick_radii(program, capabilities);
  if (!radii.reason.empty()) return judged(Verdict::inconclusive, std::move(radii.reason));
  if (!radii.decided) return std::nullopt;
  static thread_local FrozenFunction<DoubleDouble> function;  // its memory is kept
  Judgement judgement = InputsJudge(program, trace.after.front().nodes, std::move(radii.radius),
                                    capabilities, function)
                            .judge();
  function.trim();
  if (judgement.verdict != Verdict::agree) return std::nullopt;
  return judgement;
}

}  // namespace

Judgement judge_difference_inputs_by_float128(const Program& program, const Trace& trace,
                                              const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  GlobalReference reference = global_reference(program, capabilities);
  if (!reference.decided) return judged(Verdict::inconclusive, reference.reason);
  return InputsJudge(program, trace.after.front().nodes, std::move(reference),
                     quick_radii(program, capabilities).radius, capabilities)
      .judge();
}

bool inputs_accepted_by_long_double(const Program& program, const Trace& trace,
                                    const Capabilities& capabilities) {
  if (unfit_for_gradients(program, trace)) return false;
  const auto judgement = judge_quickly(program, trace, capabilities);
  return judgement && judgement->verdict == Verdict::agree;
}

Judgement judge_difference_inputs(const Program& program, const Trace& trace,
                                  const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  if (const auto quick = judge_quickly(program, trace, capabilities)) return *quick;
  return judge_difference_inputs_by_float128(program, trace, capabilities);
}

Judgement judge_difference(const Program& program, const Trace& trace,
                           const Capabilities& capabilities) {
  Judgement inputs = with_edge(judge_difference_inputs(program, trace, capabilities), program,
                               trace, capabilities);
  if (inputs.verdict == Verdict::disagree || !has_edges(capabilities)) return inputs;
  const Judgement edges =
      with_edge(judge_difference_edges(program, trace, capabilities), program, trace, capabilities);
  if (edges.verdict != Verdict::agree) return edges;
  inputs.share = std::max(inputs.share, edges.share);
  return inputs;
}

}  // namespace cradle
