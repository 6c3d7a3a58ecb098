// How far a value may get when the operands of its op move in the complex plane.

#pragma once

#include <span>

#include "checks/program/program.h"

namespace cradle {

/// What a number in a disc is computed in.
enum class Digits { float128, double_double };

/// A disc in the complex plane that holds an operand, wherever the inputs go, and what rounding may
/// have made of a number in it.
struct Disc {
  long double size = 0;    // |centre|
  long double radius = 0;  // 0: it does not move
  long double noise = 0;
};

/// Sets the radius and the noise of the result of `line`, whose `size` is already there.
///
/// Returns   a measure of how near an operand's disc comes to where the bounds end: they hold up to
///           kDiscLimit, and it falls about as the radii do.
/// Shape     `discs` has the operands at their node numbers; `slope` is that of a ramp's side.
/// Requires  an op, no input.
long double widen(const Instruction& line, std::span<const Disc> discs, double slope, Digits digits,
                  Disc& result);

inline constexpr long double kDiscLimit = 0.25L;

/// What one operation in 113 bits may cost, relatively: a few units of 2^-113. In double-doubles a
/// sum or a product costs the other; of functions quick_value.h speaks.
inline constexpr long double kNoise = 0x1p-110L;
inline constexpr long double kQuickNoise = 0x1p-101L;

inline constexpr long double noise_of(Digits digits) {
  return digits == Digits::float128 ? kNoise : kQuickNoise;
}

}  // namespace cradle
