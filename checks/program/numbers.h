// Numbers for generated programs: readable ones first, then full mantissas, then the places where
// floating-point arithmetic changes its rules.

#pragma once

#include <span>

#include "checks/program/choices.h"
#include "checks/program/program.h"

namespace cradle {

/// Returns a number in [lower, upper) with all bits of its mantissa in play. Requires lower <
/// upper.
double draw_in(Choices& choices, double lower, double upper);

/// Returns a number that reads well: from a small table, or a multiple of 1/64 up to 4 in
/// magnitude.
double draw_readable(Choices& choices);

/// Returns a moderate number: readable half of the time, else of full mantissa, magnitude 1/4 to 4.
double draw_moderate(Choices& choices);

/// Returns one of: zeros, ones, subnormals, 1e+-300, the overflow thresholds, infinities, NaN.
double draw_special(Choices& choices);

/// Returns any bits, made canonical.
double draw_bits(Choices& choices);

/// Returns an exponent for pow: small integers, halves, now and then any moderate number.
double draw_exponent(Choices& choices);

/// The constants and exponents of exhaustive enumeration.
std::span<const double> small_constants();
std::span<const double> small_exponents();

/// Returns the program that an engine of that precision is given: with 24 bits, every number of an
/// instruction and of `set` is the nearest binary32 number (too large a one is infinite, NaN stays
/// the canonical one); with any other, the program as it is.
///
/// The rounding belongs to the program, not to the engine: the point at which it is evaluated is
/// then the same for the engine and for whoever judges it.
Program in_precision(Program program, unsigned bits);

}  // namespace cradle
