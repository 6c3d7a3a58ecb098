// Planted bugs in the calculus: what a faulty engine computes instead of a value or a contribution.
//
// Each case is written as somebody would write it by mistake, beside the rule that is right.

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "checks/engines/textbook_faults.h"

namespace cradle::textbook {
namespace {

constexpr double kOneUlp = 0x1p-52;
constexpr double kClip = 10;
constexpr double kFarClip = 1e6;
constexpr double kFlushed = 1e-30;
constexpr double kThreshold = 1e-6;

double contribution_of_pow(double x, double exponent, double gradient) {
  if (exponent == 0) return 0;
  if (exponent == 1) return gradient;
  return exponent * std::pow(x, exponent - 1) * gradient;
}

// What the healthy rules add to operand `i` of a result.
double contribution(const Value& v, std::uint32_t i) {
  switch (v.op_code) {
    case OpCode::leaf:
      break;
    case OpCode::add:
      return v.grad;
    case OpCode::mul:
      return v.prev[1 - i]->data * v.grad;
    case OpCode::pow:
      return contribution_of_pow(v.prev[0]->data, v.extra_data, v.grad);
    case OpCode::exp:
      return v.data * v.grad;
    case OpCode::log:
      return v.grad / v.prev[0]->data;
    case OpCode::relu:
      return v.prev[0]->data > 0 ? v.grad : 0;
  }
  return 0;
}

// Faults that scale what one op passes on.
OpCode scaled_op() {
  switch (options.fault) {
    case Fault::scale_add:
      return OpCode::add;
    case Fault::scale_mul:
      return OpCode::mul;
    case Fault::scale_pow:
      return OpCode::pow;
    case Fault::scale_exp:
      return OpCode::exp;
    case Fault::scale_log:
      return OpCode::log;
    case Fault::scale_relu:
      return OpCode::relu;
    default:
      return OpCode::leaf;
  }
}

// Faults of pow.
double faulty_contribution_of_pow(double x, double e, double gradient) {
  if (is_planted(Fault::pow_without_decrement)) return e * std::pow(x, e) * gradient;
  if (is_planted(Fault::pow_of_magnitude)) return contribution_of_pow(std::fabs(x), e, gradient);
  if (is_planted(Fault::pow_snapped_exponent) && std::fabs(e - std::round(e)) < kThreshold) {
    return contribution_of_pow(x, std::round(e), gradient);
  }
  if (is_planted(Fault::pow_exponent_8_bit) && std::fabs(e) < 1e9 && e == std::trunc(e)) {
    return contribution_of_pow(x, static_cast<std::int8_t>(static_cast<int>(e)), gradient);
  }
  if (is_planted(Fault::pow_cached_by_base) && e != 0 && e != 1) {
    return e * faulty_power(x, e - 1) * gradient;
  }
  if (is_planted(Fault::pow_zero_times_infinity)) return e * std::pow(x, e - 1) * gradient;
  if (is_planted(Fault::pow_wrong_reciprocal) && e == -1) return -gradient / x;
  if (is_planted(Fault::int_exponent)) return contribution_of_pow(x, std::trunc(e), gradient);
  return contribution_of_pow(x, e, gradient);
}

// Faults of one contribution of one op.
double faulty_contribution(const Value& v, std::uint32_t i) {
  const double healthy = contribution(v, i);
  const double x = v.prev[0]->data;
  if (v.op_code == scaled_op()) return healthy * (1 + kOneUlp);
  if (v.op_code == OpCode::add) {
    if (is_planted(Fault::sign_lost)) return i == 1 ? -v.grad : v.grad;
  } else if (v.op_code == OpCode::mul) {
    const double other = v.prev[1 - i]->data;
    if (is_planted(Fault::float_mul)) return double{static_cast<float>(other)} * v.grad;
    if (is_planted(Fault::subnormal_factor) && std::fpclassify(other) == FP_SUBNORMAL) return 0;
    if (is_planted(Fault::zero_skipped) && v.data == 0) return 0;
    if (is_planted(Fault::data_at_making)) return i == 0 ? v.extra_data * v.grad : healthy;
  } else if (v.op_code == OpCode::pow) {
    return faulty_contribution_of_pow(x, v.extra_data, v.grad);
  } else if (v.op_code == OpCode::exp) {
    if (is_planted(Fault::exp_from_input)) return x * v.grad;
    if (is_planted(Fault::exp_saturates)) return std::min(v.data, 1e30) * v.grad;
  } else if (v.op_code == OpCode::log) {
    if (is_planted(Fault::log_epsilon)) return v.grad / (x + 1e-8);
    if (is_planted(Fault::log_of_magnitude)) return v.grad / std::fabs(x);
    if (is_planted(Fault::log_at_making)) return v.grad / v.extra_data;
  } else if (v.op_code == OpCode::relu) {
    if (is_planted(Fault::relu_at_zero)) return x >= 0 ? v.grad : 0;
    if (is_planted(Fault::relu_from_threshold)) return x > kThreshold ? v.grad : 0;
  }
  return healthy;
}

// Faults of any contribution.
double passed_on(const Value& v, std::uint32_t i) {
  const double more = faulty_contribution(v, i);
  if (is_planted(Fault::flushed_gradient) && std::fabs(more) < kFlushed) return 0;
  if (is_planted(Fault::nan_to_zero) && std::isnan(more)) return 0;
  return faulty_use(v, i, more);
}

bool counts_equal_operands_once(const Value& v) {
  if (v.n_prevs != 2 || v.prev[0] != v.prev[1]) return false;
  return v.op_code == OpCode::add ? is_planted(Fault::add_same_operand)
                                  : is_planted(Fault::mul_same_operand);
}

}  // namespace

bool faulty_pull_back(const Value& result) {
  if (result.n_prevs == 0) return true;  // a leaf, or a result whose operands were released
  if (options.fault > Fault::int_exponent) return false;
  const std::uint32_t operands = counts_equal_operands_once(result) ? 1 : result.n_prevs;
  for (std::uint32_t i = 0; i < operands; ++i) {
    double& gradient = result.prev[i]->grad;
    const double more = passed_on(result, i);
    gradient = is_planted(Fault::overwrite_gradient) ? more : gradient + more;
    if (is_planted(Fault::clamped_gradient)) gradient = std::clamp(gradient, -kClip, kClip);
    if (is_planted(Fault::clamped_far_out)) gradient = std::clamp(gradient, -kFarClip, kFarClip);
    if (is_planted(Fault::float_sum)) gradient = double{static_cast<float>(gradient)};
  }
  return true;
}

double faulty_value(OpCode op_code, double healthy, double operand, double extra) {
  if (is_planted(Fault::crash_on_nan) && std::isnan(healthy)) std::raise(SIGSEGV);
  switch (op_code) {
    case OpCode::pow:
      if (is_planted(Fault::int_exponent)) return std::pow(operand, std::trunc(extra));
      if (is_planted(Fault::hang_on_zero_exponent)) {
        for (volatile bool forever = extra == 0; forever;) continue;
      }
      return healthy;
    case OpCode::log:
      if (is_planted(Fault::exit_on_domain) && operand <= 0) std::exit(1);
      return healthy;
    case OpCode::relu:
      return is_planted(Fault::nan_relu) && !(operand > 0) ? 0 : healthy;
    default:
      return healthy;
  }
}

}  // namespace cradle::textbook
