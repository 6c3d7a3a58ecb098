// Which kinds of number a sum may be when some of its terms are not finite.
//
// A rule may be written with a mask that multiplies or one that selects, and may skip zero
// gradients, so that one term has several legal classes: 0 * inf is NaN in one engine and absent in
// another.

#pragma once

#include <cmath>
#include <cstdint>

namespace cradle {

/// A set of classes of numbers.
using ClassSet = std::uint8_t;
inline constexpr ClassSet kFinite = 1;
inline constexpr ClassSet kPlusInfinity = 2;
inline constexpr ClassSet kMinusInfinity = 4;
inline constexpr ClassSet kNan = 8;
inline constexpr ClassSet kNonFinite = kPlusInfinity | kMinusInfinity | kNan;

inline ClassSet class_of(double x) {
  if (std::isfinite(x)) return kFinite;
  if (std::isnan(x)) return kNan;
  return x > 0 ? kPlusInfinity : kMinusInfinity;
}

/// Returns the classes that x + y may have, for x of any class in `lhs` and y of any in `rhs`,
/// where the finite ones do not overflow.
ClassSet sum_of(ClassSet lhs, ClassSet rhs);

}  // namespace cradle
