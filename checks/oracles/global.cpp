// The judge: a filter in long double, float128 on anything that it does not accept.
//
// Why not double-double: measured side by side, an exp, a log or a sin costs it 2 to 20 times what
// it costs long double (270, 600, 650 ns; 44, 28, 320 ns), its functions have no stated error, and
// below 2^-969 it loses its low word, where long double has float128's exponents. What it would
// buy, 40 more bits, shows in a verdict only where a gradient is at the very edge of its radius:
// there float128 is asked in any case.

#include "checks/oracles/global.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "checks/oracles/reference.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

// The memory of a reference is kept from one program to the next.
template <typename Real>
Reference<Real>& scratch() {
  static thread_local Reference<Real> reference;
  return reference;
}

bool is_judged(const Program& program, const std::vector<NodeState>& nodes, NodeId node) {
  return program.code[node].op == Op::input && nodes[node].has_grad();
}

// The largest share of a radius that an error takes, negative where nothing is judged; nothing when
// a gradient is not accepted.
std::optional<double> accepted_share(const Reference<Quick>& reference, const Program& program,
                                     const std::vector<NodeState>& nodes) {
  double share = -1;
  for (NodeId node = 0; node < nodes.size(); ++node) {
    if (!is_judged(program, nodes, node)) continue;
    const Ball<Quick> g = reference.gradient(node);
    using std::fabs;
    const Quick error = fabs(Quick(nodes[node].grad) - g.centre);
    if (!(error <= Quick(g.radius) * kTrusted)) return std::nullopt;  // which no double may be
    share = std::max(share, share_of(static_cast<double>(error), static_cast<double>(g.radius)));
  }
  return share;
}

Judgement judge_nodes(const Reference<Float128>& reference, const Program& program,
                      const std::vector<NodeState>& nodes) {
  double share = -1;
  for (NodeId node = 0; node < nodes.size(); ++node) {
    if (!is_judged(program, nodes, node)) continue;
    const double got = nodes[node].grad;
    const Ball<Float128> g = reference.gradient(node);
    const Float128 error = fabs(Float128(got) - g.centre);
    if (std::isfinite(got) && error <= g.radius) {
      share = std::max(share, share_of(static_cast<double>(error), static_cast<double>(g.radius)));
      continue;
    }
    Judgement judgement =
        disagreement(program, node, Kind::gradient, got, static_cast<double>(g.centre),
                     {round_down(g.centre - g.radius), round_up(g.centre + g.radius)});
    judgement.message += " (its gradient is not that of the function)";
    return judgement;
  }
  return agreed(share);
}

// What the long doubles are certain of: that every gradient is accepted, or that none is decided.
std::optional<Judgement> judge_by_long_double(const Program& program, const Trace& trace,
                                              const Capabilities& capabilities) {
  Reference<Quick>& reference = scratch<Quick>();
  reference.compute(program, capabilities);
  std::optional<Judgement> judgement;
  if (reference.decided()) {
    const auto share = accepted_share(reference, program, trace.after.front().nodes);
    if (share) judgement = agreed(*share);
  } else if (reference.is_certain()) {
    judgement =
        with_edge(judged(Verdict::inconclusive, reference.reason()), program, trace, capabilities);
  }
  reference.trim();
  return judgement;
}

}  // namespace

GlobalReference global_reference(const Program& program, const Capabilities& capabilities) {
  Reference<Float128>& reference = scratch<Float128>();
  reference.compute(program, capabilities);
  GlobalReference result;
  result.decided = reference.decided();
  result.reason = reference.reason();
  const std::size_t size = program.code.size();
  result.value.resize(size);
  result.gradient.resize(size);
  result.value_radius.resize(size);
  result.gradient_radius.resize(size);
  for (NodeId node = 0; node < size && result.decided; ++node) {
    const Ball<Float128> gradient = reference.gradient(node);
    result.value[node] = reference.value(node).centre;
    result.value_radius[node] = reference.value(node).radius;
    result.gradient[node] = gradient.centre;
    result.gradient_radius[node] = gradient.radius;
  }
  reference.trim();
  return result;
}

QuickRadii quick_radii(const Program& program, const Capabilities& capabilities) {
  Reference<Quick>& reference = scratch<Quick>();
  reference.compute(program, capabilities);
  QuickRadii radii;
  radii.decided = reference.decided();
  if (reference.is_certain()) radii.reason = reference.reason();
  if (radii.decided) radii.radius.resize(program.code.size());
  for (NodeId node = 0; node < radii.radius.size(); ++node) {
    radii.radius[node] = reference.gradient(node).radius;
  }
  reference.trim();
  return radii;
}

bool accepted_by_long_double(const Program& program, const Trace& trace,
                             const Capabilities& capabilities) {
  const auto judgement = judge_by_long_double(program, trace, capabilities);
  return judgement && judgement->verdict == Verdict::agree;
}

Judgement judge_global_by_float128(const Program& program, const Trace& trace,
                                   const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  Reference<Float128>& reference = scratch<Float128>();
  reference.compute(program, capabilities);
  const Judgement judgement = reference.decided()
                                  ? judge_nodes(reference, program, trace.after.front().nodes)
                                  : judged(Verdict::inconclusive, reference.reason());
  reference.trim();
  return with_edge(judgement, program, trace, capabilities);
}

Judgement judge_global(const Program& program, const Trace& trace,
                       const Capabilities& capabilities) {
  if (const auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  if (const auto quick = judge_by_long_double(program, trace, capabilities)) return *quick;
  return judge_global_by_float128(program, trace, capabilities);
}

}  // namespace cradle
