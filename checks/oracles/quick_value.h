// The ops in double-doubles, and what each may lose: what quick differences of whole programs are
// made of.

#pragma once

#include "checks/oracles/double_double.h"
#include "checks/program/program.h"

namespace cradle {

/// True for numbers up to 2^900: none is infinite, and no product that is within reach itself has
/// overflowed on the way.
inline bool is_within_reach(const DoubleDouble& x) { return std::fabs(x.x[0]) <= 0x1p900; }

/// What a product may lose, absolutely, where it is no normal number.
inline constexpr long double kQuickUnderflow = 0x1p-1000L;

/// Returns the value of an op with one or two operands that is no ramp; no number where it, or an
/// operand, is beyond what quick_loss speaks of.
/// Shape  `x` and `y` are the values of its operands; `y` is ignored where there is one.
DoubleDouble quick_value(const Instruction& line, const DoubleDouble& x, const DoubleDouble& y);

/// Returns what quick_value may be wrong by, given its operands, where it is a number.
/// Shape  `x`, `y` and `value` are the most that operands and result may be in size, and
///        `logarithm` that |ln x| may be, of log, pow and powv.
long double quick_loss(const Instruction& line, long double x, long double y, long double value,
                       long double logarithm);

/// Returns x^y in double-double: of whole exponents up to 16 by products, of others by QD's exp and
/// log; no number where these have none, or say nothing of it.
DoubleDouble quick_power(const DoubleDouble& x, const DoubleDouble& y);

/// True for exponents whose power is a product of at most 16 factors.
bool is_short_product(double y);

/// Returns what QD's logarithm of x may be wrong by, in 2^-101, given |ln x|.
inline long double log_loss(long double logarithm) {
  return 1 + logarithm + logarithm * logarithm / 16;
}

}  // namespace cradle
