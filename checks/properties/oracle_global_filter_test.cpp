// GLOBAL's filter: what long doubles accept float128 accepts, at the very edge of a radius too; and
// the accuracy of the functions that its proof rests on, on this machine.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "checks/oracles/global.h"
#include "checks/oracles/reference.h"
#include "checks/program/numbers.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/forms.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

struct Tally {
  std::uint64_t accepted = 0;
  std::uint64_t agreed = 0;
  std::uint64_t refused = 0;
};

// Judges both ways, and fails where the verdicts differ.
void compare_with_filter(const Program& program, const Trace& trace, const Capabilities& engine,
                         Tally& tally) {
  const Judgement slow = judge_global_by_float128(program, trace, engine);
  const bool accepted = accepted_by_long_double(program, trace, engine);
  ASSERT_TRUE(!accepted || slow.verdict == Verdict::agree) << slow.message << "\n"
                                                           << print(program);
  Judgement both = judge_global(program, trace, engine);
  ASSERT_NEAR(both.share, slow.share, 0.01) << print(program);
  both.share = slow.share;  // of fewer bits
  ASSERT_EQ(both, slow) << print(program);
  tally.accepted += accepted ? 1 : 0;
  tally.agreed += slow.verdict == Verdict::agree ? 1 : 0;
  tally.refused += slow.verdict == Verdict::disagree ? 1 : 0;
}

// Puts the gradient of one input `part` of its radius away from the reference.
Trace at_the_edge(const Trace& trace, const GlobalReference& reference, NodeId node, double part) {
  Trace edge = trace;
  const Float128 moved =
      reference.gradient[node] + Float128(part) * reference.gradient_radius[node];
  edge.after[0].nodes[node].grad = static_cast<double>(moved);
  return edge;
}

void expect_same_verdicts(const Capabilities& engine, Profile profile, std::uint64_t case_count) {
  Tally plain;
  Tally edges;
  for (std::uint64_t index = 0; index < case_count; ++index) {
    Program program = sample(options_of(profile, kAllOps), index);
    if (engine.precision_bits == 24) program = in_floats(program);
    const Trace trace = trace_by_forms(program, engine);
    ASSERT_NO_FATAL_FAILURE(compare_with_filter(program, trace, engine, plain));
    const GlobalReference reference = global_reference(program, engine);
    if (!reference.decided) continue;
    for (NodeId node = 0; node < program.code.size(); ++node) {
      if (program.code[node].op != Op::input) continue;
      for (const double part : {0.5, 0.98, 0.995, 1.0, 1.005, -0.98, -1.0, -1.02}) {
        const Trace edge = at_the_edge(trace, reference, node, part);
        ASSERT_NO_FATAL_FAILURE(compare_with_filter(program, edge, engine, edges));
      }
      break;
    }
  }
  const double share = static_cast<double>(plain.accepted) / static_cast<double>(plain.agreed);
  std::printf("%s, %u bits: the filter accepts %.2f %% of what float128 does\n",
              std::string(name_of(profile)).c_str(), engine.precision_bits, 100 * share);
  EXPECT_GT(share, 0.95);
  EXPECT_EQ(plain.refused, 0u);
  EXPECT_GT(edges.refused, edges.agreed / 10) << "the edge is where float128 says it is";
  EXPECT_LT(edges.accepted, edges.agreed) << "some are too near the edge for the filter";
}

TEST(OracleGlobalFilter, gives_the_verdicts_of_float128) {
  for (const Profile profile : {Profile::safe, Profile::special, Profile::wild}) {
    for (const unsigned variant : {0u, 2u}) {
      expect_same_verdicts(engine_with_forms(variant), profile, 1'500);
    }
    expect_same_verdicts(engine_with_forms(1, Mode::reverse, 24), profile, 1'000);
    expect_same_verdicts(engine_with_forms(1, Mode::forward), profile, 300);
  }
  expect_same_verdicts(engine_with_forms(0), Profile::mlp, 200);
}

TEST(OracleGlobalFilter, is_certain_of_most_that_float128_leaves_undecided_and_of_no_more) {
  std::uint64_t undecided = 0;
  std::uint64_t certain = 0;
  for (const Profile profile : {Profile::special, Profile::wild}) {
    for (const unsigned bits : {53u, 24u}) {
      const Capabilities engine = engine_with_forms(2, Mode::reverse, bits);
      for (std::uint64_t index = 0; index < 2'000; ++index) {
        Program program = sample(options_of(profile, kAllOps), index);
        if (bits == 24) program = in_floats(program);
        const QuickRadii quick = quick_radii(program, engine);
        const GlobalReference reference = global_reference(program, engine);
        undecided += reference.decided ? 0 : 1;
        if (quick.reason.empty()) continue;
        ++certain;
        ASSERT_FALSE(quick.decided);
        ASSERT_EQ(quick.reason, reference.reason) << print(program);
      }
    }
  }
  std::printf("%llu of %llu\n", static_cast<unsigned long long>(certain),
              static_cast<unsigned long long>(undecided));
  EXPECT_GT(undecided, 1'000u);
  EXPECT_GT(certain, undecided * 85 / 100);
}

// Next to the end of what is decided it leaves that to float128: by a factor of ten million.
TEST(OracleGlobalFilter, is_not_certain_near_the_end_of_what_is_decided) {
  const struct {
    double x;
    const char* rest;
    bool decided, certain;
  } rows[] = {
      {9e299, "%1 = neg %0\n", true, false},    {9.9e299, "%1 = neg %0\n", false, false},
      {1.1e300, "%1 = neg %0\n", false, false}, {9.9e306, "%1 = neg %0\n", false, false},
      {1.1e307, "%1 = neg %0\n", false, true},  {1e-299, "%1 = log %0\n", true, false},
      {1e-301, "%1 = log %0\n", false, false},  {1e-308, "%1 = log %0\n", false, true},
      {0, "%1 = log %0\n", false, true},        {-1, "%1 = powv %0 %0\n", false, true},
      {HUGE_VAL, "%1 = neg %0\n", false, true},
  };
  for (const auto& row : rows) {
    const Program program = program_of("%0 = input " + print(row.x) + "\n" + row.rest);
    const QuickRadii radii = quick_radii(program, engine_with_forms(0));
    EXPECT_EQ(radii.decided, row.decided) << print(program);
    EXPECT_EQ(!radii.reason.empty(), row.certain) << print(program);
  }
}

// Radii of either kind may be twice the other's next to a power of two, and where exp has made one
// grow: of no such program the filter is certain, as float128 decides it.
TEST(OracleGlobalFilter, is_not_certain_where_radii_differ) {
  const std::string small =
      "%0 = input -0.9780127\n%1 = exp %0\n%2 = input 0.6239423037911004\n%3 = add %1 %2\n"
      "%4 = input 0.9999999999999958\n%5 = sub %3 %4\n%6 = input 3.906023167036433e-16\n"
      "%7 = sub %5 %6\n";
  const std::string large =
      "%0 = input 43.256699999999995\n%1 = exp %0\n%2 = input 6111476066630544384\n"
      "%3 = sub %1 %2\n%4 = exp %3\n%5 = input 5.72044010797221e158\n%6 = add %4 %5\n";
  for (const std::string& text : {small + "%8 = log %7\n", small + "%8 = div %0 %7\n",
                                  small + "%8 = pow %7 -1\n", large + "%7 = sqrt %6\n"}) {
    const QuickRadii radii = quick_radii(program_of(text), engine_with_forms(0));
    EXPECT_FALSE(radii.decided) << text;
    EXPECT_EQ(radii.reason, "") << text;
  }
}

// How much radii grow is added up along paths: not over thousands of inputs, of which forward mode
// makes a pass each.
// A neuron of one input is a product, of two numbers of which little is known.
TEST(OracleGlobalFilter, is_as_certain_of_a_neuron_as_of_a_product) {
  const std::string operands =
      "%0 = input 0.1\n%1 = input 0.3\n%2 = mul %0 %1\n%3 = mul %2 %0\n%4 = input 1\n"
      "%5 = sub %3 %4\n%6 = sub %3 %4\n%7 = input 0\n%8 = ";
  Program product = program_of(operands + "mul %5 %6\n");
  Program neuron = program_of(operands + "neuron %5 %6 %7 1 linear\n");
  const Capabilities engine = engine_with_forms(0);
  int decided = 0;
  for (int k = 40; k < 53; ++k) {
    product.code[4].immediate = 0.1 * 0.3 * 0.1 * (1 + std::ldexp(1.0, -k));
    neuron.code[4].immediate = product.code[4].immediate;
    const bool is_certain = quick_radii(product, engine).decided;
    EXPECT_EQ(quick_radii(neuron, engine).decided, is_certain) << k;
    decided += is_certain ? 1 : 0;
  }
  EXPECT_GT(decided, 6);
  EXPECT_LT(decided, 13);
}

TEST(OracleGlobalFilter, knows_the_tangents_of_many_inputs_as_well_as_of_one) {
  std::string text = "%0 = input 0.5\n%1 = exp %0\n";
  NodeId last = 1;
  for (int k = 0; k < 1'600; ++k, last += 3) {
    const auto at = [&](NodeId more) { return "%" + std::to_string(last + more); };
    text += at(1) + " = input " + (k % 2 == 0 ? "0.25\n" : "-0.25\n");
    text += at(2) + " = exp " + at(1) + "\n" + at(3) + " = mul " + at(0) + " " + at(2) + "\n";
  }
  Capabilities engine = engine_with_forms(0, Mode::forward, 24);
  engine.ulps.exp = 30;
  EXPECT_TRUE(quick_radii(program_of(text), engine).decided);
}

// The largest error of a function seen, in units of the last of 64 bits.
struct Worst {
  const char* name;
  double ulps = 0;

  void see(long double got, const Float128& truth) {
    if (!(fabs(truth) > 0) || !isfinite(truth) || !std::isfinite(got)) return;
    const Float128 unit = ldexp(Float128(1), ilogb(truth) - 63);
    ulps = std::max(ulps, static_cast<double>(fabs(Float128(got) - truth) / unit));
  }
};

TEST(OracleGlobalFilter, long_doubles_are_as_accurate_here_as_its_proof_assumes) {
  Worst worst[] = {{"exp"}, {"log"}, {"pow"}, {"tanh"}, {"sigmoid"}, {"sin"}, {"cos"}, {"sqrt"}};
  SeedChoices choices(kSampleSeed);
  for (int k = 0; k < 20'000; ++k) {
    const double scale = std::ldexp(1.0, static_cast<int>(choices.below(20)) - 13);
    const auto x = static_cast<Quick>(draw_in(choices, -1, 1) * scale) * (1 + Quick(0x1p-60));
    const auto c = static_cast<Quick>(draw_in(choices, -8, 8));
    const Quick positive = x < 0 ? -x : x + Quick(0x1p-20);
    const Float128 wide = x;
    const Float128 wide_positive = positive;
    using std::exp, std::log, std::pow, std::tanh, std::sin, std::cos, std::sqrt;
    worst[0].see(exp(x), exp(wide));
    worst[1].see(log(positive), log(wide_positive));
    worst[2].see(pow(positive, c), pow(wide_positive, Float128(c)));
    worst[3].see(tanh(x), tanh(wide));
    worst[4].see(1 / (1 + exp(-x)), 1 / (1 + exp(-wide)));
    worst[5].see(sin(x), sin(wide));
    worst[6].see(cos(x), cos(wide));
    worst[7].see(sqrt(positive), sqrt(wide_positive));
  }
  for (const Worst& row : worst) {
    std::printf("%-8s %.3f units of 2^-63\n", row.name, row.ulps);
    EXPECT_LT(row.ulps, 4) << row.name;
  }
}

}  // namespace
}  // namespace cradle
