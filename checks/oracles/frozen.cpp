// Evaluating a program near its centre in float128. No derivative rule appears here.

#include "checks/oracles/frozen.h"

#include <algorithm>
#include <cmath>

#include "checks/oracles/sweep.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

/// How far an argument may move, in parts of its distance to the op's nearest singularity.
constexpr double kMoveMax = 0x1p-12;

/// What one operation in 113 bits may cost, relatively: a few units of 2^-113.
constexpr double kRounding = 0x1p-110;

bool is_ramp(const Instruction& line) {
  return line.op == Op::relu || (line.op == Op::neuron && !line.linear);
}

// x^c is a polynomial, and has no singularity, for these.
bool is_small_polynomial(double exponent) {
  return exponent >= 0 && exponent <= 8 && exponent == std::floor(exponent);
}

}  // namespace

FrozenFunction::FrozenFunction(const Program& program, const GlobalReference& reference,
                               const Capabilities& capabilities)
    : program_(program),
      reference_(reference),
      reached_(reached_from(program, static_cast<NodeId>(program.code.size() - 1))),
      slopes_(program.code.size(), 1),
      moved_(reference.value),
      noise_(program.code.size(), 0),
      depends_(program.code.size(), 0) {
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const Instruction& line = program.code[node];
    if (reached_[node] == 0 || !is_ramp(line)) continue;
    const Float128 argument = line.op == Op::relu ? reference.value[line.operands[0]]
                                                  : weighted_sum<Float128>(line, reference.value);
    slopes_[node] = argument > 0   ? 1
                    : argument < 0 ? capabilities.relu_slope
                                   : capabilities.relu_at_zero;
  }
}

void FrozenFunction::find_dependents(const Direction& direction) {
  for (const NodeId node : dependents_) {
    moved_[node] = reference_.value[node];
    noise_[node] = 0;
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

Float128 FrozenFunction::value_of_node(NodeId node) const {
  const Instruction& line = program_.code[node];
  if (line.op == Op::neuron) return weighted_sum<Float128>(line, moved_) * slopes_[node];
  const Float128& x = moved_[line.operands[0]];
  if (line.op == Op::relu) return x * slopes_[node];
  return value_of<Float128>(line, x, moved_[info(line.op).arity > 1 ? line.operands[1] : 0]);
}

// Of more range than double: 2^-110 of a subnormal number is still something.
long double FrozenFunction::size(NodeId node) const {
  return std::fabs(static_cast<long double>(moved_[node]));
}

// What rounding has made of a node, to first order: the noise of its operands passed on, and its
// own. A function of libquadmath is right to a few units of 2^-112. Nodes that do not move are the
// same on both sides, and have none.
long double FrozenFunction::noise_of_node(NodeId node) const {
  const Instruction& line = program_.code[node];
  const NodeId a = line.operands[0];
  const NodeId b = line.operands[1];
  const long double own = kRounding * size(node);
  switch (line.op) {
    case Op::mul:
      return size(a) * noise_[b] + size(b) * noise_[a] + own;
    case Op::exp:
      return size(node) * noise_[a] + own;
    case Op::log:
      return noise_[a] / size(a) + own;
    case Op::pow:
      if (line.immediate == 0) return 0;
      return std::fabs(line.immediate) * size(node) * (noise_[a] / size(a)) + own;
    case Op::neuron: {
      long double noise = noise_[line.operands[2]] + kRounding * size(line.operands[2]);
      for (NodeId k = 0; k < line.count; ++k) {
        const NodeId x = a + k;
        const NodeId w = b + k;
        noise += size(x) * noise_[w] + size(w) * noise_[x] +
                 (line.count + 1) * kRounding * size(x) * size(w);
      }
      return noise * slopes_[node];
    }
    case Op::relu:
      return slopes_[node] * noise_[a] + own;
    default:  // add, sub, neg
      return noise_[a] + (info(line.op).arity > 1 ? noise_[b] : 0) + own;
  }
}

// Returns how much of its move the argument of `node` may make: 1 when all of it.
double FrozenFunction::room(NodeId node) const {
  const Instruction& line = program_.code[node];
  const NodeId a = line.operands[0];
  const double distance = std::fabs(static_cast<double>(moved_[a] - reference_.value[a]));
  double scale = 1;  // of exp: where its argument changes by 1 the function is another
  if (line.op == Op::pow && is_small_polynomial(line.immediate)) return 1;
  if (line.op == Op::log || line.op == Op::pow) {
    scale = std::fabs(static_cast<double>(reference_.value[a]));
  } else if (line.op != Op::exp) {
    return 1;
  }
  if (line.op == Op::pow) scale /= std::max(1.0, std::fabs(line.immediate));
  return distance <= kMoveMax * scale ? 1 : kMoveMax * scale / distance / 4;
}

Float128 FrozenFunction::moved_to(const Direction& direction, const Float128& scale) {
  for (const Move& move : direction) {
    const Float128 shift = move.shift * scale;
    moved_[move.input] = reference_.value[move.input] + shift;
    const bool exact = moved_[move.input] - reference_.value[move.input] == shift;
    noise_[move.input] = exact ? 0 : kRounding * size(move.input);
  }
  for (const NodeId node : dependents_) {
    if (program_.code[node].op == Op::input) continue;
    shrink_ = std::min(shrink_, room(node));
    if (shrink_ < 1) return 0;
    moved_[node] = value_of_node(node);
    noise_[node] = noise_of_node(node);
  }
  if (!(noise_.back() <= noise_max_)) noise_max_ = noise_.back();  // a NaN stays
  return moved_.back();
}

Difference FrozenFunction::along(const Direction& direction, const Float128& scale) {
  find_dependents(direction);
  Difference difference;
  if (depends_.back() == 0) {  // it does not reach the last node, or only through shut gates
    difference.defined = true;
    return difference;
  }
  shrink_ = 1;
  noise_max_ = 0;
  const Float128 two = scale * 2;
  const Float128 far = moved_to(direction, two) - moved_to(direction, -two);
  difference.shrink = shrink_;
  if (shrink_ < 1) return difference;
  const Float128 near = moved_to(direction, scale) - moved_to(direction, -scale);
  // D(1) = near / 2, D(2) = far / 4
  const Float128 wide_slope = far / 4;
  const Float128 narrow_slope = near / 2;
  const Float128 slope = (4 * narrow_slope - wide_slope) / 3;
  const Float128 truncation = fabs(slope - narrow_slope);
  difference.defined = isfinite(slope) && std::isfinite(noise_max_);
  difference.shrink = 0x1p-10;
  difference.slope = slope / scale;
  difference.error = (2 * truncation + Float128(4 * noise_max_)) / scale;
  return difference;
}

}  // namespace cradle
