// Difference's filters: what long doubles and double-doubles accept float128 accepts, an ulp away
// from the engine's gradients too; and the arithmetic that this rests on.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "checks/oracles/difference.h"
#include "checks/oracles/double_double.h"
#include "checks/oracles/op_difference.h"
#include "checks/program/numbers.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/forms.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

using Judge = Judgement (*)(const Program&, const Trace&, const Capabilities&);
using Filter = bool (*)(const Program&, const Trace&, const Capabilities&);

struct Part {
  const char* name;
  Judge judge;
  Judge slow;
  Filter filter;
};

constexpr Part kInputs = {"inputs", judge_difference_inputs, judge_difference_inputs_by_float128,
                          inputs_accepted_by_long_double};
constexpr Part kEdges = {"edges", judge_difference_edges, judge_difference_edges_by_float128,
                         edges_accepted_by_double_double};

struct Tally {
  std::uint64_t accepted = 0;
  std::uint64_t agreed = 0;
  std::uint64_t refused = 0;
};

// Judges both ways, and fails where the verdicts differ.
void compare(const Part& part, const Program& program, const Trace& trace,
             const Capabilities& engine, Tally& tally) {
  const Judgement slow = part.slow(program, trace, engine);
  const bool accepted = part.filter(program, trace, engine);
  ASSERT_TRUE(!accepted || slow.verdict == Verdict::agree) << slow.message << "\n"
                                                           << print(program);
  Judgement both = part.judge(program, trace, engine);
  ASSERT_NEAR(both.share, slow.share, 0.01) << part.name << "\n" << print(program);
  both.share = slow.share;  // of fewer bits
  ASSERT_EQ(both, slow) << print(program);
  tally.accepted += accepted ? 1 : 0;
  tally.agreed += slow.verdict == Verdict::agree ? 1 : 0;
  tally.refused += slow.verdict == Verdict::disagree ? 1 : 0;
}

// Programs of which a node has an infinity, or a subnormal number, are no work for double-doubles.
double floor_of(const Part& part, Profile profile) {
  if (part.judge == kInputs.judge) return 0.95;
  return profile == Profile::special || profile == Profile::wild ? 0.5 : 0.99;
}

void expect_same_verdicts(const Part& part, const Capabilities& engine, Profile profile,
                          std::uint64_t case_count) {
  Tally plain;
  Tally beside;
  for (std::uint64_t index = 0; index < case_count; ++index) {
    Program program = sample(options_of(profile, kAllOps), index);
    if (engine.precision_bits == 24) program = in_floats(program);
    const Trace trace = trace_by_forms(program, engine);
    ASSERT_NO_FATAL_FAILURE(compare(part, program, trace, engine, plain));
    const auto node = static_cast<NodeId>(index % program.code.size());
    for (const double goal : {-HUGE_VAL, HUGE_VAL}) {
      Trace off = trace;
      double& grad = off.after[0].nodes[node].grad;
      grad = std::nextafter(grad, goal);
      ASSERT_NO_FATAL_FAILURE(compare(part, program, off, engine, beside));
    }
  }
  const double share = static_cast<double>(plain.accepted) / static_cast<double>(plain.agreed);
  std::printf("%s, %s, %u bits: the filter accepts %.2f %% of what float128 does\n", part.name,
              std::string(name_of(profile)).c_str(), engine.precision_bits, 100 * share);
  EXPECT_EQ(plain.refused, 0u);
  EXPECT_GT(beside.refused, 0u);
  EXPECT_GE(share, floor_of(part, profile));
}

TEST(OracleDifferenceFilter, of_inputs_gives_the_verdicts_of_float128) {
  for (const Profile profile : {Profile::safe, Profile::special, Profile::wild}) {
    expect_same_verdicts(kInputs, engine_with_forms(0), profile, 600);
    expect_same_verdicts(kInputs, engine_with_forms(1, Mode::reverse, 24), profile, 300);
    expect_same_verdicts(kInputs, engine_with_forms(1, Mode::forward), profile, 100);
  }
  expect_same_verdicts(kInputs, engine_with_forms(0), Profile::mlp, 100);
}

TEST(OracleDifferenceFilter, of_edges_gives_the_verdicts_of_float128) {
  for (const Profile profile : {Profile::safe, Profile::special, Profile::wild}) {
    for (const unsigned variant : {0u, 1u, 2u}) {
      expect_same_verdicts(kEdges, engine_with_forms(variant), profile, 600);
    }
    expect_same_verdicts(kEdges, engine_with_forms(1, Mode::reverse, 24), profile, 200);
  }
  expect_same_verdicts(kEdges, engine_with_forms(0), Profile::mlp, 100);
}

// A double-double with both words full.
DoubleDouble draw_pair(SeedChoices& choices) {
  const double scale = std::ldexp(1.0, static_cast<int>(choices.below(200)) - 100);
  const double high = draw_in(choices, -1, 1) * scale;
  return dd_real::add(high, high * draw_in(choices, -0x1p-54, 0x1p-54));
}

struct Worst {
  double sum = 0;
  double difference = 0;
  double product = 0;
};

TEST(OracleDifferenceFilter, double_doubles_lose_what_their_header_says_at_most) {
  SeedChoices choices(kSampleSeed);
  Worst worst;
  for (int k = 0; k < 200'000; ++k) {
    const DoubleDouble a = draw_pair(choices);
    // Every other pair nearly cancels.
    const DoubleDouble b = k % 2 == 0 ? draw_pair(choices) : a * (1 + draw_in(choices, 0, 0x1p-30));
    const Float128 wide_a = widened(a);
    const Float128 wide_b = widened(b);
    if (fabs(wide_a) < 0x1p-95 || fabs(wide_b) < 0x1p-95) continue;
    const auto part = [](const Float128& off, const Float128& whole) {
      return whole == 0 ? 0 : static_cast<double>(fabs(off) / fabs(whole) / 0x1p-104);
    };
    // A sum of two pairs may have more than 113 bits: 2^-113 of slack.
    worst.sum = std::max(
        worst.sum, part(widened(a + b) - (wide_a + wide_b), Float128(fabs(wide_a) + fabs(wide_b))));
    worst.difference = std::max(worst.difference, part(widened(a - b) - (wide_a - wide_b),
                                                       Float128(fabs(wide_a) + fabs(wide_b))));
    worst.product =
        std::max(worst.product, part(widened(a * b) - wide_a * wide_b, wide_a * wide_b));
  }
  std::printf("sum %.3f, difference %.3f, product %.3f units of 2^-104\n", worst.sum,
              worst.difference, worst.product);
  EXPECT_LT(worst.sum, 2);
  EXPECT_LT(worst.difference, 2);
  EXPECT_LT(worst.product, 2);
  EXPECT_GT(worst.product, 0.01) << "it is no float128 in disguise";
}

TEST(OracleDifferenceFilter, a_pair_is_rounded_to_float_once) {
  SeedChoices choices(kSampleSeed);
  int ties = 0;
  for (int k = 0; k < 50'000; ++k) {
    // A float, the middle between two or a neighbour of that, and a little beside it.
    const auto whole = static_cast<double>(choices.below(1 << 25) + (1 << 24));
    const double scale = std::ldexp(1.0, static_cast<int>(choices.below(200)) - 160);
    const double beside = static_cast<double>(choices.below(3)) - 1;
    const double more = draw_in(choices, -0x1p-30, 0x1p-30) * beside;
    const DoubleDouble x = DoubleDouble(whole) + DoubleDouble(more * 0x1p-20);
    const DoubleDouble scaled_x = mul_pwr2(x, choices.below(2) == 0 ? scale : -scale);
    ties += beside == 0 ? 1 : 0;
    ASSERT_EQ(nearest_float(scaled_x), nearest_float(widened(scaled_x))) << whole << " " << more;
  }
  EXPECT_GT(ties, 10'000);
}

TEST(OracleDifferenceFilter, the_slope_of_a_line_is_exact) {
  SeedChoices choices(kSampleSeed);
  for (int k = 0; k < 100'000; ++k) {
    const auto draw = [&] {
      return std::ldexp(draw_in(choices, -1, 1), static_cast<int>(choices.below(240)) - 120);
    };
    const double x = choices.below(50) == 0 ? 0 : draw();
    const double y = choices.below(50) == 0 ? 0 : draw();
    const struct {
      Op op;
      std::uint32_t slot;
      double slope;
    } rows[] = {{Op::add, 0, 1}, {Op::add, 1, 1}, {Op::sub, 0, 1}, {Op::sub, 1, -1},
                {Op::mul, 0, y}, {Op::mul, 1, x}, {Op::neg, 0, -1}};
    for (const auto& row : rows) {
      const Slope<DoubleDouble> got = quick_op_difference(row.op, row.slot, x, y);
      ASSERT_TRUE(got.defined);
      ASSERT_EQ(widened(got.slope), Float128(row.slope))
          << info(row.op).name << " at " << x << ", " << y;
      ASSERT_EQ(got.error, 0);
    }
  }
}

// The doubt is what a filter stands on: by float128's differences it is never as large as stated,
// and not a hundred thousand times smaller either.
TEST(OracleDifferenceFilter, the_slope_of_a_function_is_within_its_doubt) {
  const struct {
    Op op;
    std::uint32_t slot;
    double most;   // of |x|, which is positive where `below` is 0
    double below;  // the least x
    double y_most;
  } rows[] = {
      {Op::div, 0, 1e9, -1e9, 1e9}, {Op::div, 1, 1e9, -1e9, 1e9}, {Op::exp, 0, 300, -300, 1},
      {Op::exp, 0, 2, -2, 1},       {Op::log, 0, 1e20, 0, 1},     {Op::log, 0, 3, 0, 1},
      {Op::sqrt, 0, 1e30, 0, 1},    {Op::pow, 0, 9, 0, 40},       {Op::pow, 0, 1.5, 0, 4},
      {Op::pow, 0, 1.01, 0.99, 90}, {Op::powv, 0, 9, 0, 9},       {Op::powv, 1, 9, 0, 9},
      {Op::powv, 1, 1e30, 0, 2}};
  for (const auto& row : rows) {
    SeedChoices choices(kSampleSeed);
    double worst = 0;
    int asked = 0;
    for (int k = 0; k < 20'000; ++k) {
      double x = draw_in(choices, row.below, row.most);
      double y = draw_in(choices, -row.y_most, row.y_most);
      if (row.op == Op::pow && k % 2 == 0) y = std::floor(y), x = k % 4 == 0 ? -x : x;
      if (row.op != Op::pow && row.op != Op::powv && row.op != Op::div) y = 0;
      const Slope<DoubleDouble> quick = quick_op_difference(row.op, row.slot, x, y);
      if (!quick.defined) continue;
      const OpDifference slow = op_difference(row.op, row.slot, x, y);
      if (!slow.defined) continue;
      ++asked;
      const Float128 off = fabs(widened(quick.slope) - slow.slope) - slow.error;
      worst = std::max(worst, static_cast<double>(off) / quick.doubt);
      ASSERT_LE(off, quick.doubt) << info(row.op).name << " of " << x << ", " << y;
    }
    std::printf("%s, slot %u: %d slopes, off by up to %.3g of their doubt\n",
                std::string(info(row.op).name).c_str(), row.slot, asked, worst);
    EXPECT_GT(asked, 4'000);
    EXPECT_GT(worst, 1e-5);
  }
}

TEST(OracleDifferenceFilter, of_a_line_is_not_asked_beyond_plain_numbers) {
  for (const double odd : {0x1p451, double{HUGE_VAL}, std::nan("")}) {
    EXPECT_FALSE(quick_op_difference(Op::mul, 0, odd, 3).defined) << odd;
    EXPECT_FALSE(quick_line_difference(odd, 3).defined) << odd;
  }
  EXPECT_FALSE(quick_line_difference(1, 0x1p451).defined);
  EXPECT_FALSE(quick_line_difference(1, 0x1p-451).defined);
  EXPECT_FALSE(quick_line_difference(0x1p1001, 1).defined);
  for (const std::uint32_t slot : {0u, 1u}) {
    EXPECT_FALSE(quick_op_difference(Op::div, slot, 3, 0).defined);
    EXPECT_FALSE(quick_op_difference(Op::div, slot, 0, 3).defined);
  }
  // Next to 0 it is not exact, but known well; by 1 and -1 it is, wherever it is asked.
  for (const double odd : {0x1p-451, -0x1p-451, 0x1p-1074}) {
    for (const double y : {3.0, -0.7, 0x1.123456789abcdp440}) {
      const Slope<DoubleDouble> line = quick_line_difference(odd, y);
      ASSERT_TRUE(line.defined) << odd;
      EXPECT_LE(fabs(widened(line.slope) - y), line.doubt / 2) << odd;
      EXPECT_LE(line.doubt, std::fabs(y) * 0x1p-100) << odd;
    }
  }
  for (const double x : {0x1p1000, 0x1.8p451, 0x1p-451, -0x1p-1074, 0.0}) {
    EXPECT_EQ(widened(quick_line_difference(x, -1).slope), -1) << x;
    EXPECT_EQ(quick_line_difference(x, 1).doubt, 0) << x;
  }
  // A sum needs no more than that it does not overflow, and so does a power that is a line.
  for (const double odd : {0x1.8p1000, double{HUGE_VAL}, std::nan("")}) {
    EXPECT_FALSE(quick_op_difference(Op::add, 0, 1, odd).defined) << odd;
    EXPECT_FALSE(quick_op_difference(Op::sub, 1, odd, 1).defined) << odd;
    EXPECT_FALSE(quick_op_difference(Op::neg, 0, odd, 0).defined) << odd;
    EXPECT_FALSE(quick_op_difference(Op::pow, 0, odd, 1).defined) << odd;
  }
  for (const double odd : {0x1p1000, -0x1p-1074, 0x1p-1022, 0x1.8p-1022, 0x1p-451}) {
    for (const std::uint32_t slot : {0u, 1u}) {
      EXPECT_EQ(widened(quick_op_difference(Op::add, slot, odd, 1).slope), 1) << odd;
      EXPECT_EQ(widened(quick_op_difference(Op::add, slot, 1, odd).slope), 1) << odd;
    }
    EXPECT_EQ(widened(quick_op_difference(Op::neg, 0, odd, 0).slope), -1) << odd;
    EXPECT_EQ(widened(quick_op_difference(Op::pow, 0, odd, 1).slope), 1) << odd;
    EXPECT_EQ(widened(quick_op_difference(Op::powv, 0, odd, 0).slope), 0) << odd;
  }
  for (const double c : {0.0, 1.0, 2.0, 3.0, 8.0, 9.0, -1.0, 2.5}) {
    const Slope<DoubleDouble> quick = quick_op_difference(Op::pow, 0, 0, c);
    EXPECT_EQ(quick.defined, op_difference(Op::pow, 0, 0, c).defined) << c;
    EXPECT_EQ(widened(quick.slope), op_difference(Op::pow, 0, 0, c).slope) << c;
  }
  EXPECT_TRUE(quick_op_difference(Op::mul, 0, 0x1p-450, 0x1p450).defined);
  EXPECT_FALSE(quick_op_difference(Op::tanh, 0, 1, 0).defined);
  // Plain numbers, of which the values are not.
  EXPECT_TRUE(quick_op_difference(Op::pow, 0, 0x1p70, 6).defined);
  EXPECT_FALSE(quick_op_difference(Op::pow, 0, 0x1p100, 6).defined);
  EXPECT_FALSE(quick_op_difference(Op::pow, 0, 0x1p-100, 6).defined);
  EXPECT_FALSE(quick_op_difference(Op::powv, 1, 0x1p100, 6).defined);
  for (const std::uint32_t slot : {0u, 1u}) {
    EXPECT_TRUE(quick_op_difference(Op::div, slot, 0x1p200, 0x1p-200).defined);
    EXPECT_FALSE(quick_op_difference(Op::div, slot, 0x1p300, 0x1p-300).defined);
    EXPECT_FALSE(quick_op_difference(Op::div, slot, 0x1p-300, 0x1p300).defined);
  }
  EXPECT_TRUE(quick_op_difference(Op::exp, 0, 300, 0).defined);
  EXPECT_FALSE(quick_op_difference(Op::exp, 0, 301, 0).defined);
  EXPECT_FALSE(quick_op_difference(Op::log, 0, -1, 0).defined);
  EXPECT_FALSE(quick_op_difference(Op::sqrt, 0, -1, 0).defined);
  EXPECT_FALSE(quick_op_difference(Op::pow, 0, -1.5, 2.5).defined);
}

}  // namespace
}  // namespace cradle
