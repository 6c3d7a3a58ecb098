// What values are expected and allowed, asked of the functions that every oracle asks.

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "checks/oracles/libm.h"
#include "checks/oracles/values.h"
#include "checks/properties/forms.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// (b + w x) of one product.
Program neuron_of_one() {
  return program_of("%0 = input 1\n%1 = input 1\n%2 = input 1\n%3 = neuron %0 %1 %2 1 linear\n");
}

LegalValues legal_sum(double x, double w, double b) {
  Capabilities engine = open_engine(53);
  engine.neuron_in_order = false;
  return legal_values(neuron_of_one(), 3, std::vector<double>{x, w, b, 0}, engine);
}

TEST(OracleValues, expects_the_class_of_a_sum_that_is_no_number_or_infinite) {
  const double infinity = HUGE_VAL;
  EXPECT_TRUE(std::isnan(legal_sum(1, 1, std::nan("")).expected));
  EXPECT_TRUE(legal_sum(1, 1, std::nan("")).nan);
  EXPECT_EQ(legal_sum(1, 1, infinity).expected, infinity);
  EXPECT_EQ(legal_sum(1, -infinity, 1).expected, -infinity);
  EXPECT_FALSE(legal_sum(1, -infinity, 1).nan);
}

TEST(OracleValues, of_a_neuron_by_itself_are_ramped_and_rounded_to_the_engines_numbers) {
  Program program = neuron_of_one();
  program.code[3].linear = false;
  for (const unsigned bits : {53u, 24u}) {
    Capabilities engine = open_engine(bits);
    const auto value = [&](double x, double w, double b) {
      return plain_value(program, 3, std::vector<double>{x, w, b, 0}, engine);
    };
    EXPECT_EQ(value(3, -2, 1), 0) << bits;
    EXPECT_EQ(value(3, 2, 1), 7) << bits;
    engine.relu_slope = 0.125;
    EXPECT_EQ(value(3, -3, 1), -1) << bits;
    // Each product and each sum is rounded: 1 + 2^-23, squared, less 1.
    const double unit = bits == 24 ? 0x1p-23 : 0x1p-52;
    EXPECT_EQ(value(1 + unit, 1 + unit, -1), 2 * unit) << bits;
  }
}

TEST(OracleValues, computed_plainly_are_legal_in_a_library_that_is_no_better) {
  const auto is_legal = [](Op op, unsigned bits, double ulps) {
    Capabilities engine = open_engine(bits);
    engine.ulps.exp = engine.ulps.log = engine.ulps.pow = engine.ulps.sin = engine.ulps.cos = ulps;
    return plain_value_is_legal(op, engine);
  };
  for (const Op op : {Op::exp, Op::log, Op::pow, Op::powv, Op::sin, Op::cos}) {
    EXPECT_TRUE(is_legal(op, 24, 0.51)) << info(op).name;
    EXPECT_FALSE(is_legal(op, 24, 0.5)) << info(op).name;
    EXPECT_TRUE(is_legal(op, 53, host_ulps(op))) << info(op).name;
    EXPECT_FALSE(is_legal(op, 53, std::nextafter(host_ulps(op), 0))) << info(op).name;
  }
}

}  // namespace
}  // namespace cradle
