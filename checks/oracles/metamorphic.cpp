// The same program twice: the same bits.

#include "checks/oracles/metamorphic.h"

#include <bit>
#include <cmath>
#include <cstdint>

#include "checks/oracles/death.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

// A NaN has no bits of its own.
bool same_bits(double lhs, double rhs) {
  return std::bit_cast<std::uint64_t>(lhs) == std::bit_cast<std::uint64_t>(rhs) ||
         (std::isnan(lhs) && std::isnan(rhs));
}

}  // namespace

std::vector<Program> related_programs(const Program& program, const Capabilities&) {
  return {program};
}

Judgement judge_metamorphic(const Program& program, const Trace& trace, std::span<const Program>,
                            std::span<const Trace> related_traces, const Capabilities&) {
  if (auto unfit = unfit_for_gradients(program, trace)) return *unfit;
  const std::vector<NodeState>& first = trace.after.front().nodes;
  for (const Trace& again : related_traces) {
    if (auto unfit = unfit_for_gradients(program, again)) return *unfit;
    const std::vector<NodeState>& second = again.after.front().nodes;
    for (NodeId node = 0; node < first.size(); ++node) {
      const bool data = first[node].has_data() && second[node].has_data() &&
                        !same_bits(first[node].data, second[node].data);
      const bool grad = first[node].has_grad() && second[node].has_grad() &&
                        !same_bits(first[node].grad, second[node].grad);
      if (!data && !grad) continue;
      const double expected = data ? first[node].data : first[node].grad;
      Judgement wrong = disagreement(program, node, data ? Kind::value : Kind::gradient,
                                     data ? second[node].data : second[node].grad, expected,
                                     {expected, expected});
      wrong.message += " (the same program, run once more, gives other bits)";
      return wrong;
    }
  }
  return judged(Verdict::agree);
}

}  // namespace cradle
