// Laws of the numbers that programs are made of: in range, readable where they should be, and
// exact, so that a seed gives the same bits on every machine.

#include "checks/program/numbers.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "checks/program/verbs.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// Always the largest number below the bound.
class LargestChoices final : public Choices {
 public:
  std::uint64_t below(std::uint64_t bound) override { return bound - 1; }
};

TEST(Numbers, draw_in_is_half_open) {
  LargestChoices largest;
  for (const double upper : {1.0, 1 + 0x1p-52, 1e-300, 1e300}) {
    const double number = draw_in(largest, 0, upper);
    EXPECT_LT(number, upper);
    EXPECT_GE(number, 0);
  }
  EXPECT_EQ(draw_in(largest, 1, 1 + 0x1p-52), 1) << "rounding up would leave the interval";
  Odometer first;
  EXPECT_EQ(draw_in(first, -2, 2), -2);
}

RC_GTEST_PROP(Numbers, draw_in_stays_in_its_interval, (std::uint64_t seed)) {
  SeedChoices choices(seed);
  for (int k = 0; k < 50; ++k) {
    const double number = draw_in(choices, -1, 3);
    RC_ASSERT(number >= -1 && number < 3);
  }
}

RC_GTEST_PROP(Numbers, readable_numbers_have_few_digits, (std::uint64_t seed)) {
  SeedChoices choices(seed);
  for (int k = 0; k < 50; ++k) {
    const double number = draw_readable(choices);
    RC_ASSERT(print(number).size() <= 9u);
    RC_ASSERT(std::fabs(number) <= 4);
  }
}

RC_GTEST_PROP(Numbers, moderate_numbers_and_exponents_stay_within_four, (std::uint64_t seed)) {
  SeedChoices choices(seed);
  for (int k = 0; k < 50; ++k) {
    RC_ASSERT(std::fabs(draw_moderate(choices)) <= 4);
    RC_ASSERT(std::fabs(draw_exponent(choices)) <= 4);
  }
}

TEST(Numbers, special_numbers_are_the_places_where_arithmetic_changes) {
  SeedChoices choices(1);
  std::set<std::uint64_t> bits;
  for (int k = 0; k < 5000; ++k) bits.insert(std::bit_cast<std::uint64_t>(draw_special(choices)));
  using Limits = std::numeric_limits<double>;
  for (const double place :
       {0.0, -0.0, 1.0, -1.0, Limits::denorm_min(), Limits::min(), Limits::max(),
        Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()}) {
    EXPECT_TRUE(bits.contains(std::bit_cast<std::uint64_t>(place))) << place;
  }
  EXPECT_FALSE(std::isinf(std::exp(709.782712893384)));
  EXPECT_TRUE(std::isinf(std::exp(709.7827128933841))) << "the two thresholds are neighbours";
}

RC_GTEST_PROP(Numbers, any_bits_are_canonical, (std::uint64_t seed)) {
  SeedChoices choices(seed);
  for (int k = 0; k < 50; ++k) {
    const double number = draw_bits(choices);
    RC_ASSERT(std::bit_cast<std::uint64_t>(number) ==
              std::bit_cast<std::uint64_t>(canonical(number)));
  }
}

TEST(Numbers, every_payload_of_nan_becomes_the_one_quiet_nan) {
  const auto quiet = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
  for (const std::uint64_t payload :
       {0x7ff0000000000001u, 0xfff8000000000000u, 0x7fffffffffffffffu}) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(canonical(std::bit_cast<double>(payload))), quiet);
  }
}

TEST(Numbers, the_constants_of_enumeration_are_distinct) {
  std::set<std::uint64_t> constants, exponents;
  for (const double c : small_constants()) constants.insert(std::bit_cast<std::uint64_t>(c));
  for (const double e : small_exponents()) exponents.insert(std::bit_cast<std::uint64_t>(e));
  EXPECT_EQ(constants.size(), small_constants().size());
  EXPECT_EQ(exponents.size(), small_exponents().size());
}

std::uint64_t bits_of(double number) { return std::bit_cast<std::uint64_t>(number); }

double rounded_input(double number) {
  Program program;
  program.code.resize(1);
  program.code[0].immediate = number;
  return in_precision(program, 24).code[0].immediate;
}

TEST(Numbers, in_24_bits_are_the_nearest_ones_of_binary32) {
  EXPECT_EQ(rounded_input(0.1), 0x1.99999ap-4);
  EXPECT_EQ(rounded_input(1 + 0x1p-24), 1) << "halfway: to even";
  EXPECT_EQ(rounded_input(1 + 3 * 0x1p-24), 1 + 0x1p-22);
  EXPECT_EQ(rounded_input(1e300), std::numeric_limits<double>::infinity());
  EXPECT_EQ(rounded_input(-0x1p-149 * 0.75), -0x1p-149);
  EXPECT_EQ(bits_of(rounded_input(-1e-300)), bits_of(-0.0));
  EXPECT_EQ(bits_of(rounded_input(std::numeric_limits<double>::quiet_NaN())),
            bits_of(std::numeric_limits<double>::quiet_NaN()));
}

RC_GTEST_PROP(Numbers, of_a_program_are_rounded_once_and_nothing_else_changes,
              (std::uint64_t seed)) {
  for (const Profile profile : {Profile::special, Profile::wild}) {
    const Program program = sample({.profile = profile, .verbs = kOrdinaryVerbs}, seed);
    RC_ASSERT(in_precision(program, 53) == program);
    const Program rounded = in_precision(program, 24);
    RC_ASSERT(in_precision(rounded, 24) == rounded);
    RC_ASSERT(well_formed(rounded));
    Program restored = rounded;
    for (std::size_t k = 0; k < program.code.size(); ++k) {
      const double was = program.code[k].immediate;
      const double is = std::exchange(restored.code[k].immediate, was);
      RC_ASSERT(bits_of(is) == bits_of(canonical(double{static_cast<float>(was)})));
    }
    for (std::size_t k = 0; k < program.actions.size(); ++k) {
      const double was = program.actions[k].value;
      const double is = std::exchange(restored.actions[k].value, was);
      RC_ASSERT(bits_of(is) == bits_of(canonical(double{static_cast<float>(was)})));
    }
    RC_ASSERT(restored == program);
  }
}

}  // namespace
}  // namespace cradle
