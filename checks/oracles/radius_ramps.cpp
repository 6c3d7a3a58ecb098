// The sides of ramps, and what a slope costs.

#include "checks/oracles/radius.h"

namespace cradle {

template <typename Real>
Undecided decide_slope(const Model& model, Op op, const Ball<Real>& argument, double& slope) {
  const Capabilities& engine = model.capabilities;
  if (argument.size() <= argument.radius * model.arithmetic.caution && argument.radius > 0) {
    return op == Op::abs ? "the argument of abs may be on either side of 0"
                         : "the argument of relu may be on either side of 0";
  }
  const bool leaky = op == Op::leaky_relu;
  if (argument.centre > 0) {
    slope = 1;
  } else if (argument.centre < 0) {
    slope = op == Op::abs ? -1 : leaky ? engine.leaky_slope : engine.relu_slope;
  } else {
    slope = op == Op::abs ? engine.abs_at_zero : leaky ? engine.leaky_at_zero : engine.relu_at_zero;
  }
  return nullptr;
}

// A slope that binary32 does not have is rounded to it. The product may stand between others, in
// any order: u relatively.
template <typename Real>
Ball<Real> sloped(const Model& model, double slope, const Ball<Real>& x) {
  if (slope == 1) return x;
  if (slope == -1) return {-x.centre, x.radius};
  const RadiusArithmetic& arithmetic = model.arithmetic;
  const bool exact = is_a_number(Real(slope), arithmetic);
  const Ball<Real> factor = {Real(slope), exact ? 0 : std::fabs(slope) * arithmetic.u};
  Ball<Real> result = product(factor, x, arithmetic);
  if (result.radius > 0) result.radius = enlarge(result.radius + arithmetic.u * result.reach());
  return result;
}

template Undecided decide_slope(const Model&, Op, const Ball<long double>&, double&);
template Undecided decide_slope(const Model&, Op, const Ball<Float128>&, double&);
template Ball<long double> sloped(const Model&, double, const Ball<long double>&);
template Ball<Float128> sloped(const Model&, double, const Ball<Float128>&);

}  // namespace cradle
