// The reference of a whole program: values forwards, gradients backwards (or tangents forwards),
// each with its radius.
//
// Written once for Float128, which decides, and for long double, which is a filter: its own error
// is a small part of every radius (see kTrusted), it has float128's range of exponents, and its
// library is that of the host. What underflows in either is no exact 0.

#pragma once

#include <cfloat>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "checks/oracles/radius.h"

namespace cradle {

/// The filter's numbers, where long double has 64 bits; else the filter is float128 as well.
using Quick =
    std::conditional_t<LDBL_MANT_DIG >= 64 && LDBL_MAX_EXP >= 16384, long double, Float128>;

/// A gradient within this part of the filter's radius is within float128's.
///
/// With k = 2^-7 the filter's centre C' and radius R' are within k R of float128's C and R. Of what
/// is new at a node they are within 2^-8:
/// - an addition, a product, a quotient, a root is rounded to 64 bits: 2^-64 of a result for which
///   the radius has u times its leading power, 2^-54 of it at least, in binary32 far more. Where
///   the radius has nothing because the result is exact, float128 has confirmed it;
/// - a library function is right to 4 units of 2^-63 (the tests measure it), and the radius has
///   2 B u, 2^-53 at least, times the leading power;
/// - a sum of n terms has n roundings of 2^-64, and its radius n - 1 of u / 2.
/// What operands' centres are off by passes through the same maps as their radii do, which are
/// convex and 0 at 0: k times the radii becomes at most k times the spread. What their radii are
/// off by becomes more, by no more than e^(1/2) in all: else the filter does not decide (see
/// elasticity.h).
///
/// So |g - C'| <= (1 - 2^-6) R' gives |g - C| <= k R + (1 - 2^-6)(1 + k) R <= R. The exception: the
/// leading power of a number that is within 2^-63 of one, after it was enlarged by 2^-48, may be
/// taken twice too large by either; then one rounding is judged as two. The filter only ever
/// accepts: what it does not accept goes to float128.
inline constexpr double kTrusted = 1 - 0x1p-6;

/// The filter decides a side, or that nothing overflows, with this much to spare. It is certain
/// that float128 does not either where that is so by the second factor, as a radius may be twice
/// float128's next to a power of two.
inline constexpr double kCaution = 1 + 0x1p-4;
inline constexpr double kFarBeyond = 1e7;

template <typename Real>
class Reference {
 public:
  /// Computes the reference of a backward from the last node. May be used again, which keeps the
  /// memory.
  /// Requires  well_formed(program), at least one node. `program` and `capabilities` outlive this.
  void compute(const Program& program, const Capabilities& capabilities);

  /// False: a correct engine might take either side of a kink, or overflow.
  bool decided() const { return why_ == nullptr; }
  /// Which node, and why, when it is not decided.
  std::string reason() const;
  /// Of a filter: the reference is certain to be undecided too, for the same reason. Asked of
  /// values alone: what is undecided of gradients is never certain.
  bool is_certain() const { return is_certain_; }

  /// The node's value and gradient; zero where it does not reach the root. In forward mode the
  /// gradients of inputs only.
  const Ball<Real>& value(NodeId node) const { return values_[node]; }
  Ball<Real> gradient(NodeId node) const { return {sums_[node].sum, sums_[node].error}; }

  /// Gives memory back if there is more of it than a usual program needs.
  void trim();

 private:
  /// Contributions to a gradient, added up; once it is settled, `sum` and `error` are its ball.
  struct Sum {
    Real sum = 0;
    double error = 0;      // sum err
    double magnitude = 0;  // sum |C|
    double grain = 0;      // every C is a multiple of it, while none has an error; else 0
    double terms = 0;      // zeros not counted

    void add(const Ball<Real>& contribution);
    Ball<Real> settle(const RadiusArithmetic& arithmetic) const;
  };

  void reset(const Program& program, const Capabilities& capabilities);
  void sweep();
  void bend(double excess);
  double excess_of_value(NodeId node) const;
  void undecide(NodeId node, Undecided why);
  void forward_node(NodeId node);
  Undecided find_value(NodeId node, const RadiusArithmetic& arithmetic, double part);
  Undecided forward_neuron(NodeId node, const RadiusArithmetic& arithmetic, Ball<Real>& result);
  void sweep_back();
  void backward_node(NodeId node);
  void backward_neuron(const Instruction& line, const Ball<Real>& g);
  void sweep_tangents(NodeId input);
  void tangent_of(NodeId node);
  Ball<Real> settled(NodeId node, const Sum& sum);

  const Program* program_ = nullptr;
  const Capabilities* capabilities_ = nullptr;
  RadiusArithmetic arithmetic_;
  std::vector<std::uint8_t> reached_;
  std::vector<Ball<Real>> values_;
  std::vector<Sum> sums_;
  std::vector<double> slopes_;        // of neurons
  std::vector<Ball<Real>> tangents_;  // forward mode, of one input
  std::vector<std::uint8_t> moves_;   // 1: the node has a tangent, which may still be zero
  NodeId where_ = 0;
  Undecided why_ = nullptr;
  bool is_certain_ = false;
  double excess_ = 0;  // of a filter, see elasticity.h
};

}  // namespace cradle
