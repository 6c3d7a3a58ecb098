// Evaluating a program near its centre. No derivative rule appears here.
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
// Every f(t) is off by at most N, a running bound on rounding. So D(s) is wrong by N / s more, and
// D* by (4 N / s + N / 2s) / 3 = 1.5 N / s. The steps balance the two errors. Both bounds are
// theorems, given what a function of libquadmath or of QD may be wrong by (kNoise, quick_value.h),
// about the function at that centre: what float128 lost in the values of nodes that do not move is
// 2^-57 of what a double loses there, for which GLOBAL's radius has room. What a double-double lost
// there N counts as well.

#include "checks/oracles/frozen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "checks/oracles/quick_value.h"
#include "checks/oracles/sides.h"
#include "checks/oracles/sweep.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

constexpr long double kRhoMax = 0x1p-4L;
constexpr int kAttempts = 12;

long double size_of(const Float128& x) { return std::fabs(static_cast<long double>(x)); }
long double size_of(const DoubleDouble& x) {
  return std::fabs(static_cast<long double>(x.x[0]) + x.x[1]);
}

// A sum whose error is a part of itself, however much cancels.
Float128 sum_of(const Float128& x, const Float128& y) { return x + y; }
DoubleDouble sum_of(const DoubleDouble& x, const DoubleDouble& y) {
  return dd_real::ieee_add(x, y);
}

Float128 op_value(const Instruction& line, const Float128& x, const Float128& y) {
  return value_of<Float128>(line, x, y);
}
DoubleDouble op_value(const Instruction& line, const DoubleDouble& x, const DoubleDouble& y) {
  return quick_value(line, x, y);
}

// x k, k a power of two.
Float128 scaled(const Float128& x, long double k) { return x * k; }
Float128 scaled(const DoubleDouble& x, long double k) { return widened(x) * k; }

// A power of two; infinity where a double-double has none so small.
template <typename Real>
Real number(long double power) {
  if constexpr (std::is_same_v<Real, Float128>) return power;
  return std::fabs(power) < 0x1p-1022L ? HUGE_VAL : static_cast<double>(power);
}

template <typename Real>
constexpr Digits kDigits =
    std::is_same_v<Real, Float128> ? Digits::float128 : Digits::double_double;

// Whether the numbers of this kind say what they are taken to.
bool is_usable(const Float128&) { return true; }
bool is_usable(const DoubleDouble& x) { return is_within_reach(x); }

}  // namespace

template <typename Real>
void FrozenFunction<Real>::freeze(const Program& program, const Capabilities& capabilities) {
  freeze(program, {}, capabilities);
}

template <typename Real>
void FrozenFunction<Real>::freeze(const Program& program, const std::vector<Real>& centre,
                                  const Capabilities& capabilities) {
  const std::size_t size = program.code.size();
  program_ = &program;
  is_certain_ = true;
  find_reached(program, static_cast<NodeId>(size - 1), reached_);
  slopes_.assign(size, 1);
  moved_ = centre;
  moved_.resize(size);
  discs_.assign(size, {});
  still_.assign(size, 0);
  dependents_.clear();
  dependents_.reserve(size);
  depends_.assign(size, 0);
  find_centre(centre.empty(), capabilities);
  centre_ = moved_;
}

template <typename Real>
void FrozenFunction<Real>::trim() {
  constexpr std::size_t kNodesKept = 1 << 16;
  if (discs_.capacity() > kNodesKept) *this = {};
}

template <typename Real>
void FrozenFunction<Real>::find_centre(bool unknown, const Capabilities& capabilities) {
  for (NodeId node = 0; node < program_->code.size() && is_certain_; ++node) {
    if (reached_[node] == 0) continue;
    const Instruction& line = program_->code[node];
    Disc& disc = discs_[node];
    if (has_sides(line)) find_side(node, capabilities);
    if (unknown) moved_[node] = line.op == Op::input ? line.immediate : value_of_node(node);
    is_certain_ = is_certain_ && is_usable(moved_[node]);
    disc.size = size_of(moved_[node]);
    if (kDigits<Real> == Digits::float128 || line.op == Op::input) continue;
    widen(line, discs_, slopes_[node], kDigits<Real>, disc);
    still_[node] = disc.noise;
    disc.size += disc.noise;  // what is 0 here may be a factor that is not
  }
}

template <typename Real>
void FrozenFunction<Real>::find_side(NodeId node, const Capabilities& capabilities) {
  const Instruction& line = program_->code[node];
  const bool is_neuron = line.op == Op::neuron;
  const Real argument = is_neuron ? weighted_sum<Real>(line, moved_) : moved_[line.operands[0]];
  slopes_[node] = side_slope(line, argument, capabilities);
  if (kDigits<Real> == Digits::float128) return;
  Disc sum;
  if (is_neuron) widen(line, discs_, 1, kDigits<Real>, sum);
  const long double noise = is_neuron ? sum.noise : discs_[line.operands[0]].noise;
  is_certain_ = noise == 0 || size_of(argument) > noise;
}

template <typename Real>
void FrozenFunction<Real>::find_dependents(const Direction& direction) {
  for (const NodeId node : dependents_) {
    moved_[node] = centre_[node];
    discs_[node].radius = 0;
    discs_[node].noise = still_[node];
    depends_[node] = 0;
  }
  dependents_.clear();
  for (const Move& move : direction) depends_[move.input] = reached_[move.input];
  for (NodeId node = 0; node < program_->code.size(); ++node) {
    if (reached_[node] == 0) continue;
    if (program_->code[node].op != Op::input && slopes_[node] != 0) {
      for_each_operand(program_->code[node], [&](std::uint32_t, NodeId operand) {
        depends_[node] = depends_[node] | depends_[operand];
      });
    }
    if (depends_[node] != 0) dependents_.push_back(node);
  }
}

// Returns the worst measure of nearness to where the bounds end.
template <typename Real>
long double FrozenFunction<Real>::widen_all(const Direction& direction, long double rho) {
  for (const Move& move : direction) {
    Disc& disc = discs_[move.input];
    disc.radius = rho * std::fabs(static_cast<long double>(move.shift));
    disc.noise = noise_of(kDigits<Real>) * (disc.size + disc.radius);
  }
  long double worst = 0;
  for (const NodeId node : dependents_) {
    const Instruction& line = program_->code[node];
    if (line.op == Op::input) continue;
    const long double limit = widen(line, discs_, slopes_[node], kDigits<Real>, discs_[node]);
    worst = std::max(worst, limit);
    if (!(worst <= kDiscLimit)) return worst;
  }
  return worst;
}

template <typename Real>
typename FrozenFunction<Real>::Reach FrozenFunction<Real>::reach_of(const Direction& direction) {
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

template <typename Real>
Real FrozenFunction<Real>::value_of_node(NodeId node) const {
  const Instruction& line = program_->code[node];
  if (line.op == Op::neuron) return weighted_sum<Real>(line, moved_) * slopes_[node];
  const Real& x = moved_[line.operands[0]];
  if (has_sides(line)) return x * slopes_[node];
  return op_value(line, x, moved_[info(line.op).arity > 1 ? line.operands[1] : 0]);
}

template <typename Real>
Real FrozenFunction<Real>::moved_to(const Direction& direction, long double step) {
  bool usable = true;
  for (const Move& move : direction) {
    const Real way = number<Real>(move.shift * step);
    moved_[move.input] = sum_of(centre_[move.input], way);
    usable = usable && is_usable(way) && is_usable(moved_[move.input]);
  }
  for (const NodeId node : dependents_) {
    if (program_->code[node].op == Op::input) continue;
    moved_[node] = value_of_node(node);
    usable = usable && is_usable(moved_[node]);
  }
  return usable ? moved_.back() : Real(std::numeric_limits<double>::quiet_NaN());
}

// f(t + s) - f(t - s)
template <typename Real>
Real FrozenFunction<Real>::difference(const Direction& direction, long double step) {
  const Real above = moved_to(direction, step);
  return sum_of(above, -moved_to(direction, -step));
}

// q^3 = N / 2r makes the errors (r / rho) q^2 and N / (q rho) about equal.
template <typename Real>
Difference FrozenFunction<Real>::second_order(const Direction& direction, const Reach& reach) {
  const long double best = std::cbrt(reach.noise / (2 * reach.radius));
  const long double q = std::ldexp(1.0L, std::ilogb(std::clamp(best, 0x1p-100L, 0x1p-3L)));
  const long double step = q * reach.rho;
  Difference result;
  result.slope = scaled(difference(direction, step), 0.5L / step);
  const long double truncation = reach.radius / reach.rho * (q * q / (1 - q * q));
  result.error =
      Float128(truncation + reach.noise / step) + fabs(result.slope) * noise_of(kDigits<Real>);
  result.defined = isfinite(result.slope) && isfinite(result.error);
  return result;
}

// q^5 = 1.5 * 3 N / (64 r), likewise.
template <typename Real>
Difference FrozenFunction<Real>::fourth_order(const Direction& direction, const Reach& reach) {
  const long double best = std::pow(reach.noise / (14 * reach.radius), 0.2L);
  const long double q = std::ldexp(1.0L, std::ilogb(std::clamp(best, 0x1p-100L, 0x1p-4L)));
  const long double step = q * reach.rho;
  const Float128 near = scaled(difference(direction, step), 0.5L / step);
  const Float128 far = scaled(difference(direction, 2 * step), 0.25L / step);
  Difference result;
  result.slope = (4 * near - far) / 3;
  const long double q2 = 4 * q * q;
  const long double truncation = reach.radius / reach.rho * (q2 * q2 / (3 * (1 - q2)));
  result.error = Float128(truncation + 1.5L * reach.noise / step) +
                 (fabs(near) + fabs(far)) * (2 * noise_of(kDigits<Real>));
  result.defined = isfinite(result.slope) && isfinite(result.error);
  return result;
}

template <typename Real>
Difference FrozenFunction<Real>::along(const Direction& direction, const Float128& wanted) {
  Difference result;
  if (!is_certain_) return result;
  find_dependents(direction);
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

template class FrozenFunction<Float128>;
template class FrozenFunction<DoubleDouble>;

}  // namespace cradle
