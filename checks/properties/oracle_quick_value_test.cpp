// The ops in double-doubles against float128's: none loses more than half of what quick_loss says,
// the other half being for programs that were not drawn here.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "checks/oracles/quick_value.h"
#include "checks/program/execute.h"
#include "checks/program/numbers.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// Operands between these, of either sign where `negative`.
struct QuickRow {
  Op op;
  double least, most;
  bool negative;
  double immediate = 0;
  double y_least = 1, y_most = 1;
};

constexpr QuickRow kQuickRows[] = {
    {Op::add, 0x1p-60, 0x1p60, true, 0, 0x1p-60, 0x1p60},
    {Op::add, 1, 2, true, 0, 1, 2},
    {Op::sub, 0x1p-60, 0x1p60, true, 0, 0x1p-60, 0x1p60},
    {Op::sub, 1, 1.001, true, 0, 1, 1.001},
    {Op::mul, 0x1p-60, 0x1p60, true, 0, 0x1p-60, 0x1p60},
    {Op::div, 0x1p-60, 0x1p60, true, 0, 0x1p-60, 0x1p60},
    {Op::mul, 0x1p-900, 0x1p-100, true, 0, 0x1p-900, 0x1p-100},
    {Op::mul, 0x1p100, 0x1p449, true, 0, 0x1p100, 0x1p449},
    {Op::div, 0x1p-900, 0x1p-100, true, 0, 0x1p100, 0x1p449},
    {Op::pow, 0x1p-900, 0x1p-40, true, 9},
    {Op::tanh, 0x1p-900, 0x1p-10, true},
    {Op::sin, 0x1p-900, 0x1p-10, true},
    {Op::pow, 0x1p-20, 0x1p20, true, 2},
    {Op::pow, 0x1p-20, 0x1p20, true, -7},
    {Op::pow, 0x1p-20, 0x1p20, true, 16},
    {Op::pow, 0x1p-20, 0x1p20, false, 0.5},
    {Op::pow, 0x1p-20, 0x1p20, false, -17},
    {Op::pow, 0x1p-4, 0x1p4, false, 98.5},
    {Op::pow, 0.9999, 1.0001, false, 1e6},
    {Op::powv, 0x1p-20, 0x1p20, false, 0, 0x1p-10, 20},
    {Op::powv, 0.5, 2, false, 0, 1, 400},
    {Op::powv, 0.9999, 1.0001, false, 0, 1e5, 1e6},
    {Op::exp, 0x1p-60, 0.1, true},
    {Op::exp, 0.1, 300, true},
    {Op::log, 0x1p-400, 0x1p400, false},
    {Op::log, 0.9, 1.1, false},
    {Op::sqrt, 0x1p-400, 0x1p400, false},
    {Op::tanh, 0x1p-60, 0.06, true},
    {Op::tanh, 0.01, 2, true},
    {Op::tanh, 2, 300, true},
    {Op::sigmoid, 0x1p-60, 2, true},
    {Op::sigmoid, 2, 300, true},
    {Op::sin, 0x1p-60, 0.1, true},
    {Op::sin, 0.01, 10, true},
    {Op::sin, 10, 0x1p20, true},
    {Op::cos, 0x1p-60, 10, true},
    {Op::cos, 10, 0x1p20, true},
};

// A pair with both words full, of 107 bits: float128 has it, and the sum of two. Its high word is
// anywhere in the powers of two, every other time near one end; no logarithm of it is a double.
DoubleDouble draw_quick(SeedChoices& choices, double least, double most, bool negative) {
  const double part = draw_in(choices, 0, 1);
  const double size = choices.below(2) == 0 ? least + (most - least) * part
                                            : least * std::exp(std::log(most / least) * part);
  const double high = negative && choices.below(2) == 0 ? -size : size;
  const double last = std::ldexp(unit_in_first_place(high), -107);
  return dd_real::add(high, std::round(draw_in(choices, -0x1p53, 0x1p53)) * last);  // or 0
}

struct LossSeen {
  int asked = 0;
  double worst = 0;
};

LossSeen loss_of(const QuickRow& row) {
  SeedChoices choices(kSampleSeed);
  Instruction line;
  line.op = row.op;
  line.immediate = row.immediate;
  LossSeen loss;
  for (int k = 0; k < 20'000; ++k) {
    const DoubleDouble x = draw_quick(choices, row.least, row.most, row.negative);
    const DoubleDouble y = draw_quick(choices, row.y_least, row.y_most, row.negative);
    const DoubleDouble got = quick_value(line, x, y);
    if (std::isnan(got.x[0])) continue;
    const Float128 truth = value_of<Float128>(line, widened(x), widened(y));
    const double logarithm = x > 0 ? std::fabs(std::log(x.x[0])) : 0;
    const long double stated =
        quick_loss(line, std::fabs(x.x[0]), std::fabs(y.x[0]), std::fabs(got.x[0]), logarithm);
    const Float128 off = fabs(widened(got) - truth);
    ++loss.asked;
    loss.worst = std::max(loss.worst, static_cast<double>(off / Float128(stated)));
  }
  return loss;
}

TEST(OracleQuickValue, loses_half_of_what_it_states_at_most) {
  for (const QuickRow& row : kQuickRows) {
    const LossSeen loss = loss_of(row);
    const std::string name = std::string(info(row.op).name) + " of " + print(row.least) + " to " +
                             print(row.most) + ", " + print(row.immediate);
    std::printf("%s: %d values, %.3f of what may be lost\n", name.c_str(), loss.asked, loss.worst);
    EXPECT_GT(loss.asked, 9'000) << name;
    EXPECT_LE(loss.worst, 0.5) << name;
    EXPECT_GT(loss.worst, 1e-4) << name;
  }
}

TEST(OracleQuickValue, is_exact_where_nothing_is_lost) {
  const struct {
    Op op;
    double x, y, value;
  } rows[] = {{Op::neg, 3, 0, -3},   {Op::pow, 0, 0, 1},  {Op::pow, -5, 0, 1},
              {Op::powv, -2, 3, -8}, {Op::powv, 0, 2, 0}, {Op::exp, 0, 0, 1},
              {Op::log, 1, 0, 0},    {Op::sqrt, 0, 0, 0}, {Op::tanh, 0, 0, 0},
              {Op::sin, 0, 0, 0},    {Op::cos, 0, 0, 1},  {Op::sigmoid, 0, 0, 0.5},
              {Op::powv, -2, 0, 1},  {Op::div, 6, 3, 2}};
  for (const auto& row : rows) {
    Instruction line;
    line.op = row.op;
    line.immediate = row.y;
    EXPECT_EQ(widened(quick_value(line, row.x, row.y)), Float128(row.value)) << info(row.op).name;
  }
}

TEST(OracleQuickValue, rounds_bounds_of_doubles_up_and_down) {
  EXPECT_GE(rounded_up(1.0), 1 + 0x1p-48);
  EXPECT_LE(rounded_up(1.0), 1 + 0x1p-47);
  EXPECT_EQ(rounded_up(Float128(1)), 1) << "which has bits to spare";
  EXPECT_LE(rounded_down(1.0), 1 - 0x1p-48);
  EXPECT_GE(rounded_down(1.0), 1 - 0x1p-47);
}

// 0 times something is 0, and nothing is lost of it; nor of a power of 0, or to 0.
TEST(OracleQuickValue, states_no_loss_where_there_is_none) {
  for (const Op op : {Op::mul, Op::div, Op::tanh, Op::sin, Op::neg, Op::add}) {
    Instruction line;
    line.op = op;
    EXPECT_EQ(quick_loss(line, 0, 5, 0, 0), 0) << info(op).name;
    EXPECT_EQ(quick_loss(line, 5, 5, 0, 0) > 0, op != Op::neg && op != Op::add);
  }
  Instruction line;
  line.op = Op::mul;
  EXPECT_EQ(quick_loss(line, 5, 0, 0, 0), 0);
  line.op = Op::powv;
  EXPECT_EQ(quick_loss(line, 0, 0, 1, HUGE_VALL), 0);
  line.op = Op::pow;
  for (const double c : {0.0, 2.0, 3.0}) {
    line.immediate = c;
    EXPECT_EQ(quick_loss(line, 0, 0, 0, HUGE_VALL), 0) << c;
    EXPECT_EQ(quick_loss(line, 0x1p-500L, 0, 0, HUGE_VALL) > 0, c != 0) << c;
  }
}

TEST(OracleQuickValue, is_no_number_where_a_function_has_none_or_says_nothing_of_it) {
  const struct {
    Op op;
    double x, y;
  } rows[] = {{Op::log, 0, 0},       {Op::log, -1, 0},        {Op::sqrt, -1, 0},
              {Op::div, 1, 0},       {Op::pow, 0, -1},        {Op::pow, -2, 0.5},
              {Op::powv, -2, 17},    {Op::powv, 0, -2},       {Op::exp, 301, 0},
              {Op::exp, -301, 0},    {Op::tanh, -301, 0},     {Op::sigmoid, 301, 0},
              {Op::sin, 2e6, 0},     {Op::cos, -2e6, 0},      {Op::pow, 8, 150.5},
              {Op::powv, 8, -150.5}, {Op::mul, 1e140, 1e140}, {Op::relu, 1, 0}};
  for (const auto& row : rows) {
    Instruction line;
    line.op = row.op;
    line.immediate = row.y;
    EXPECT_TRUE(std::isnan(quick_value(line, row.x, row.y).x[0]))
        << info(row.op).name << " of " << row.x << ", " << row.y;
    const DoubleDouble none = std::nan("");
    EXPECT_TRUE(std::isnan(quick_value(line, none, row.y).x[0])) << info(row.op).name;
  }
}

}  // namespace
}  // namespace cradle
