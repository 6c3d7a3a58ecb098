// The difference quotient of a whole program, for every op: its slope is the derivative, within an
// error that it states itself and that is small.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/disc.h"
#include "checks/oracles/global.h"
#include "checks/oracles/quick_value.h"
#include "checks/properties/frozen_function.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

template <typename Real = Float128>
Difference along_input(const Program& program, NodeId input) {
  const Capabilities capabilities = capabilities_of(*find_engine("tape"));
  return frozen_function<Real>(program, capabilities).along({{input, 1}}, 0);
}

TEST(OracleDifferenceFrozen, knows_the_derivative_of_each_op_to_its_own_error) {
  const struct {
    const char* line;
    double at;
    Float128 slope;
  } rows[] = {
      {"exp %0", 1, exp(Float128(1))},
      {"log %0", 2, Float128(0.5)},
      {"pow %0 3", -2, Float128(12)},
      {"pow %0 2", 0, Float128(0)},
      {"pow %0 8", 0, Float128(0)},
      {"pow %0 -1", 2, Float128(-0.25)},
      {"div %1 %0", 2, Float128(-0.375)},
      {"div %0 %1", 2, 1 / Float128(1.5)},
      {"powv %0 %1", 4, Float128(3)},
      {"powv %1 %0", 2, Float128(2.25) * log(Float128(1.5))},
      {"sqrt %0", 4, Float128(0.25)},
      {"tanh %0", 0, Float128(1)},
      {"tanh %0", 20, 1 / (cosh(Float128(20)) * cosh(Float128(20)))},
      {"sigmoid %0", 0, Float128(0.25)},
      {"sin %0", 0, Float128(1)},
      {"cos %0", 1, -sin(Float128(1))},
      {"abs %0", -3, Float128(-1)},
      {"leaky_relu %0", -3, Float128(0.01)},
      {"relu %0", 3, Float128(1)},
      {"relu %0", -3, Float128(0)},
      {"abs %0", 0, Float128(0)},
  };
  for (const auto& row : rows) {
    const Program program =
        program_of("%0 = input " + print(row.at) + "\n%1 = input 1.5\n%2 = " + row.line + "\n");
    const Difference difference = along_input(program, 0);
    ASSERT_TRUE(difference.defined) << row.line;
    EXPECT_LE(fabs(difference.slope - row.slope), difference.error) << row.line << row.at;
    EXPECT_LE(difference.error, Float128(1e-18)) << row.line << row.at;
    const Difference quick = along_input<DoubleDouble>(program, 0);
    ASSERT_TRUE(quick.defined) << row.line;
    EXPECT_LE(fabs(quick.slope - row.slope), quick.error) << row.line << row.at;
    EXPECT_LE(quick.error, Float128(1e-16)) << row.line << row.at;
  }
}

TEST(OracleDifferenceFrozen, is_undefined_at_a_singularity_and_defined_beside_it) {
  for (const char* const line : {"sqrt %0", "log %0", "pow %0 0.5", "pow %0 1.5", "pow %0 -1"}) {
    const std::string rest = std::string("\n%1 = ") + line + "\n";
    EXPECT_FALSE(along_input(program_of("%0 = input 0" + rest), 0).defined) << line;
    EXPECT_TRUE(along_input(program_of("%0 = input 1e-200" + rest), 0).defined) << line;
  }
}

// What a filter cannot be certain of it leaves to float128: numbers out of its reach, and the side
// of a ramp whose argument is 0 to all its digits, where that is known not to be exact.
TEST(OracleDifferenceFrozen, of_double_doubles_is_undefined_where_float128_has_to_decide) {
  const struct {
    double at;
    const char* rest;
    bool defined;
  } rows[] = {
      {0x1p-900, "%1 = neg %0\n", true},
      {0x1p-1000, "%1 = neg %0\n", false},  // a step is no normal number
      {1, "%1 = input 5e-324\n%2 = add %1 %0\n", true},
      {1, "%1 = input 5e-324\n%2 = exp %1\n%3 = mul %2 %0\n", true},
      {1, "%1 = input 5e-324\n%2 = sqrt %1\n%3 = mul %2 %0\n", false},
      {1, "%1 = input 1e-150\n%2 = pow %1 -0.5\n%3 = mul %2 %0\n", false},
      {0x1p899, "%1 = neg %0\n", true},
      {0x1p901, "%1 = neg %0\n", false},
      {0x1p440, "%1 = mul %0 %0\n", true},
      {0x1p451, "%1 = mul %0 %0\n", false},
      {1, "%1 = input 1e100\n%2 = mul %1 %1\n%3 = div %0 %2\n", false},
      {299, "%1 = tanh %0\n", true},
      {301, "%1 = tanh %0\n", false},
      {-301, "%1 = sigmoid %0\n", false},
      {301, "%1 = exp %0\n", false},
      {0x1p20, "%1 = sin %0\n", false},  // a step goes beyond
      {0x1p19, "%1 = cos %0\n", true},
      {2, "%1 = input 301\n%2 = powv %0 %1\n", true},
      {8, "%1 = input 301\n%2 = powv %0 %1\n", false},
      {0, "%1 = relu %0\n", true},
      {1, "%1 = sub %0 %0\n%2 = relu %1\n", true},
      {1, "%1 = exp %0\n%2 = sub %1 %1\n%3 = relu %2\n", false},
      {1, "%1 = exp %0\n%2 = sub %1 %1\n%3 = abs %2\n%4 = add %3 %0\n", false},
      {1, "%1 = exp %0\n%2 = sub %1 %1\n%3 = neg %2\n%4 = add %3 %0\n", true},
      {1, "%1 = exp %0\n%2 = neg %1\n%3 = neuron %0 %1 %2 1\n", false},
      {1, "%1 = input -1\n%2 = input 1.5\n%3 = neuron %0 %1 %2 1\n", true},
  };
  for (const auto& row : rows) {
    const Program program = program_of("%0 = input " + print(row.at) + "\n" + row.rest);
    const Capabilities capabilities = capabilities_of(*find_engine("tape"));
    const double step = row.at == 0 ? 1 : unit_in_first_place(row.at);
    auto function = frozen_function<DoubleDouble>(program, capabilities);
    EXPECT_EQ(function.along({{0, step}}, 0).defined, row.defined) << print(program);
  }
}

// A factor that is 0 to all digits makes no slope, and no more is known of it than its noise; one
// that is exactly 0 does, and so does a power of 0.
TEST(OracleDifferenceFrozen, of_double_doubles_knows_which_slopes_are_exactly_0) {
  const struct {
    const char* rest;
    bool exact;
  } rows[] = {{"%1 = input 0\n%2 = mul %1 %0\n", true},
              {"%1 = input 1\n%2 = exp %1\n%3 = pow %0 0\n%4 = mul %2 %3\n", true},
              {"%1 = input 1\n%2 = exp %1\n%3 = sub %2 %2\n%4 = mul %3 %0\n", false}};
  for (const auto& row : rows) {
    const Difference difference =
        along_input<DoubleDouble>(program_of(std::string("%0 = input 1\n") + row.rest), 0);
    ASSERT_TRUE(difference.defined) << row.rest;
    EXPECT_EQ(difference.slope, 0) << row.rest;
    EXPECT_EQ(difference.error == 0, row.exact) << row.rest;
  }
}

// Beside a number that is 2^130 times larger nothing is left of the digits that a difference needs:
// it says so, by either order.
TEST(OracleDifferenceFrozen, states_an_error_that_holds_where_noise_is_larger_than_the_reach) {
  for (const char* const large : {"1e30", "1e33", "1e36", "1e39", "1e42"}) {
    const Program program =
        program_of(std::string("%0 = input 1\n%1 = input ") + large + "\n%2 = add %0 %1\n");
    const Capabilities capabilities = capabilities_of(*find_engine("tape"));
    for (const double wanted : {0.0, HUGE_VAL}) {
      auto function = frozen_function<Float128>(program, capabilities);
      const Difference difference = function.along({{0, 1}}, wanted);
      if (!difference.defined) continue;
      EXPECT_LE(fabs(difference.slope - 1), difference.error) << large;
    }
  }
}

// Beside a number that grows the differences say less and less: the verdict is none from where
// their error is a quarter of the radius.
TEST(OracleDifferenceFrozen, of_double_doubles_allows_for_products_of_a_neuron_that_underflow) {
  const Program program =
      program_of("%0 = input 1\n%1 = input 1\n%2 = input 1\n%3 = neuron %0 %1 %2 1 linear\n");
  const Disc factor = {.size = 0x1p-600L, .radius = 0x1p-620L, .noise = 0};
  const std::vector<Disc> discs = {factor, factor, {}, {}};
  Disc result;
  widen(program.code[3], discs, 1, Digits::double_double, result);
  EXPECT_GE(result.noise, kQuickUnderflow);
  EXPECT_LT(result.noise, 2 * kQuickUnderflow);
  widen(program.code[3], discs, 1, Digits::float128, result);
  EXPECT_LT(result.noise, 0x1p-1300L);
}

TEST(OracleDifferenceFrozen, resolves_what_stands_out_four_times_from_its_error) {
  const Capabilities capabilities = capabilities_of(*find_engine("tape"));
  int resolved = 0;
  int unresolved = 0;
  for (int k = 0; k < 400; ++k) {
    const double large = std::ldexp(1 + k % 8 / 8.0, k / 8 + 20);
    const Program program =
        program_of("%0 = input 1\n%1 = input " + print(large) + "\n%2 = exp %0\n%3 = add %2 %1\n");
    Trace trace = run(program, *find_engine("tape"));
    trace.after[0].nodes[1].readable &= ~NodeState::kGrad;
    const GlobalReference reference = global_reference(program, capabilities);
    const Float128 radius = reference.gradient_radius[0];
    const Difference difference =
        frozen_function<Float128>(program, capabilities).along({{0, 1}}, radius / 64);
    const bool stands_out = difference.error * 4 <= radius;
    const Verdict verdict =
        judge_difference_inputs_by_float128(program, trace, capabilities).verdict;
    EXPECT_EQ(verdict, stands_out ? Verdict::agree : Verdict::inconclusive) << large;
    EXPECT_EQ(judge_difference_inputs(program, trace, capabilities).verdict, verdict) << large;
    (stands_out ? resolved : unresolved) += 1;
  }
  EXPECT_GT(resolved, 100);
  EXPECT_GT(unresolved, 50);
}

TEST(OracleDifferenceFrozen, agrees_with_the_reference_engine_on_every_op) {
  GenerateOptions options;
  options.ops = kAllOps & ~bit(Op::neuron);
  const cradle_engine& tape = *find_engine("tape");
  std::size_t asked = 0;
  std::size_t quickly = 0;
  double worst = 0;
  for (std::uint64_t index = 0; index < 500; ++index) {
    const Program program = sample(options, index);
    const Trace trace = run(program, tape);
    const std::vector<bool> reached =
        reaching(program, static_cast<NodeId>(program.code.size() - 1));
    for (NodeId node = 0; node < program.code.size(); ++node) {
      if (program.code[node].op != Op::input || !reached[node]) continue;
      const double got = trace.after.front().nodes[node].grad;
      const Difference difference = along_input(program, node);
      ASSERT_TRUE(difference.defined) << describe(options, program);
      const double slope = static_cast<double>(difference.slope);
      worst = std::fmax(worst, static_cast<double>(difference.error));
      const Difference quick = along_input<DoubleDouble>(program, node);
      if (quick.defined) {
        ++quickly;
        EXPECT_LE(fabs(quick.slope - difference.slope), quick.error + difference.error)
            << describe(options, program);
      }
      EXPECT_NEAR(got, slope, 1e-9 * (1 + std::fabs(slope))) << describe(options, program);
      ++asked;
    }
  }
  std::printf("frozen: %zu slopes, %zu by double-doubles, stated errors up to %.1e\n", asked,
              quickly, worst);
  EXPECT_GT(asked, 500u);
  EXPECT_GT(quickly, asked * 95 / 100);
}

}  // namespace
}  // namespace cradle
