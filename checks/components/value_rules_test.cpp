// The calculus: the value and the slope of every op, at its edges too.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <cmath>
#include <limits>

#include "checks/components/bits.h"

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Result {
  double value;
  double slope;
};

// The value and the derivative of one op at one point. Consumes the result, not the leaf.
Result judge(Value* leaf, Value* result) {
  EXPECT_EQ(value_backward(result), 0);
  const Result measured{result->data, leaf->grad};
  value_release(result);
  value_release(leaf);
  EXPECT_EQ(microcrad_live_values(), 0U);
  return measured;
}

Result relu_at(double x) {
  Value* const leaf = value_create_leaf(x);
  return judge(leaf, value_relu(leaf));
}

Result pow_at(double x, double exponent) {
  Value* const leaf = value_create_leaf(x);
  return judge(leaf, value_pow(leaf, exponent));
}

Result exp_at(double x) {
  Value* const leaf = value_create_leaf(x);
  return judge(leaf, value_exp(leaf));
}

Result log_at(double x) {
  Value* const leaf = value_create_leaf(x);
  return judge(leaf, value_log(leaf));
}

void expect_result(Result got, double value, double slope) {
  EXPECT_TRUE(same_bits(got.value, value)) << "value " << got.value << ", expected " << value;
  EXPECT_TRUE(same_bits(got.slope, slope)) << "slope " << got.slope << ", expected " << slope;
}

TEST(Add, passes_its_gradient_to_both_operands) {
  Value* const a = value_create_leaf(2.0);
  Value* const b = value_create_leaf(-5.0);
  Value* const sum = value_add(a, b);
  EXPECT_EQ(value_backward(sum), 0);
  EXPECT_EQ(sum->data, -3.0);
  EXPECT_EQ(a->grad, 1.0);
  EXPECT_EQ(b->grad, 1.0);
  for (Value* v : {sum, a, b}) value_release(v);
}

TEST(Mul, passes_each_operand_the_other) {
  Value* const a = value_create_leaf(2.0);
  Value* const b = value_create_leaf(-5.0);
  Value* const product = value_mul(a, b);
  EXPECT_EQ(value_backward(product), 0);
  EXPECT_EQ(product->data, -10.0);
  EXPECT_EQ(a->grad, -5.0);
  EXPECT_EQ(b->grad, 2.0);
  for (Value* v : {product, a, b}) value_release(v);
}

TEST(Mul, by_itself_has_twice_the_slope) {
  Value* const a = value_create_leaf(3.0);
  expect_result(judge(a, value_mul(a, a)), 9.0, 6.0);
}

TEST(Relu, keeps_what_is_not_negative) {
  expect_result(relu_at(2.5), 2.5, 1.0);
  expect_result(relu_at(-2.5), 0.0, 0.0);
  expect_result(relu_at(5e-324), 5e-324, 1.0);
  expect_result(relu_at(-5e-324), 0.0, 0.0);
  expect_result(relu_at(kInfinity), kInfinity, 1.0);
  expect_result(relu_at(-kInfinity), 0.0, 0.0);
}

TEST(Relu, keeps_nan_and_minus_zero_with_slope_zero) {
  expect_result(relu_at(0.0), 0.0, 0.0);
  expect_result(relu_at(-0.0), -0.0, 0.0);
  expect_result(relu_at(kNan), kNan, 0.0);
}

TEST(Relu, closed_passes_nothing_of_an_infinite_gradient) {
  Value* const x = value_create_leaf(-1.0);
  Value* const closed = value_relu(x);
  Value* const infinite = value_pow(closed, -1.0);  // its slope at 0 is -infinity
  EXPECT_EQ(value_backward(infinite), 0);
  EXPECT_EQ(closed->grad, -kInfinity);
  EXPECT_TRUE(same_bits(x->grad, 0.0));
  for (Value* v : {infinite, closed, x}) value_release(v);
}

TEST(Pow, has_the_slope_of_a_power) {
  expect_result(pow_at(3.0, 2.0), 9.0, 6.0);
  expect_result(pow_at(-3.0, 2.0), 9.0, -6.0);
  expect_result(pow_at(2.0, 3.0), 8.0, 12.0);
  expect_result(pow_at(4.0, -1.0), 0.25, -0.0625);
  expect_result(pow_at(4.0, 0.5), 2.0, 0.25);
}

TEST(Pow, with_exponent_zero_is_one_with_slope_zero_everywhere) {
  for (const double x : {0.0, -0.0, 1.0, -2.0, kInfinity, -kInfinity, kNan}) {
    expect_result(pow_at(x, 0.0), 1.0, 0.0);
    expect_result(pow_at(x, -0.0), 1.0, 0.0);
  }
}

TEST(Pow, with_exponent_one_is_the_identity_with_slope_one_everywhere) {
  for (const double x : {0.0, -0.0, 1.0, -2.0, kInfinity, -kInfinity, kNan}) {
    expect_result(pow_at(x, 1.0), x, 1.0);
  }
}

TEST(Pow, follows_ieee_754_elsewhere) {
  expect_result(pow_at(0.0, 2.0), 0.0, 0.0);
  expect_result(pow_at(0.0, -1.0), kInfinity, -kInfinity);
  expect_result(pow_at(-0.0, -1.0), -kInfinity, -kInfinity);
  expect_result(pow_at(0.0, 0.5), 0.0, kInfinity);
  expect_result(pow_at(-1.0, 0.5), kNan, kNan);
  expect_result(pow_at(kNan, 2.0), kNan, kNan);
  expect_result(pow_at(2.0, kNan), kNan, kNan);
  expect_result(pow_at(1e200, 2.0), kInfinity, 2e200);
}

TEST(Exp, has_itself_for_a_slope) {
  expect_result(exp_at(0.0), 1.0, 1.0);
  expect_result(exp_at(1.0), std::exp(1.0), std::exp(1.0));
  expect_result(exp_at(1000.0), kInfinity, kInfinity);
  expect_result(exp_at(-kInfinity), 0.0, 0.0);
  expect_result(exp_at(kNan), kNan, kNan);
}

TEST(Log, has_the_reciprocal_for_a_slope) {
  expect_result(log_at(1.0), 0.0, 1.0);
  expect_result(log_at(4.0), std::log(4.0), 0.25);
  expect_result(log_at(0.0), -kInfinity, kInfinity);
  expect_result(log_at(-0.0), -kInfinity, -kInfinity);
  expect_result(log_at(-2.0), kNan, -0.5);
  expect_result(log_at(kInfinity), kInfinity, 0.0);
}

TEST(Rules, read_operands_when_backward_runs_and_exp_its_own_result) {
  Value* const x = value_create_leaf(2.0);
  Value* const square = value_mul(x, x);
  Value* const exponential = value_exp(x);
  const double result = exponential->data;
  x->data = 5.0;
  EXPECT_EQ(value_backward(square), 0);
  EXPECT_EQ(x->grad, 10.0);
  x->grad = 0.0;
  EXPECT_EQ(value_backward(exponential), 0);
  EXPECT_EQ(x->grad, result);
  for (Value* v : {square, exponential, x}) value_release(v);
}

}  // namespace
