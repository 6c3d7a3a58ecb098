// By how much, op by op: each from the bound of its radius (radius_*.cpp, partials.cpp).

#include "checks/oracles/elasticity.h"

#include <algorithm>
#include <cmath>

namespace cradle {
namespace {

// Of y ln x: both may be uncertain, as in a product.
template <typename Real>
double excess_of_exponent(const Ball<Real>& x, const Ball<Real>& y) {
  if (y.radius == 0) return 0;
  return std::min(uncertainty(y), 2 * uncertainty(x) / std::fabs(std::log(x.size())));
}

// Returns d / |D| of an op's partial derivative to operand `slot`, or more: 2^-12 is more than
// what roundings and a library make of it.
template <typename Real>
double uncertainty_of_partial(const Instruction& line, unsigned slot, const Ball<Real>& a,
                              const Ball<Real>& b, const Ball<Real>& out) {
  constexpr double kRoundings = 0x1p-12;
  const double v = out.size();
  const auto of = [](double d, double size) { return (d == 0 ? 0 : d / size) + kRoundings; };
  switch (line.op) {
    case Op::mul:
      return uncertainty(slot == 0 ? b : a);
    case Op::exp:
      return uncertainty(out);
    case Op::sqrt:
      return of(2 * uncertainty(a), 1);
    case Op::div:
      return of(uncertainty(out) + uncertainty(a) + 4 * uncertainty(b), 1);
    case Op::pow:
      return of(2 * (std::fabs(line.immediate) + 1) * uncertainty(a) + uncertainty(out), 1);
    case Op::powv:
      if (slot == 0) return of(uncertainty(out) + uncertainty(b) + 4 * uncertainty(a), 1);
      return uncertainty(out) + of(2 * uncertainty(a), std::fabs(std::log(a.size())));
    case Op::tanh:
      return of(3 * out.radius, std::fabs(1 - v * v));
    case Op::sigmoid:
      return of(2 * (a.radius + out.radius), std::fabs(1 - v));
    case Op::sin:
    case Op::cos:
      return of(2 * a.radius, std::sqrt(std::fabs(1 - v * v)));
    case Op::log:  // a quotient by the operand
    case Op::input:
    case Op::add:
    case Op::sub:
    case Op::neg:
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs:
    case Op::neuron:
      break;
  }
  return 0;
}

}  // namespace

// Of an op's value and of its partial derivatives:
//   e^t - 1          t e^t / (e^t - 1) - 1 <= t, and twice that where t is itself an r / (1 - r)
//   1 / (1 - r)      r / (1 - r) <= 2 r
//   sin, cos         e^2 / 2 beside |cos| e and u |sin|: e where |cos| > 1/2, e^2 / u elsewhere
//   tanh', sigmoid'  2 |T| e + e^2 and |1 - 2 S| e + e^2, as well
// and the size of a result that is off by as much. A logarithm of a double is below 746.
template <typename Real>
double excess_of_op(const Instruction& line, const Ball<Real>& a, const Ball<Real>& b, double u) {
  switch (line.op) {
    case Op::mul:
      return excess_of_product(a, b);
    case Op::div:
      return 4 * uncertainty(b);
    case Op::log:
    case Op::sqrt:
      return 4 * uncertainty(a);
    case Op::pow:
      if (line.immediate == 0 || line.immediate == 1) return 0;
      return 4 * (std::fabs(line.immediate) + 2) * uncertainty(a);
    case Op::powv:
      return 4 * (b.reach() + 2) * uncertainty(a) + 1500 * b.radius + excess_of_exponent(a, b);
    case Op::exp:
      return 2 * a.radius;
    case Op::sin:
    case Op::cos:
    case Op::tanh:
    case Op::sigmoid:
      return 2 * a.radius + a.radius * a.radius / u;
    case Op::input:
    case Op::add:
    case Op::sub:
    case Op::neg:
    case Op::relu:
    case Op::leaky_relu:
    case Op::abs:
    case Op::neuron:
      break;
  }
  return 0;
}

template <typename Real>
double excess_of_contribution(const Instruction& line, unsigned slot, const Ball<Real>& a,
                              const Ball<Real>& b, const Ball<Real>& out,
                              const Ball<Real>& gradient) {
  constexpr double kFine = 0x1p-20;
  if (gradient.radius == 0) return 0;
  const double of_gradient = uncertainty(gradient);
  if (of_gradient <= kFine) return of_gradient;
  return std::min(of_gradient, uncertainty_of_partial(line, slot, a, b, out));
}

template double excess_of_op(const Instruction&, const Ball<long double>&, const Ball<long double>&,
                             double);
template double excess_of_op(const Instruction&, const Ball<Float128>&, const Ball<Float128>&,
                             double);
template double excess_of_contribution(const Instruction&, unsigned, const Ball<long double>&,
                                       const Ball<long double>&, const Ball<long double>&,
                                       const Ball<long double>&);
template double excess_of_contribution(const Instruction&, unsigned, const Ball<Float128>&,
                                       const Ball<Float128>&, const Ball<Float128>&,
                                       const Ball<Float128>&);

}  // namespace cradle
