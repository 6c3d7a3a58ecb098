// Planted bugs that need a certain graph: a node with several consumers, or far from the root.

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "checks/engines/textbook_faults.h"

namespace cradle::textbook {
namespace {

constexpr std::uint32_t kDepthMax = 25;

// Of the sweep that is under way.
struct Sweep {
  std::unordered_map<const Value*, std::uint32_t> uses;   // contributions so far
  std::unordered_map<const Value*, std::uint32_t> depth;  // the longest path from the root so far
  std::unordered_map<double, double> powers;              // x^(e-1) by x
};
Sweep current_sweep;

}  // namespace

void faulty_uses_reset() { current_sweep = Sweep(); }

double faulty_power(double x, double exponent) {
  return current_sweep.powers.try_emplace(x, std::pow(x, exponent)).first->second;
}

double faulty_use(const Value& result, std::uint32_t operand, double contribution) {
  const Value* const v = result.prev[operand];
  const std::uint32_t use = ++current_sweep.uses[v];
  if (is_planted(Fault::float_sum_of_many) && use >= 4) {
    return double{static_cast<float>(v->grad + contribution)} - v->grad;
  }
  if (is_planted(Fault::third_use_lost) && use == 3) return 0;
  if (is_planted(Fault::second_use_scaled) && use == 2) return contribution * (1 + 0x1p-40);
  if (is_planted(Fault::deep_gradient_lost)) {
    const std::uint32_t depth = current_sweep.depth[&result] + 1;
    current_sweep.depth[v] = std::max(current_sweep.depth[v], depth);
    if (depth > kDepthMax) return 0;
  }
  if (is_planted(Fault::square_of_a_shared_node)) {
    const bool square = result.op_code == OpCode::mul && result.prev[0] == result.prev[1];
    if (square && operand == 0) return contribution - v->grad;
  }
  return contribution;
}

}  // namespace cradle::textbook
