// Tables of numbers, and draws that use only exact arithmetic, so that they are the same
// everywhere.

#include "checks/program/numbers.h"

#include <array>
#include <bit>
#include <cassert>
#include <limits>

namespace cradle {
namespace {

using Limits = std::numeric_limits<double>;

constexpr std::array kReadable = {0.5, 1.0, 2.0, -1.0, 3.0, -2.0, 0.25, -0.5, 1.5, -3.0, 4.0, 0.75};

// exp overflows above 709.78, exp and pow become subnormal below -708.4 and zero below -745.13;
// squares overflow above 1.34e154; sums of two overflow above half the maximum.
constexpr std::array kSpecial = {0.0,
                                 -0.0,
                                 1.0,
                                 -1.0,
                                 Limits::denorm_min(),
                                 -Limits::denorm_min(),
                                 2.5e-310,
                                 Limits::min(),
                                 1e-300,
                                 -1e-300,
                                 1e300,
                                 -1e300,
                                 Limits::max(),
                                 -Limits::max(),
                                 Limits::max() / 2,
                                 1.3407807929942596e154,
                                 1.4916681462400413e-154,
                                 709.782712893384,
                                 709.7827128933841,
                                 -708.3964185322641,
                                 -745.1332191019411,
                                 -745.1332191019412,
                                 1 + Limits::epsilon(),
                                 1 - Limits::epsilon() / 2,
                                 9007199254740993.0,
                                 Limits::infinity(),
                                 -Limits::infinity(),
                                 Limits::quiet_NaN()};

constexpr std::array kExponents = {2.0, 3.0, -1.0, 0.5, 1.0, 0.0, -2.0, 4.0, -0.5, 1.5};

constexpr std::array kSmallConstants = {
    0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 2.5e-310, 1e300, Limits::infinity(), Limits::quiet_NaN()};
constexpr std::array kSmallExponents = {0.0, 1.0, -1.0, 2.0, 0.5};

}  // namespace

double draw_in(Choices& choices, double lower, double upper) {
  assert(lower < upper);
  const auto numerator = static_cast<double>(choices.below(std::uint64_t{1} << 53));
  const double fraction = numerator / 9007199254740992.0;  // 2^53: exact
  const double number = lower + (upper - lower) * fraction;
  return number < upper ? number : lower;
}

double draw_readable(Choices& choices) {
  if (choices.below(2) == 0) return kReadable[choices.below(kReadable.size())];
  return (static_cast<double>(choices.below(513)) - 256) / 64;
}

double draw_moderate(Choices& choices) {
  if (choices.below(2) == 0) return draw_readable(choices);
  const double magnitude = draw_in(choices, 0.25, 4);
  return choices.below(2) == 0 ? magnitude : -magnitude;
}

double draw_special(Choices& choices) { return kSpecial[choices.below(kSpecial.size())]; }

double draw_bits(Choices& choices) {
  const std::uint64_t low = choices.below(std::uint64_t{1} << 32);
  const std::uint64_t high = choices.below(std::uint64_t{1} << 32);
  return canonical(std::bit_cast<double>(high << 32 | low));
}

double draw_exponent(Choices& choices) {
  if (choices.below(8) == 0) return draw_moderate(choices);
  return kExponents[choices.below(kExponents.size())];
}

std::span<const double> small_constants() { return kSmallConstants; }
std::span<const double> small_exponents() { return kSmallExponents; }

Program in_precision(Program program, unsigned bits) {
  if (bits != 24) return program;
  const auto round = [](double& number) { number = canonical(double{static_cast<float>(number)}); };
  for (Instruction& line : program.code) round(line.immediate);
  for (Action& action : program.actions) round(action.value);
  return program;
}

}  // namespace cradle
