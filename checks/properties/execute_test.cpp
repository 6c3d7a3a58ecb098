// Laws of execution: values that a person can check by hand, the same bits each time, and the
// documented order of a neuron's sum.

#include "checks/program/execute.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "checks/program/text.h"
#include "checks/properties/arbitrary_program.h"

namespace cradle {
namespace {

std::vector<double> values_of(const std::string& text) {
  const Parsed parsed = parse(text, "text");
  EXPECT_FALSE(parsed.error) << parsed.error->text();
  return execute<double>(parsed.program);
}

double last_of(const std::string& text) { return values_of(text).back(); }

RC_GTEST_PROP(Execute, gives_the_same_bits_each_time, (const Program& program)) {
  const std::vector<double> first = execute<double>(program);
  const std::vector<double> second = execute<double>(program);
  RC_ASSERT(first.size() == program.code.size());
  for (std::size_t node = 0; node < first.size(); ++node) {
    RC_ASSERT(std::bit_cast<std::uint64_t>(canonical(first[node])) ==
              std::bit_cast<std::uint64_t>(canonical(second[node])));
  }
}

TEST(Execute, every_op_gives_the_value_of_its_name) {
  struct Line {
    std::string op;  // with operands %0 = 4 and %1 = 0.5
    double expected;
  };
  const std::vector<Line> table = {{"add %0 %1", 4.5},
                                   {"sub %0 %1", 3.5},
                                   {"sub %1 %0", -3.5},
                                   {"mul %0 %1", 2},
                                   {"div %0 %1", 8},
                                   {"div %1 %0", 0.125},
                                   {"neg %0", -4},
                                   {"pow %0 3", 64},
                                   {"pow %0 0.5", 2},
                                   {"pow %0 -1", 0.25},
                                   {"pow %0 0", 1},
                                   {"powv %0 %1", 2},
                                   {"powv %1 %0", 0.0625},
                                   {"exp %0", std::exp(4.0)},
                                   {"log %0", std::log(4.0)},
                                   {"relu %0", 4},
                                   {"leaky_relu %0", 4},
                                   {"tanh %1", std::tanh(0.5)},
                                   {"sigmoid %1", 1 / (1 + std::exp(-0.5))},
                                   {"sin %1", std::sin(0.5)},
                                   {"cos %1", std::cos(0.5)},
                                   {"sqrt %0", 2},
                                   {"abs %0", 4},
                                   {"neuron %0 %1 %0 1", 6},
                                   {"neuron %0 %0 %1 2 linear", 16.75}};
  for (const Line& line : table) {
    EXPECT_EQ(last_of("%0 = input 4\n%1 = input 0.5\n%2 = " + line.op), line.expected) << line.op;
  }
}

TEST(Execute, ramps_close_below_zero_and_keep_nan_and_the_sign_of_zero) {
  EXPECT_EQ(last_of("%0 = input -2\n%1 = relu %0"), 0);
  EXPECT_FALSE(std::signbit(last_of("%0 = input -2\n%1 = relu %0")));
  EXPECT_TRUE(std::signbit(last_of("%0 = input -0\n%1 = relu %0")));
  EXPECT_TRUE(std::isnan(last_of("%0 = input nan\n%1 = relu %0")));
  EXPECT_EQ(last_of("%0 = input -inf\n%1 = relu %0"), 0);
  EXPECT_EQ(last_of("%0 = input -2\n%1 = leaky_relu %0"), -0.02);
  EXPECT_EQ(last_of("%0 = input -2\n%1 = abs %0"), 2);
  const Program leaky = parse("%0 = input -2\n%1 = relu %0\n%2 = leaky_relu %0\n", "t").program;
  EXPECT_EQ(execute<double>(leaky, {0.25, 0.5}), (std::vector<double>{-2, -0.5, -1}));
}

TEST(Execute, domain_edges_are_what_ieee_754_says) {
  EXPECT_TRUE(std::isnan(last_of("%0 = input -1\n%1 = log %0")));
  EXPECT_EQ(last_of("%0 = input 0\n%1 = log %0"), -HUGE_VAL);
  EXPECT_EQ(last_of("%0 = input 0\n%1 = pow %0 -1"), HUGE_VAL);
  EXPECT_EQ(last_of("%0 = input nan\n%1 = pow %0 0"), 1);
  EXPECT_TRUE(std::isnan(last_of("%0 = input -8\n%1 = pow %0 0.5")));
  EXPECT_EQ(last_of("%0 = input 710\n%1 = exp %0"), HUGE_VAL);
  EXPECT_EQ(last_of("%0 = input 1\n%1 = input 0\n%2 = div %0 %1"), HUGE_VAL);
}

TEST(Execute, a_neuron_sums_from_its_bias_in_the_order_of_its_products) {
  // ((1e16 + 1 * 1) + -1e16 * 1): the 1 is lost in the first sum. Any other order keeps it.
  const std::string neuron =
      "%0 = input 1\n%1 = input 1\n%2 = input 1\n%3 = input -1e16\n%4 = input 1e16\n";
  EXPECT_EQ(last_of(neuron + "%5 = neuron %0 %2 %4 2 linear"), 0);
  EXPECT_EQ(last_of("%0 = input -1\n%1 = input 2\n%2 = neuron %0 %1 %0 1"), 0);
  EXPECT_EQ(last_of("%0 = input -1\n%1 = input 2\n%2 = neuron %0 %1 %0 1 linear"), -3);
}

TEST(Execute, micrograds_readme_prints_its_number) {
  const std::string text =
      "%0 = input -4\n%1 = input 2\n%2 = add %0 %1\n%3 = mul %0 %1\n%4 = pow %1 3\n"
      "%5 = add %3 %4\n%6 = input 1\n%7 = add %2 %6\n%8 = add %2 %7\n%9 = add %6 %8\n"
      "%10 = neg %0\n%11 = add %9 %10\n%12 = add %8 %11\n%13 = input 2\n%14 = mul %5 %13\n"
      "%15 = add %1 %0\n%16 = relu %15\n%17 = add %14 %16\n%18 = add %5 %17\n%19 = input 3\n"
      "%20 = mul %19 %18\n%21 = sub %1 %0\n%22 = relu %21\n%23 = add %20 %22\n%24 = add %18 %23\n"
      "%25 = sub %12 %24\n%26 = pow %25 2\n%27 = div %26 %13\n%28 = input 10\n%29 = div %28 %26\n"
      "%30 = add %27 %29\n";
  EXPECT_NEAR(last_of(text), 24.7041, 5e-5);
}

TEST(Execute, works_over_any_scalar) {
  const Program program =
      parse(
          "%0 = input 0.1\n%1 = input 3\n%2 = mul %0 %1\n%3 = exp %2\n%4 = neuron %0 %1 %3 2\n"
          "%5 = powv %1 %0\n%6 = sigmoid %5\n%7 = leaky_relu %6\n",
          "t")
          .program;
  const std::vector<double> narrow = execute<double>(program);
  const std::vector<long double> wide = execute<long double>(program);
  const std::vector<float> single = execute<float>(program);
  for (std::size_t node = 0; node < narrow.size(); ++node) {
    EXPECT_NEAR(narrow[node], static_cast<double>(wide[node]), 1e-14 * std::fabs(narrow[node]));
    EXPECT_NEAR(narrow[node], static_cast<double>(single[node]), 1e-6 * std::fabs(narrow[node]));
  }
}

TEST(Execute, actions_have_no_part_in_it) {
  EXPECT_EQ(values_of("%0 = input 1\nset %0 5\n%1 = exp %0\nrelease %0\nbackward %1\n"),
            (std::vector<double>{1, std::exp(1.0)}));
}

}  // namespace
}  // namespace cradle
