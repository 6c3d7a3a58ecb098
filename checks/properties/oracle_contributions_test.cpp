// What a consumer may contribute, where a bound depends on how poor a library is.

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "checks/oracles/contributions.h"
#include "checks/oracles/values.h"
#include "checks/properties/forms.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// E / (1 + E)^2 where the square of 1 / E overflows: B ulps of E are 2 B u, and five operations
// round.
TEST(OracleContributions, of_a_sigmoid_at_its_ends_allow_for_the_library_and_five_roundings) {
  const Program program = program_of("%0 = input 1\n%1 = sigmoid %0\n");
  for (const double ulps : {0.5, 100.0, 2000.0}) {
    Capabilities engine = engine_with_forms(0);
    engine.sigmoid_form = SigmoidForm::exp;
    engine.ulps.exp = ulps;
    for (const double x : {-400.0, -500.0, 450.0}) {
      const NodeState input = {.data = x, .grad = 0, .readable = 3};
      const NodeState result = {.data = x < 0 ? std::exp(x) : 1.0, .grad = 1, .readable = 3};
      const std::vector<NodeState> nodes = {input, result};
      const Contribution c = contribution(program, 1, 0, nodes, engine, false);
      const Float128 e = exp(-fabs(Float128(x)));
      const Float128 exact = e / ((1 + e) * (1 + e));
      const auto roundings = static_cast<double>((c.upper - exact) / exact * 0x1p53);
      EXPECT_NEAR(roundings, 2 * ulps + 5, 1e-6 * ulps) << x;
      // Nothing is left of it where the square overflows: 0, too.
      EXPECT_EQ(c.lower, 0) << x;
    }
  }
}

// A float engine that works exp out anew may go on in double from there: its result lies between
// the neighbours of what its library may give, but for where those are no normal floats.
TEST(OracleContributions, of_a_result_worked_out_anew_in_floats_reach_to_the_next_ones) {
  const Program program = program_of("%0 = input 1\n%1 = exp %0\n");
  Capabilities engine = engine_with_forms(0, Mode::reverse, 24);
  engine.exp_form = ExpForm::from_output;
  engine.recomputes = bit(Op::exp);
  const auto of = [&](float x, bool is_stale) {
    const NodeState input = {.data = x, .grad = 0, .readable = 3};
    const NodeState result = {.data = 3, .grad = 1, .readable = 3};  // of an operand since set
    return contribution(program, 1, 0, std::vector<NodeState>{input, result}, engine, is_stale);
  };
  for (const float x : {1.0F, 0.7F, -3.3F, 40.1F}) {
    const LegalValues legal = legal_values(program, 1, std::vector<double>{x, 0}, engine);
    const Contribution anew = of(x, true);
    const double below = std::nextafter(static_cast<float>(legal.range.lower), 0.0F);
    const double above = std::nextafter(static_cast<float>(legal.range.upper), 1e30F);
    EXPECT_NEAR(static_cast<double>(anew.lower), below, below * 1e-12);
    EXPECT_NEAR(static_cast<double>(anew.upper), above, above * 1e-12);
    EXPECT_EQ(of(x, false).exact, 3);
  }
  // Where a range ends in infinity or in 0, its other end stays, too.
  for (const float x : {88.72283F, -104.0F}) {
    engine.ulps.exp = x > 0 ? 200 : 1;
    const LegalValues legal = legal_values(program, 1, std::vector<double>{x, 0}, engine);
    ASSERT_TRUE(std::isinf(legal.range.upper) || legal.range.lower <= 0);
    const Contribution anew = of(x, true);
    EXPECT_GE(anew.lower, Float128(legal.range.lower * (1 - 1e-12)));
    EXPECT_LE(anew.upper,
              Float128(std::fmax(legal.range.upper, x > 0 ? 0x1p128 : 0) * (1 + 1e-12)));
  }
}

}  // namespace
}  // namespace cradle
