// The safe profile is safe: every value finite, away from every kink and domain edge, for
// microcrad's ops and for all; and the range estimates behind it enclose what libm computes.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "checks/program/estimate.h"
#include "checks/program/execute.h"
#include "checks/program/numbers.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

constexpr double kMargin = 1e-4;

// The operand of `instruction` is where the op is smooth, by a margin.
bool smooth(const Instruction& instruction, double x, double y) {
  const OpInfo& row = info(instruction.op);
  if (row.kink_at_zero && std::fabs(x) < kMargin) return false;
  switch (row.domain) {
    case Domain::positive:
      return x > kMargin;
    case Domain::non_negative:
      return x > 0;  // the derivative of sqrt ends there
    case Domain::non_zero:
      return std::fabs(y) > kMargin;
    case Domain::by_exponent:
      return instruction.immediate == 0 || std::fabs(x) > kMargin;
    case Domain::everywhere:
      return true;
  }
  return false;
}

void expect_safe(const Program& program) {
  const std::vector<double> values = execute<double>(program);
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const Instruction& instruction = program.code[node];
    ASSERT_TRUE(std::isfinite(values[node])) << '%' << node << "\n" << print(program);
    ASSERT_LT(std::fabs(values[node]), 2e6) << '%' << node << "\n" << print(program);
    if (instruction.op == Op::input) continue;
    const double x = values[instruction.operands[0]];
    const double y = values[instruction.operands[1]];
    ASSERT_TRUE(smooth(instruction, x, y))
        << print(instruction, node) << " at " << x << ", " << y << "\n"
        << print(program);
  }
}

TEST(Safe, values_are_finite_and_kinks_far_in_twenty_thousand_programs) {
  for (const OpSet ops : {kSpecificationOps, kAllOps}) {
    GenerateOptions options;
    options.ops = ops;
    for (std::uint64_t k = 0; k < 20'000 && !HasFatalFailure(); ++k)
      expect_safe(sample(options, k));
  }
}

// |d/dx| and |d/dy| of one op, by a central difference.
struct Slopes {
  double x, y;
};

Slopes slopes_of(const Instruction& instruction, double x, double y) {
  const double step = 1e-6;
  const auto at = [&](double u, double v) { return value_of<double>(instruction, u, v); };
  return {std::fabs(at(x + step, y) - at(x - step, y)) / (2 * step),
          std::fabs(at(x, y + step) - at(x, y - step)) / (2 * step)};
}

TEST(Estimate, encloses_the_value_and_bounds_the_derivative_of_every_op) {
  SeedChoices choices(11);
  for (const OpInfo& row : kOps) {
    if (row.op == Op::input || row.op == Op::neuron) continue;
    int accepted = 0;
    double radius_max = 0;
    for (int k = 0; k < 20'000; ++k) {
      Instruction instruction;
      instruction.op = row.op;
      if (row.immediate == Immediate::exponent) instruction.immediate = draw_exponent(choices);
      const double scale = k % 3 == 0 ? 0.01 : k % 3 == 1 ? 1 : 25;
      const double x = scale * draw_moderate(choices);
      const double y = scale * draw_moderate(choices);
      Estimate result;
      if (!estimate(instruction, estimate_input(x), estimate_input(y), result)) continue;
      ++accepted;
      const double value = value_of<double>(instruction, x, y);
      ASSERT_LE(std::fabs(value - result.value), result.radius)
          << row.name << ' ' << x << ' ' << y << ' ' << instruction.immediate;
      radius_max = std::max(radius_max, result.radius / std::max(1.0, std::fabs(value)));
      const Slopes slopes = slopes_of(instruction, x, y);
      const double steepest = slopes.x + (row.arity == 2 ? slopes.y : 0);
      ASSERT_GE(result.amplification * (1 + 1e-3) + 1e-3, steepest)
          << row.name << ' ' << x << ' ' << y;
    }
    EXPECT_GT(accepted, 2000) << row.name << " is rarely safe: it would rarely be generated";
    EXPECT_LT(radius_max, 1e-8) << row.name;
  }
}

TEST(Estimate, a_radius_grows_with_those_of_the_operands) {
  Instruction mul;
  mul.op = Op::mul;
  Estimate result;
  ASSERT_TRUE(estimate(mul, {3, 1e-4, 5}, {2, 1e-5, 7}, result));
  EXPECT_EQ(result.value, 6);
  EXPECT_GE(result.radius, 2 * 1e-4 + 3 * 1e-5);
  EXPECT_EQ(result.amplification, 2 * 5 + 3 * 7);
}

TEST(Estimate, what_is_near_a_kink_an_edge_or_overflow_is_not_safe) {
  struct Line {
    Op op;
    double x, y, exponent;
  };
  const double inf = HUGE_VAL;
  const double nan = std::nan("");
  const std::vector<Line> table = {
      {Op::relu, 0, 0, 0},      {Op::relu, 1e-5, 0, 0},     {Op::leaky_relu, -1e-5, 0, 0},
      {Op::abs, 0, 0, 0},       {Op::log, 0, 0, 0},         {Op::log, -1, 0, 0},
      {Op::exp, 1e-300, 0, 0},  {Op::div, 1, 0, 0},         {Op::div, 1, 1e-5, 0},
      {Op::exp, 13, 0, 0},      {Op::exp, -13, 0, 0},       {Op::pow, -1, 0, 0.5},
      {Op::pow, 0, 0, 2},       {Op::pow, 1e3, 0, 8},       {Op::pow, 2, 0, 9},
      {Op::powv, -1, 2, 0},     {Op::powv, 0, 2, 0},        {Op::sqrt, 0, 0, 0},
      {Op::sqrt, -1, 0, 0},     {Op::tanh, 9, 0, 0},        {Op::sigmoid, -9, 0, 0},
      {Op::sin, 101, 0, 0},     {Op::add, 1, -1 + 1e-9, 0}, {Op::mul, 1e4, 1e4, 0},
      {Op::mul, 1e-4, 1e-4, 0}, {Op::log, inf, 0, 0},       {Op::log, nan, 0, 0},
      {Op::pow, inf, 0, 2},     {Op::pow, nan, 0, 2},       {Op::pow, 2, 0, nan},
      {Op::pow, 2, 0, inf},     {Op::sin, nan, 0, 0},       {Op::cos, inf, 0, 0},
      {Op::relu, inf, 0, 0},    {Op::relu, -inf, 0, 0},     {Op::add, 1, nan, 0},
      {Op::mul, 0, inf, 0},     {Op::powv, 2, inf, 0},      {Op::exp, -inf, 0, 0},
      {Op::exp, 1e300, 0, 0},   {Op::neg, 1e7, 0, 0}};
  for (const Line& line : table) {
    Instruction instruction;
    instruction.op = line.op;
    instruction.immediate = line.exponent;
    Estimate result;
    EXPECT_FALSE(estimate(instruction, estimate_input(line.x), estimate_input(line.y), result))
        << info(line.op).name << ' ' << line.x << ' ' << line.y << ' ' << line.exponent;
  }
}

TEST(Estimate, a_closed_relu_is_exactly_zero_and_stays_usable) {
  Instruction relu, add;
  relu.op = Op::relu;
  add.op = Op::add;
  Estimate closed, sum;
  ASSERT_TRUE(estimate(relu, {-2, 1e-6, 3}, {}, closed));
  EXPECT_EQ(closed.value, 0);
  EXPECT_EQ(closed.radius, 0);
  ASSERT_TRUE(estimate(add, closed, estimate_input(1), sum));
  EXPECT_EQ(sum.value, 1);
}

}  // namespace
}  // namespace cradle
