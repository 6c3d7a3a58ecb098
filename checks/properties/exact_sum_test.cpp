// Where the oracles say that a sum never rounds, it does not: in any order, fused or not.

#include "checks/oracles/exact_sum.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "checks/program/choices.h"

namespace cradle {
namespace {

using Terms = std::vector<std::pair<double, double>>;

ExactSum gathered(const Terms& terms) {
  ExactSum sum;
  for (const auto& [x, y] : terms) sum.add(x, y);
  return sum;
}

Terms drawn_terms(Choices& choices) {
  // From a few bits to more than a double has: both answers occur.
  const auto bits = static_cast<int>(1 + choices.below(30));
  const auto scale = static_cast<int>(choices.below(30));
  Terms terms(2 + choices.below(8));
  const auto number = [&] {
    const auto drawn = static_cast<double>(choices.below(std::uint64_t{1} << bits));
    const double sign = choices.below(2) == 0 ? 1 : -1;
    return sign *
           std::ldexp(drawn, -static_cast<int>(choices.below(static_cast<unsigned>(scale) + 1)));
  };
  for (auto& [x, y] : terms) x = number(), y = number();
  return terms;
}

void shuffle(Choices& choices, Terms& terms) {
  for (std::size_t k = terms.size(); k > 1; --k) {
    std::swap(terms[k - 1], terms[choices.below(k)]);
  }
}

template <typename T>
void expect_every_order_exact(Choices& choices, Terms terms) {
  Float128 truth = 0;
  for (const auto& [x, y] : terms) truth += Float128(x) * Float128(y);
  for (int order = 0; order < 8; ++order) {
    shuffle(choices, terms);
    T plain = 0, fused = 0;
    for (const auto& [x, y] : terms) {
      plain += static_cast<T>(x) * static_cast<T>(y);
      fused = std::fma(static_cast<T>(x), static_cast<T>(y), fused);
    }
    ASSERT_EQ(Float128(plain), truth);
    ASSERT_EQ(Float128(fused), truth);
  }
}

TEST(ExactSum, never_rounds_when_it_says_so) {
  int exact = 0, exact_in_float = 0, rounds = 0;
  for (std::uint64_t index = 0; index < 20'000; ++index) {
    SeedChoices choices(case_seed(1, 77, index));
    const Terms terms = drawn_terms(choices);
    const ExactSum sum = gathered(terms);
    if (!sum.is_exact(Rounding())) ++rounds;
    if (sum.is_exact(Rounding())) {
      ++exact;
      expect_every_order_exact<double>(choices, terms);
    }
    if (sum.is_exact(rounding_of(24))) {
      ++exact_in_float;
      expect_every_order_exact<float>(choices, terms);
    }
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(exact, 2'000);
  EXPECT_GT(exact_in_float, 500);
  EXPECT_GT(rounds, 2'000);
}

TEST(ExactSum, knows_its_edges) {
  const Rounding rounding;
  EXPECT_TRUE(gathered({}).is_exact(rounding));
  EXPECT_TRUE(gathered({{0, 1}, {5, 0}}).is_exact(rounding));
  EXPECT_TRUE(gathered({{0.5, 1}, {-0.5, 1}}).is_exact(rounding));
  EXPECT_FALSE(gathered({{0.1, 0.1}}).is_exact(rounding)) << "106 bits";
  EXPECT_FALSE(gathered({{0.1, 1}, {-0.2, 1}, {0.3, 1}}).is_exact(rounding));
  EXPECT_FALSE(gathered({{1, 1}, {0x1p-53, 1}}).is_exact(rounding));
  EXPECT_FALSE(gathered({{0x1p-600, 0x1p-600}}).is_exact(rounding)) << "underflows";
  EXPECT_FALSE(gathered({{HUGE_VAL, 1}}).is_exact(rounding));
  EXPECT_FALSE(gathered({{0x1p-149, 0.5}}).is_exact(rounding_of(24)));
  EXPECT_TRUE(gathered({{0x1p-149, 0.5}}).is_exact(rounding));
}

TEST(ExactSum, finds_the_lowest_bit) {
  EXPECT_EQ(lowest_exponent(1), 0);
  EXPECT_EQ(lowest_exponent(-12), 2);
  EXPECT_EQ(lowest_exponent(0.375), -3);
  EXPECT_EQ(lowest_exponent(0x1p-1074), -1074);
  EXPECT_EQ(lowest_exponent(0x1.8p-1070), -1071);
  EXPECT_EQ(lowest_exponent(0x1.fffffffffffffp1023), 971);
}

}  // namespace
}  // namespace cradle
