// Comparing with MPFR.

#include "checks/oracles/deep.h"

#include <cmath>
#include <string>

#include "checks/oracles/frozen.h"
#include "checks/oracles/mpfr_gradient.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

constexpr std::size_t kDeepInputsMax = 64;

/// Numbers that are all within these take the smaller precision.
constexpr double kTameMin = 1e-20;
constexpr double kTameMax = 1e20;

/// What float128's rounding may make of a gradient whose radius is 0.
constexpr double kFloat128 = 0x1p-100;

/// Where the reference says exactly 0, differences that agree to this resolve it.
constexpr double kNothing = 1e-40;

bool is_tame(const Float128& x) { return x == 0 || (fabs(x) >= kTameMin && fabs(x) <= kTameMax); }

MpfrPrecision precision_for(const Program& program, const GlobalReference& reference) {
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const bool tame = is_tame(program.code[node].immediate) && is_tame(reference.value[node]) &&
                      is_tame(reference.gradient[node]);
    if (!tame) return MpfrPrecision::wild;
  }
  return MpfrPrecision::tame;
}

MpfrGradients truth_of(const Program& program, const GlobalReference& reference,
                       const Capabilities& capabilities) {
  return mpfr_gradients(program, capabilities, precision_for(program, reference), kDeepInputsMax);
}

// In units of `unit`: 0 for two equal numbers, whatever the unit.
double ratio(const Float128& distance, const Float128& unit) {
  if (distance == 0) return 0;
  return unit == 0 ? HUGE_VAL : static_cast<double>(distance / unit);
}

Deviation deviation_from(const MpfrGradients& truth, const Program& program,
                         const GlobalReference& reference, const Capabilities& capabilities) {
  Deviation worst;
  FrozenFunction<Float128> function;
  function.freeze(program, reference.value, capabilities);
  for (const MpfrGradient& input : truth) {
    const NodeId node = input.input;
    const Float128 radius = reference.gradient_radius[node];
    const Float128 size = fabs(input.gradient);
    const bool is_nothing = reference.gradient[node] == 0 && radius == 0;
    const Float128 wanted = radius * (kDeviationMax / 16) + size * kFloat128;
    if (!(input.error <= wanted || (is_nothing && input.error <= kNothing))) {
      worst.reason = "MPFR's own differences do not resolve input %" + std::to_string(node);
      continue;
    }
    worst.decided = true;
    const Float128 off = fabs(reference.gradient[node] - input.gradient) - input.error;
    const double of_reference = ratio(off < 0 ? Float128(0) : off, radius + size * kFloat128);
    if (!(of_reference <= worst.of_reference)) {
      worst.of_reference = of_reference;
      worst.reference_node = node;
    }
    const double x = program.code[node].immediate;
    const double step = x == 0 ? 1 : unit_in_first_place(x);
    const Difference difference = function.along({{node, step}}, radius * step / 64);
    if (!difference.defined) continue;
    const Float128 gap = fabs(difference.slope - input.gradient * step) - input.error * step;
    const double of_difference = ratio(gap < 0 ? Float128(0) : gap, difference.error);
    if (!(of_difference <= worst.of_difference)) {
      worst.of_difference = of_difference;
      worst.difference_node = node;
    }
  }
  if (truth.empty()) worst.decided = true;
  return worst;
}

Judgement harness_is_off(const Program& program, NodeId node, const Float128& got,
                         const Float128& expected, const std::string& how) {
  Judgement judgement =
      disagreement(program, node, Kind::gradient, static_cast<double>(got),
                   static_cast<double>(expected), {round_down(expected), round_up(expected)});
  judgement.message += " (the harness, not the engine: " + how + ")";
  return judgement;
}

const MpfrGradient& of_node(const MpfrGradients& truth, NodeId node) {
  std::size_t k = 0;
  while (truth[k].input != node) ++k;
  return truth[k];
}

}  // namespace

Deviation deviation_of(const Program& program, const GlobalReference& reference,
                       const Capabilities& capabilities) {
  if (!reference.decided) {
    Deviation none;
    none.reason = reference.reason;
    return none;
  }
  return deviation_from(truth_of(program, reference, capabilities), program, reference,
                        capabilities);
}

Judgement judge_deep_by(const GlobalReference& reference, const Program& program,
                        const Trace& trace, const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  if (!reference.decided) return judged(Verdict::inconclusive, reference.reason);
  const MpfrGradients truth = truth_of(program, reference, capabilities);
  const Deviation worst = deviation_from(truth, program, reference, capabilities);
  if (!worst.decided) return judged(Verdict::inconclusive, worst.reason);
  if (!(worst.of_reference <= kDeviationMax)) {
    const NodeId node = worst.reference_node;
    return harness_is_off(
        program, node, reference.gradient[node], of_node(truth, node).gradient,
        "its reference is " + plain_number(worst.of_reference) + " radii from MPFR");
  }
  if (!(worst.of_difference <= 1)) {
    const NodeId node = worst.difference_node;
    return harness_is_off(program, node, reference.gradient[node], of_node(truth, node).gradient,
                          "a difference quotient is " + plain_number(worst.of_difference) +
                              " times its stated error from MPFR");
  }
  const std::vector<NodeState>& nodes = trace.after.front().nodes;
  double share = -1;
  for (const MpfrGradient& input : truth) {
    if (!nodes[input.input].has_grad()) continue;
    const double got = nodes[input.input].grad;
    const Float128 radius = Float128(reference.gradient_radius[input.input]) + input.error +
                            fabs(input.gradient) * kFloat128;
    const Float128 error = fabs(Float128(got) - input.gradient);
    if (std::isfinite(got) && error <= radius) {
      share = std::max(share, share_of(static_cast<double>(error), static_cast<double>(radius)));
      continue;
    }
    Judgement judgement =
        disagreement(program, input.input, Kind::gradient, got, static_cast<double>(input.gradient),
                     {round_down(input.gradient - radius), round_up(input.gradient + radius)});
    judgement.message += " (its gradient is not the one that MPFR finds)";
    return judgement;
  }
  return agreed(share);
}

Judgement judge_deep(const Program& program, const Trace& trace, const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  return judge_deep_by(global_reference(program, capabilities), program, trace, capabilities);
}

}  // namespace cradle
