// What a legal way of writing a derivative rule may make of the true derivative, by the number of
// its roundings.

#pragma once

#include <vector>

#include "checks/oracles/float128.h"
#include "checks/oracles/op_difference.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// One legal form of the rule of one op. Its contribution is, before its last rounding,
///   g ((D + shift) (1 + d) + a),  |d| <= (1 + u)^roundings - 1 + spread,  |a| <= absolute u,
/// and an underflow on the way costs at most `chain` eta (1 + |g|).
template <typename Real>
struct RuleOf {
  Real shift = 0;        // the rule starts from the engine's own result, which is not the true one
  double roundings = 0;  // in u, a library's error of B ulps as 2 B; the last rounding not counted
  double absolute = 0;
  double spread = 0;
  double chain = 0;
  bool rounds = true;  // false: the contribution is g or -g itself
};

/// What a rule sees of its consumer.
struct Site {
  const Instruction& line;
  std::uint32_t slot;
  double x;  // data of the first operand
  double y;  // of the second one; of pow: the exponent
  double out;
  double g;
  const Capabilities& capabilities;
};

/// Returns the forms that an engine with these capabilities may use; none where it cannot be told.
/// Requires  an op with one or two operands that is no ramp; with double-doubles one of which
///           quick_op_difference knows the slope, whose doubt is larger than what is lost here.
template <typename Real>
std::vector<RuleOf<Real>> rounded_rules(const Site& site, const Real& slope);

}  // namespace cradle
