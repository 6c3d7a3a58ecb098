// Central differences in MPFR.
//
// With steps h and 2h the difference is wrong by T and 4 T, up to terms of h^4, so that 2 |D(2h) -
// D(h)| / 3 is twice what D(h) is wrong by. Rounding to d digits costs 10^-d of the largest value
// on the way, over the step; twenty more digits are left to what the program makes of that.

#include "checks/oracles/mpfr_gradient.h"

#include <algorithm>
#include <boost/multiprecision/mpfr.hpp>

#include "checks/oracles/sides.h"
#include "checks/oracles/sweep.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

using boost::multiprecision::et_off;
using boost::multiprecision::mpfr_float_backend;
using boost::multiprecision::number;

// Two long doubles hold 128 bits, more than the 113 that are wanted.
template <typename Real>
Float128 narrowed(const Real& x) {
  if (x == 0) return 0;
  int exponent = 0;
  const Real fraction = frexp(x, &exponent);
  const auto high = static_cast<long double>(fraction);
  const auto low = static_cast<long double>(fraction - Real(high));
  return ldexp(Float128(high) + Float128(low), exponent);
}

template <typename Real>
class Differences {
 public:
  Differences(const Program& program, const Capabilities& capabilities)
      : program_(program),
        reached_(reached_from(program, static_cast<NodeId>(program.code.size() - 1))),
        slopes_(program.code.size(), 1),
        centre_(program.code.size()),
        depends_(program.code.size()) {
    for (NodeId node = 0; node < program.code.size(); ++node) {
      const Instruction& line = program.code[node];
      if (reached_[node] == 0) continue;
      if (line.op == Op::input) {
        centre_[node] = line.immediate;
        continue;
      }
      if (has_sides(line)) slopes_[node] = side_slope(line, argument(node, centre_), capabilities);
      centre_[node] = value(node, centre_);
    }
    moved_ = centre_;
    for (const Real& x : centre_) largest_ = std::max<Real>(largest_, abs(x));
    epsilon_ = std::numeric_limits<Real>::epsilon() * pow(Real(10), 20);
  }

  bool reaches(NodeId node) const { return reached_[node] != 0; }

  MpfrGradient gradient(NodeId input, const Real& relative_step) {
    find_dependents(input);
    if (depends_.back() == 0) return {input, 0, 0};
    const double x = program_.code[input].immediate;
    const Real step = relative_step * (x == 0 ? 1 : x);
    const Real near = difference(input, step) / (2 * step);
    const Real far = difference(input, 2 * step) / (4 * step);
    for (NodeId node = input; node < centre_.size(); ++node) moved_[node] = centre_[node];
    const Real noise = largest_ * epsilon_ / abs(step);
    return {input, narrowed(near), narrowed<Real>(abs(far - near) * 2 / 3 + noise)};
  }

 private:
  Real argument(NodeId node, const std::vector<Real>& values) const {
    const Instruction& line = program_.code[node];
    return line.op == Op::neuron ? weighted_sum<Real>(line, values) : values[line.operands[0]];
  }

  Real value(NodeId node, const std::vector<Real>& values) const {
    const Instruction& line = program_.code[node];
    if (has_sides(line)) return argument(node, values) * slopes_[node];
    return value_at<Real>(program_, node, values);
  }

  void find_dependents(NodeId input) {
    for (NodeId node = 0; node < depends_.size(); ++node) {
      depends_[node] = node == input ? 1 : 0;
      if (reached_[node] == 0 || slopes_[node] == 0) continue;  // behind a shut gate: not at all
      for_each_operand(program_.code[node],
                       [&](std::uint32_t, NodeId operand) { depends_[node] |= depends_[operand]; });
    }
  }

  // f(x + step) - f(x - step)
  Real difference(NodeId input, const Real& step) {
    const Real above = moved_to(input, step);
    return above - moved_to(input, -step);
  }

  Real moved_to(NodeId input, const Real& step) {
    moved_[input] = centre_[input] + step;
    for (NodeId node = input + 1; node < moved_.size(); ++node) {
      if (depends_[node] != 0 && reached_[node] != 0) moved_[node] = value(node, moved_);
    }
    return moved_.back();
  }

  const Program& program_;
  const std::vector<std::uint8_t> reached_;
  std::vector<double> slopes_;
  std::vector<Real> centre_;
  std::vector<Real> moved_;
  std::vector<std::uint8_t> depends_;
  Real largest_ = 0;
  Real epsilon_ = 0;
};

template <unsigned digits>
MpfrGradients gradients(const Program& program, const Capabilities& capabilities, int step_digits,
                        std::size_t inputs_max) {
  using Real = number<mpfr_float_backend<digits>, et_off>;
  Differences<Real> differences(program, capabilities);
  MpfrGradients result;
  std::vector<NodeId> inputs;
  for (NodeId node = 0; node < program.code.size(); ++node) {
    if (program.code[node].op == Op::input && differences.reaches(node)) inputs.push_back(node);
  }
  const std::size_t count = std::min(inputs.size(), inputs_max);
  const Real step = pow(Real(10), -step_digits);
  for (std::size_t k = 0; k < count; ++k) {
    result.push_back(differences.gradient(inputs[k * inputs.size() / count], step));
  }
  return result;
}

}  // namespace

MpfrGradients mpfr_gradients(const Program& program, const Capabilities& capabilities,
                             MpfrPrecision precision, std::size_t inputs_max) {
  if (precision == MpfrPrecision::tame) {
    return gradients<150>(program, capabilities, 50, inputs_max);
  }
  return gradients<1600>(program, capabilities, 400, inputs_max);
}

}  // namespace cradle
