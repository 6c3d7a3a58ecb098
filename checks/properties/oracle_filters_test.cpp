// What the filters say is what float128 says: of programs whose numbers are at the ends of what
// doubles have, of engines of every kind, and where a gradient is at the very edge of its bound.
// Ten a program; RC_PARAMS="max_success=100000" for five minutes of them.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "checks/oracles/difference.h"
#include "checks/oracles/global.h"
#include "checks/program/numbers.h"
#include "checks/program/text.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/engine_kinds.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

constexpr double kExtremes[] = {
    0,       -0.0,   1,         0.5,      1 + 0x1p-52,      1 - 0x1p-53,
    5e-324,  1e-310, 0x1p-1022, 0x1p-980, 0x1p-969,         1e-300,
    1e-292,  1e-200, 1e-150,    0x1p-451, 0x1p-450,         0x1p-449,
    1e-45,   1e-38,  1e-10,     0x1p-53,  0x1p19,           0x1p20,
    40'000,  300,    301,       700,      709.782712893384, 745,
    0x1p53,  1e17,   0x1p70,    3e38,     0x1p449,          0x1p450,
    0x1p451, 1e150,  0x1p500,   0x1p899,  0x1p900,          1e299,
    1e300,
};
constexpr double kExponents[] = {0,  1,  2,      -1,   3,   -2,  4,    8,      16,
                                 17, 20, 0x1p20, 0.25, 0.5, 1.5, -0.5, 5e-324, 1 + 0x1p-52};

template <std::size_t count>
double one_of(const double (&table)[count], Choices& choices) {
  const double x = table[choices.below(count)];
  switch (choices.below(4)) {
    case 0:
      return x * (1 + draw_in(choices, 0, 1));
    case 1:
      return std::nextafter(x, choices.below(2) == 0 ? HUGE_VAL : -HUGE_VAL);
    default:
      return x;
  }
}

// A third of the inputs and exponents, so that the program is still about something.
Program with_extremes(Program program, const Capabilities& engine, Choices& choices) {
  for (Instruction& line : program.code) {
    const bool is_exponent = line.op == Op::pow;
    if ((line.op != Op::input && !is_exponent) || choices.below(3) != 0) continue;
    const double size = is_exponent ? one_of(kExponents, choices) : one_of(kExtremes, choices);
    line.immediate = canonical(choices.below(3) == 0 ? -size : size);
  }
  return engine.precision_bits == 24 ? in_floats(program) : program;
}

using Judge = Judgement (*)(const Program&, const Trace&, const Capabilities&);
struct Pair {
  const char* name;
  Judge filtered;
  Judge by_float128;
};
constexpr Pair kPairs[] = {
    {"global", judge_global, judge_global_by_float128},
    {"difference of inputs", judge_difference_inputs, judge_difference_inputs_by_float128},
    {"difference of edges", judge_difference_edges, judge_difference_edges_by_float128},
};

// Returns what differs, or nothing. Shares are told to what a filter knows of them.
std::string difference_of(const Program& program, const Trace& trace, const Capabilities& engine) {
  for (const Pair& pair : kPairs) {
    const Judgement got = pair.filtered(program, trace, engine);
    const Judgement expected = pair.by_float128(program, trace, engine);
    if (got.verdict == expected.verdict && got.message == expected.message) continue;
    return std::string(pair.name) + ": \"" + got.message + "\", and by float128 \"" +
           expected.message + "\"\n" + print(program);
  }
  return {};
}

double beside(double grad, const Capabilities& engine, bool above) {
  const double goal = above ? HUGE_VAL : -HUGE_VAL;
  if (engine.precision_bits == 24) {
    return std::nextafter(static_cast<float>(grad), static_cast<float>(goal));
  }
  return std::nextafter(grad, goal);
}

void compare_with_extremes(const Program& plain, Choices& choices) {
  const Capabilities engine = engine_of_kind(kEngineKinds[choices.below(std::size(kEngineKinds))]);
  const Program program = with_extremes(plain, engine, choices);
  const Trace trace = trace_by_forms(program, engine);
  RC_ASSERT(difference_of(program, trace, engine) == "");
  const auto size = static_cast<NodeId>(program.code.size());
  const GlobalReference reference = global_reference(program, engine);
  for (int k = 0; k < 6; ++k) {
    const auto node = static_cast<NodeId>(choices.below(size));
    Trace bent = trace;
    double& grad = bent.after[0].nodes[node].grad;
    if (k < 3 || !reference.decided) {
      const bool above = choices.below(2) == 0;
      for (auto steps = choices.below(3) + 1; steps > 0; --steps) {
        grad = beside(grad, engine, above);
      }
    } else {
      const double part = draw_in(choices, 0.9, 1.1) * (choices.below(2) == 0 ? 1 : -1);
      grad = static_cast<double>(reference.gradient[node] +
                                 Float128(part) * reference.gradient_radius[node]);
    }
    RC_ASSERT(difference_of(program, bent, engine) == "");
  }
}

// Gradients of input `node` are put at these parts of its radius.
void expect_same_at_the_edge(const char* text, const EngineKind& kind, NodeId node) {
  const Program program = program_of(text);
  const Capabilities engine = engine_of_kind(kind);
  const GlobalReference reference = global_reference(program, engine);
  ASSERT_TRUE(reference.decided) << text;
  const Trace trace = trace_by_forms(program, engine);
  for (const double part : {0.9, 0.98, 0.999, 1.001, 1.02, 1.1, 1.2, 1.5, 1.7}) {
    Trace bent = trace;
    bent.after[0].nodes[node].grad = static_cast<double>(
        reference.gradient[node] + Float128(part) * reference.gradient_radius[node]);
    EXPECT_EQ(difference_of(program, bent, engine), "") << part;
  }
}

// The long doubles' radius is a fifth too large here: exp has made the difference of radii grow.
TEST(OracleFilters, leave_to_float128_where_exp_has_made_a_radius_grow) {
  const char* const text =
      "%0 = input 43.256699999999995\n%1 = exp %0\n%2 = input 6111476066630544384\n"
      "%3 = sub %1 %2\n%4 = exp %3\n%5 = input 1e-200\n%6 = mul %4 %5\n";
  for (const NodeId node : {0u, 2u, 5u}) expect_same_at_the_edge(text, kEngineKinds[0], node);
}

// A direction through many inputs is the same for both, though radii are not.
TEST(OracleFilters, take_the_same_direction_as_float128) {
  const char* const text =
      "%0 = input 0.6975272666837447\n%1 = input 0.22177522587169185\n%2 = input 0\n"
      "%3 = input -0.6015965185595573\n%4 = input -0.972770223196604\n%5 = input 0\n"
      "%6 = input -0.8415732785581806\n%7 = input -0.8704671518357463\n%8 = input 0\n"
      "%9 = input 0.08419494532539784\n%10 = input 0.4627510906484327\n%11 = input 0\n"
      "%12 = input 0.753777375313279\n%13 = input -0.1946983690122006\n%14 = input 0\n"
      "%15 = input 0.5045747771419034\n%16 = input -0.5738011674137431\n%17 = input 0\n"
      "%18 = input 0.6288948728414385\n%19 = input 0.7040417249939706\n%20 = input 0\n"
      "%21 = input -1.6916967521592334\n%22 = input -1.446825334605149\n"
      "%23 = neuron %21 %0 %2 2\n%24 = neuron %21 %3 %5 2\n%25 = neuron %23 %6 %8 2\n"
      "%26 = neuron %23 %9 %11 2\n%27 = neuron %23 %12 %14 2\n%28 = neuron %23 %15 %17 2\n"
      "%29 = neuron %23 %18 %20 2\n%30 = add %25 %26\n%31 = add %30 %27\n%32 = add %31 %28\n"
      "%33 = add %32 %29\n";
  const Program program = program_of(text);
  const Capabilities engine = engine_of_kind(kEngineKinds[4]);
  Trace trace = trace_by_forms(program, engine);
  for (const NodeId node : {1u, 4u, 9u, 22u}) expect_same_at_the_edge(text, kEngineKinds[4], node);
  trace.after[0].nodes[4].grad = -1.6881454059067047;
  EXPECT_EQ(difference_of(program, trace, engine), "");
}

// Below 2^-900 the remainder of a quotient underflows, and a small divisor makes that large.
TEST(OracleFilters, divide_no_numbers_whose_remainder_underflows) {
  expect_same_at_the_edge(
      "%0 = input -3.6520661986865685e-298\n%1 = input -1.1609065534941592\n%2 = sigmoid %1\n"
      "%3 = neg %2\n%4 = input -1.638556735958081e-68\n%5 = div %0 %4\n%6 = mul %3 %5\n",
      kEngineKinds[1], 4);
}

// A power by products underflows as a product does, whichever op it is.
TEST(OracleFilters, count_what_a_small_power_loses) {
  const char* const text = "%0 = input 1e-150\n%1 = input 2\n%2 = powv %0 %1\n";
  expect_same_at_the_edge(text, kEngineKinds[8], 0);
  const Program program = program_of(text);
  const Capabilities engine = engine_of_kind(kEngineKinds[8]);
  Trace trace = trace_by_forms(program, engine);
  trace.after[0].nodes[0].grad = 2.00000000000008e-150;
  EXPECT_EQ(difference_of(program, trace, engine), "");
}

// A power below all numbers of either reference is on neither side of a kink.
TEST(OracleFilters, take_no_side_by_a_power_that_underflows) {
  for (const char* const exponent : {"17", "20", "18.5", "40000"}) {
    for (const char* const rest : {"%2 = relu %1\n", "%2 = abs %1\n", "%2 = pow %1 0.5\n"}) {
      const Program program =
          program_of("%0 = input 2e-292\n%1 = pow %0 " + std::string(exponent) + "\n" + rest);
      const Capabilities engine = engine_of_kind(kEngineKinds[0]);
      EXPECT_FALSE(global_reference(program, engine).decided) << print(program);
      const QuickRadii radii = quick_radii(program, engine);
      EXPECT_FALSE(radii.decided) << print(program);
      EXPECT_TRUE(radii.radius.empty()) << print(program);
    }
  }
}

RC_GTEST_PROP(OracleFilters, say_what_float128_says,
              (const PureProgram& pure, std::uint64_t seed)) {
  RC_PRE(!pure.program.code.empty());
  SeedChoices choices(seed);
  for (int k = 0; k < 10; ++k) compare_with_extremes(pure.program, choices);
}

}  // namespace
}  // namespace cradle
