// Evaluating a program near its centre in float128. No derivative rule appears here.
//
// Along x + t d the frozen program is a function f(t), a composition of functions that are analytic
// where they are asked. Let it be analytic for complex |t| <= rho and stay within r of f(0) there
// (disc.cpp has r, op by op, and refuses a rho at which an op's operand comes near a singularity).
// By Cauchy's estimate its series has |c_k| <= r / rho^k. With q = s / rho:
//
//   D(s) = (f(s) - f(-s)) / 2s = c_1 + sum over odd k >= 3 of c_k s^(k-1),
//   |D(s) - c_1| <= (r / rho) q^2 / (1 - q^2)
//
//   D* = (4 D(s) - D(2s)) / 3, where c_k s^(k-1) gets the factor (4 - 2^(k-1)) / 3, 0 for k = 3:
//   |D* - c_1| <= (r / rho) (2q)^4 / (3 (1 - (2q)^2))                     (Richardson)
//
// Every f(t) is off by at most N, a running bound on rounding in 113 bits. So D(s) is wrong by N /
// s more, and D* by (4 N / s + N / 2s) / 3 = 1.5 N / s. The steps balance the two errors. Both
// bounds are theorems, given what a function of libquadmath may be wrong by (kNoise), about the
// function at that centre: what float128 lost in the values of nodes that do not move is
// 2^-57 of what a double loses there, for which GLOBAL's radius has room.

#include "checks/oracles/frozen.h"

#include <algorithm>
#include <cmath>

#include "checks/oracles/sides.h"
#include "checks/oracles/sweep.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

constexpr long double kRhoMax = 0x1p-4L;
constexpr int kAttempts = 12;

long double size_of(const Float128& x) { return std::fabs(static_cast<long double>(x)); }

}  // namespace

FrozenFunction::FrozenFunction(const Program& program, const std::vector<Float128>& centre,
                               const Capabilities& capabilities)
    : program_(program),
      centre_(centre),
      reached_(reached_from(program, static_cast<NodeId>(program.code.size() - 1))),
      slopes_(program.code.size(), 1),
      moved_(centre),
      discs_(program.code.size()),
      depends_(program.code.size(), 0) {
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const Instruction& line = program.code[node];
    if (reached_[node] == 0) continue;
    discs_[node].size = size_of(centre[node]);
    if (!has_sides(line)) continue;
    const Float128 argument =
        line.op == Op::neuron ? weighted_sum<Float128>(line, centre) : centre[line.operands[0]];
    slopes_[node] = side_slope(line, argument, capabilities);
  }
}

void FrozenFunction::find_dependents(const Direction& direction) {
  for (const NodeId node : dependents_) {
    moved_[node] = centre_[node];
    discs_[node].radius = discs_[node].noise = 0;
    depends_[node] = 0;
  }
  dependents_.clear();
  for (const Move& move : direction) depends_[move.input] = reached_[move.input];
  for (NodeId node = 0; node < program_.code.size(); ++node) {
    if (reached_[node] == 0) continue;
    if (program_.code[node].op != Op::input && slopes_[node] != 0) {
      for_each_operand(program_.code[node], [&](std::uint32_t, NodeId operand) {
        depends_[node] = depends_[node] | depends_[operand];
      });
    }
    if (depends_[node] != 0) dependents_.push_back(node);
  }
}

// Returns the worst measure of nearness to where the bounds end.
long double FrozenFunction::widen_all(const Direction& direction, long double rho) {
  for (const Move& move : direction) {
    Disc& disc = discs_[move.input];
    disc.radius = rho * size_of(move.shift);
    disc.noise = kNoise * (disc.size + disc.radius);
  }
  long double worst = 0;
  for (const NodeId node : dependents_) {
    const Instruction& line = program_.code[node];
    if (line.op == Op::input) continue;
    const long double limit = widen(line, discs_, slopes_[node], discs_[node]);
    worst = std::max(worst, limit);
    if (!(worst <= kDiscLimit)) return worst;
  }
  return worst;
}

FrozenFunction::Reach FrozenFunction::reach_of(const Direction& direction) {
  long double rho = kRhoMax;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const long double limit = widen_all(direction, rho);
    const Disc& last = discs_.back();
    if (limit <= kDiscLimit && std::isfinite(last.radius) && std::isfinite(last.noise)) {
      return {rho, last.radius, last.noise};
    }
    // At a singularity; or rounding alone goes too far, and will from nearer by.
    if (limit == HUGE_VALL || (limit <= kDiscLimit && std::isfinite(last.radius))) return {};
    const long double less = std::isfinite(limit) ? kDiscLimit / limit / 2 : 0x1p-20L;
    rho = std::ldexp(1.0L, std::ilogb(rho * std::clamp(less, 0x1p-4000L, 0.5L)));
  }
  return {};
}

Float128 FrozenFunction::value_of_node(NodeId node) const {
  const Instruction& line = program_.code[node];
  if (line.op == Op::neuron) return weighted_sum<Float128>(line, moved_) * slopes_[node];
  const Float128& x = moved_[line.operands[0]];
  if (has_sides(line)) return x * slopes_[node];
  return value_of<Float128>(line, x, moved_[info(line.op).arity > 1 ? line.operands[1] : 0]);
}

Float128 FrozenFunction::moved_to(const Direction& direction, const Float128& step) {
  for (const Move& move : direction) {
    moved_[move.input] = centre_[move.input] + move.shift * step;
  }
  for (const NodeId node : dependents_) {
    if (program_.code[node].op != Op::input) moved_[node] = value_of_node(node);
  }
  return moved_.back();
}

// f(t + s) - f(t - s)
Float128 FrozenFunction::difference(const Direction& direction, const Float128& step) {
  const Float128 above = moved_to(direction, step);
  return above - moved_to(direction, -step);
}

// q^3 = N / 2r makes the errors (r / rho) q^2 and N / (q rho) about equal.
Difference FrozenFunction::second_order(const Direction& direction, const Reach& reach) {
  const long double best = std::cbrt(reach.noise / (2 * reach.radius));
  const long double q = std::ldexp(1.0L, std::ilogb(std::clamp(best, 0x1p-100L, 0x1p-3L)));
  const long double step = q * reach.rho;
  Difference result;
  result.slope = difference(direction, Float128(step)) * (Float128(0.5L) / step);
  const long double truncation = reach.radius / reach.rho * (q * q / (1 - q * q));
  result.error = Float128(truncation) + Float128(reach.noise) / step + fabs(result.slope) * kNoise;
  result.defined = isfinite(result.slope) && isfinite(result.error);
  return result;
}

// q^5 = 1.5 * 3 N / (64 r), likewise.
Difference FrozenFunction::fourth_order(const Direction& direction, const Reach& reach) {
  const long double best = std::pow(reach.noise / (14 * reach.radius), 0.2L);
  const long double q = std::ldexp(1.0L, std::ilogb(std::clamp(best, 0x1p-100L, 0x1p-4L)));
  const long double step = q * reach.rho;
  const Float128 near = difference(direction, Float128(step)) * (Float128(0.5L) / step);
  const Float128 far = difference(direction, Float128(2 * step)) * (Float128(0.25L) / step);
  Difference result;
  result.slope = (4 * near - far) / 3;
  const long double q2 = 4 * q * q;
  const long double truncation = reach.radius / reach.rho * (q2 * q2 / (3 * (1 - q2)));
  result.error = Float128(truncation) + Float128(1.5L * reach.noise) / step +
                 (fabs(near) + fabs(far)) * (2 * kNoise);
  result.defined = isfinite(result.slope) && isfinite(result.error);
  return result;
}

Difference FrozenFunction::along(const Direction& direction, const Float128& wanted) {
  find_dependents(direction);
  Difference result;
  if (depends_.back() == 0) {  // it does not reach the last node, or only through shut gates
    result.defined = true;
    return result;
  }
  const Reach reach = reach_of(direction);
  if (reach.rho == 0) return result;
  if (reach.radius == 0) {  // by a factor that is 0 on the way, wherever the inputs go
    result.defined = true;
    return result;
  }
  result = second_order(direction, reach);
  if (result.defined && result.error <= wanted) return result;
  const Difference better = fourth_order(direction, reach);
  return better.defined && better.error < result.error ? better : result;
}

}  // namespace cradle
