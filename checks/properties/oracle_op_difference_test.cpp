// The difference of one op, against its derivative by hand: never further from it than is stated,
// and what is stated is small beside an ulp, near 1 and towards the ends of the doubles.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "checks/oracles/op_difference.h"
#include "checks/program/numbers.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

Float128 derivative(Op op, std::uint32_t slot, const Float128& x, const Float128& y) {
  switch (op) {
    case Op::add:
      return 1;
    case Op::sub:
      return slot == 0 ? 1 : -1;
    case Op::neg:
      return -1;
    case Op::mul:
      return slot == 0 ? y : x;
    case Op::div:
      return slot == 0 ? 1 / y : -x / (y * y);
    case Op::pow:
    case Op::powv:
      return slot == 0 ? y * pow(x, y - 1) : pow(x, y) * log(x);
    case Op::exp:
      return exp(x);
    case Op::log:
      return 1 / x;
    case Op::sqrt:
      return 1 / (2 * sqrt(x));
    case Op::tanh:
      return 1 / (cosh(x) * cosh(x));
    case Op::sigmoid:
      return 1 / ((1 + exp(-x)) * (1 + exp(x)));
    case Op::sin:
      return cos(x);
    default:  // cos
      return -sin(x);
  }
}

// Where an op is smooth: of either sign or not, up to 2^`span`, either way.
struct Smooth {
  Op op;
  std::uint32_t slot;
  bool positive;
  int span;
  int y_span;
};
constexpr Smooth kSmooth[] = {
    {Op::add, 0, false, 900, 900}, {Op::add, 1, false, 900, 900}, {Op::sub, 0, false, 900, 900},
    {Op::sub, 1, false, 900, 900}, {Op::neg, 0, false, 900, 0},   {Op::mul, 0, false, 900, 900},
    {Op::mul, 1, false, 900, 900}, {Op::div, 0, false, 900, 900}, {Op::div, 1, false, 900, 900},
    {Op::pow, 0, true, 900, 5},    {Op::pow, 0, true, 3, 20},     {Op::powv, 0, true, 900, 5},
    {Op::powv, 1, true, 900, 3},   {Op::powv, 1, true, 1, 20},    {Op::exp, 0, false, 9, 0},
    {Op::exp, 0, false, 1, 0},     {Op::log, 0, true, 900, 0},    {Op::log, 0, true, 1, 0},
    {Op::sqrt, 0, true, 900, 0},   {Op::tanh, 0, false, 5, 0},    {Op::tanh, 0, false, 1, 0},
    {Op::sigmoid, 0, false, 8, 0}, {Op::sigmoid, 0, false, 1, 0}, {Op::sin, 0, false, 20, 0},
    {Op::cos, 0, false, 20, 0},    {Op::cos, 0, false, 1, 0},
};

TEST(OracleOpDifference, is_within_its_stated_error_of_the_derivative) {
  for (const Smooth& smooth : kSmooth) {
    SeedChoices choices(kSampleSeed);
    double worst = 0;
    double widest = 0;
    int asked = 0;
    const auto draw = [&](int span, bool positive) {
      const int exponent =
          static_cast<int>(choices.below(2 * static_cast<unsigned>(span) + 1)) - span;
      const double size = std::ldexp(1 + draw_in(choices, 0, 1), exponent);
      return positive || choices.below(2) == 0 ? size : -size;
    };
    for (int k = 0; k < 3000; ++k) {
      const double x = draw(smooth.span, smooth.positive);
      const double y = draw(smooth.y_span, false);
      const OpDifference got = op_difference(smooth.op, smooth.slot, x, y);
      if (!got.defined) continue;
      const Float128 truth = derivative(smooth.op, smooth.slot, wide(x), wide(y));
      if (!isfinite(truth) || fabs(truth) < 1e-300) continue;
      const Float128 off = fabs(got.slope - truth);
      ASSERT_LE(off, got.error) << info(smooth.op).name << " of " << x << ", " << y;
      worst = std::max(worst, static_cast<double>(off / got.error));
      widest = std::max(widest, static_cast<double>(got.error / fabs(truth)));
      ++asked;
    }
    std::printf("%s, slot %u: %d, off by up to %.3f of what is stated, and that up to 2^%.1f\n",
                std::string(info(smooth.op).name).c_str(), smooth.slot, asked, worst,
                std::log2(widest));
    EXPECT_GT(asked, 500) << info(smooth.op).name;
  }
}

// Where it ends, the end included.
TEST(OracleOpDifference, is_taken_from_1e_300_on) {
  const struct {
    Op op;
    std::uint32_t slot;
    double y;
  } rows[] = {
      {Op::log, 0, 0}, {Op::sqrt, 0, 0}, {Op::pow, 0, 2.5}, {Op::powv, 0, 2.5}, {Op::powv, 1, 2.5}};
  for (const auto& row : rows) {
    EXPECT_TRUE(op_difference(row.op, row.slot, 1e-300, row.y).defined) << info(row.op).name;
    const double below = std::nextafter(1e-300, 0);
    EXPECT_FALSE(op_difference(row.op, row.slot, below, row.y).defined) << info(row.op).name;
  }
  EXPECT_TRUE(op_difference(Op::div, 1, 3, 1e-300).defined);
  EXPECT_FALSE(op_difference(Op::div, 1, 3, std::nextafter(1e-300, 0)).defined);
}

}  // namespace
}  // namespace cradle
