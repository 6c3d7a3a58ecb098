// The arithmetic that radii are made of: each bound holds, and none is much more than it has to be.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "checks/oracles/ball.h"
#include "checks/oracles/libm.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

using Known = Ball<Float128>;

constexpr double kEta = 0x1p-1074;
const RadiusArithmetic kDouble = arithmetic_of(53);
const RadiusArithmetic kSingle = arithmetic_of(24);

// `bound` is `least`, enlarged by the 1e-12 that every radius is enlarged by.
void expect_just_above(double bound, double least) {
  EXPECT_GE(bound, least * (1 + 0.9e-12));
  EXPECT_LE(bound, least * (1 + 1.6e-12));
}

TEST(OracleBall, has_the_arithmetic_of_either_precision) {
  EXPECT_FALSE(kDouble.narrow());
  EXPECT_TRUE(kSingle.narrow());
  EXPECT_EQ(kDouble.u, std::numeric_limits<double>::epsilon() / 2);
  EXPECT_EQ(kSingle.u, std::numeric_limits<float>::epsilon() / 2);
  EXPECT_EQ(kDouble.eta, std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(kSingle.eta, std::numeric_limits<float>::denorm_min());
  EXPECT_EQ(kDouble.tiny, std::ldexp(kDouble.eta, 100));
  EXPECT_EQ(kSingle.tiny, std::ldexp(kSingle.eta, 100));
  EXPECT_EQ(kDouble.whole, 0x1p53);
  EXPECT_LT(kSingle.large, std::numeric_limits<float>::max());
  EXPECT_LT(kDouble.large, std::numeric_limits<double>::max());
  EXPECT_GT(kSingle.small, std::numeric_limits<float>::min());
  EXPECT_EQ(kDouble.caution, 1);
  EXPECT_EQ(kSingle.caution, 1);
}

TEST(OracleBall, enlarges_by_1e_12_and_what_may_be_subnormal_by_an_eta) {
  expect_just_above(enlarge(1.0), 1);
  expect_just_above(enlarge(0x1p-899), 0x1p-899);
  EXPECT_EQ(enlarge(0.0), 0);
  EXPECT_EQ(enlarge(kEta), 2 * kEta);
  expect_just_above(enlarge(1.0, 4, kDouble), 1);
  EXPECT_EQ(enlarge(0.0, 3, kDouble), 4 * kEta);
  // Above 2^100 of them an eta is nothing; below, each counts.
  expect_just_above(enlarge(0x1p-900, 4, kDouble), 0x1p-900);
  EXPECT_GE(enlarge(0x1p-1050, 1e9, kDouble), 0x1p-1050 + 1e9 * kEta);
  expect_just_above(enlarge(0x1p-140, 8, kSingle), 0x1p-140 + 8 * 0x1p-149);
}

TEST(OracleBall, counts_an_eta_more_where_a_centre_may_be_subnormal) {
  EXPECT_EQ((Known{0, 0}.size()), 0);
  EXPECT_EQ((Known{-3, 0}.size()), 3);
  EXPECT_EQ((Known{0x1p-1000, 0}.size()), 0x1p-1000);
  EXPECT_EQ((Known{Float128(0x1p-1074) / 3, 0}.size()), kEta);
  EXPECT_EQ((Known{0x1p-1060, 0}.size()), 0x1p-1060 + kEta);
  EXPECT_EQ((Known{-3, 0.5}.reach()), 3.5);
  EXPECT_TRUE((Known{0, 0}.is_zero()));
  EXPECT_FALSE((Known{0, 1}.is_zero()));
  EXPECT_FALSE((Known{1, 0}.is_zero()));
}

TEST(OracleBall, knows_the_first_and_the_last_bit_of_a_number) {
  EXPECT_EQ(leading_power(1), 1);
  EXPECT_EQ(leading_power(-7.5), 4);
  EXPECT_EQ(leading_power(0x1.8p-1030), 0);
  EXPECT_EQ(last_power(1), 1);
  EXPECT_EQ(last_power(-7.5), 0.5);
  EXPECT_EQ(last_power(12), 4);
  EXPECT_EQ(last_power(1 + 0x1p-52), 0x1p-52);
  EXPECT_EQ(last_power(0x1p-1022), 0x1p-1022);
  EXPECT_EQ(last_power(0x1.8p-1021), 0x1p-1022);
  EXPECT_EQ(last_power(0x1.8p-1022), 0) << "its last bit is below the normal numbers";
  EXPECT_EQ(last_power(0x1p-1074), 0);
  EXPECT_EQ(last_power(0), 0);
  EXPECT_EQ(last_power(kInfinity), 0);
  EXPECT_EQ(last_power(kNoNumber), 0);
}

TEST(OracleBall, bounds_roundings) {
  EXPECT_EQ(rounding_error(1, kDouble), 0x1p-53);
  EXPECT_EQ(rounding_error(1.999, kDouble), 0x1p-53);
  EXPECT_EQ(rounding_error(2 - 0x1p-52, kDouble), 0x1p-52) << "a number up to it may reach 2";
  EXPECT_EQ(rounding_error(1, kSingle), 0x1p-24);
  EXPECT_EQ(both(0.5, 0.25), 0.875);
  for (const double n : {1.0, 3.0, 100.0}) {
    EXPECT_GE(roundings(n, kDouble), std::expm1(n * std::log1p(0x1p-53)));
    EXPECT_LE(roundings(n, kDouble), n * 0x1p-53 * (1 + 1e-13));
    EXPECT_GT(roundings(n, kSingle), n * 0x1p-24);
    EXPECT_LE(roundings(n, kSingle), n * 0x1p-24 * (1 + 1e-5));
  }
  for (const double t : {0.0, 1e-6, 0.1, 0.5, 0.999, 1.0, 1.5, 1.9, 2.5, 20.0}) {
    EXPECT_GE(growth(t), std::expm1(t)) << t;
    EXPECT_LE(growth(t), std::expm1(t) * (1 + t * t / 4)) << t;
  }
  EXPECT_LE(growth(1.0), std::expm1(1.0)) << "from 1 on it is the function itself";
}

TEST(OracleBall, knows_which_numbers_an_engine_has) {
  EXPECT_TRUE(is_a_number(Float128(0.1), kDouble));
  EXPECT_FALSE(is_a_number(Float128(1) / 3, kDouble));
  EXPECT_FALSE(is_a_number(Float128(0.1), kSingle));
  EXPECT_TRUE(is_a_number(Float128(0.1F), kSingle));
  EXPECT_FALSE(is_a_number(Float128(0.1F) + 0x1p-80, kSingle));
  for (const double power : {1.0, -0.25, 0x1p1000}) EXPECT_TRUE(is_power_of_two(Known{power, 0}));
  for (const double other : {0.0, 3.0, 1 + 0x1p-52}) EXPECT_FALSE(is_power_of_two(Known{other, 0}));
  EXPECT_FALSE(is_power_of_two(Known{1, 1e-20}));
  EXPECT_FALSE(is_power_of_two(Known{Float128(1) + 0x1p-80, 0}));
}

TEST(OracleBall, bounds_the_rounding_of_a_known_number_by_its_distance) {
  EXPECT_EQ(error_of_known(Float128(1), true, kDouble), 0);
  expect_just_above(error_of_known(Float128(1) + 0x1p-54, false, kDouble), 0x1p-54 * (33.0 / 32));
  expect_just_above(error_of_known(Float128(1) + 0x1p-70, false, kDouble), 0x1p-56);
  expect_just_above(error_of_known(Float128(1) + 0x1p-25, false, kSingle), 0x1p-25 * (33.0 / 32));
  // Among the smallest numbers: half a unit, and an eta.
  expect_just_above(error_of_known(Float128(0x1p-60) + 0x1p-90, false, kSingle),
                    0x1p-84 + 0x1p-149);
  EXPECT_LE(error_of_known(Float128(0x1p-975), false, kDouble), 0x1p-1027);
  EXPECT_GE(error_of_known(Float128(0x1p-975), false, kDouble), 0x1p-1028 + kEta);
}

TEST(OracleBall, multiplies_balls) {
  // Exact, rounded by a known distance, by a power of two, and what an operand's radius gives.
  EXPECT_EQ(product(Known{3, 0}, Known{0.5, 0}, kDouble).radius, 0);
  const Float128 exact = Float128(0.1) * 3;
  const auto off = static_cast<double>(fabs(exact - 0.1 * 3));
  expect_just_above(product(Known{0.1, 0}, Known{3, 0}, kDouble).radius, off * (33.0 / 32));
  EXPECT_TRUE(product(Known{0, 0}, Known{7, 1}, kDouble).is_zero());
  EXPECT_TRUE(product(Known{7, 1}, Known{0, 0}, kDouble).is_zero());
  expect_just_above(product(Known{2, 0}, Known{3, 0.25}, kDouble).radius, 0.5);
  expect_just_above(product(Known{3, 0.25}, Known{2, 0}, kDouble).radius, 0.5);
  expect_just_above(product(Known{3, 0.5}, Known{5, 0.25}, kDouble).radius,
                    3 * 0.25 + 5 * 0.5 + 0.5 * 0.25 + 16 * 0x1p-53);
  expect_just_above(product(Known{3, 0x1p-60}, Known{1.1, 0}, kDouble).radius,
                    1.1 * 0x1p-60 + 2 * 0x1p-53);
  // Other orders of the same product underflow elsewhere, and are not rounded at a known distance.
  EXPECT_GE(product(Known{3, 0}, Known{1.5, 0}, kDouble, 2).radius, 4 * 0x1p-53);
  EXPECT_GE(product(Known{0x1p-1000, 0}, Known{0x1p-1000, 0}, kDouble).radius, kEta);
  EXPECT_EQ(product(Known{-3, 0}, Known{0.5, 0}, kDouble).centre, Float128(-1.5));
}

TEST(OracleBall, divides_balls) {
  EXPECT_EQ(quotient(Known{6, 0}, Known{3, 0}, true, kDouble).radius, 0);
  EXPECT_EQ(quotient(Known{6, 0}, Known{3, 0}, false, kDouble).radius, 0);
  EXPECT_EQ(quotient(Known{6, 0}, Known{-3, 0}, true, kDouble).centre, Float128(-2));
  EXPECT_TRUE(quotient(Known{0, 0}, Known{3, 1}, true, kDouble).is_zero());
  const double known = quotient(Known{1, 0}, Known{3, 0}, true, kDouble).radius;
  const double usual = quotient(Known{1, 0}, Known{3, 0}, false, kDouble).radius;
  EXPECT_LT(known, usual);
  expect_just_above(usual, 0x1p-55);
  expect_just_above(quotient(Known{6, 0.5}, Known{4, 1}, true, kDouble).radius,
                    0.5 / 3 + 1.5 * (1.0 / 3) + 0x1p-53);
  expect_just_above(quotient(Known{6, 0.5}, Known{4, 0}, true, kDouble).radius, 0.125);
}

TEST(OracleBall, knows_what_may_be_0) {
  EXPECT_FALSE(touches_zero(Known{1, 0.5}, kDouble));
  EXPECT_TRUE(touches_zero(Known{1, 0.51}, kDouble));
  EXPECT_TRUE(touches_zero(Known{-1, 0.51}, kDouble));
  EXPECT_FALSE(touches_zero(Known{-1, 0.1}, kDouble));
  EXPECT_TRUE(touches_zero(Known{0, 0}, kDouble));
  EXPECT_TRUE(touches_zero(Known{1e-301, 0}, kDouble));
  EXPECT_FALSE(touches_zero(Known{1e-299, 0}, kDouble));
  EXPECT_TRUE(touches_zero(Known{1e-37, 0}, kSingle));
  RadiusArithmetic careful = kDouble;
  careful.caution = 1.5;
  EXPECT_TRUE(touches_zero(Known{1, 0.4}, careful));
  EXPECT_TRUE(touches_zero(Known{1.2e-300, 0}, careful));
}

}  // namespace
}  // namespace cradle
