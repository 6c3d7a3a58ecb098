// What a consumer may contribute, where a bound depends on how poor a library is.

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "checks/oracles/contributions.h"
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

}  // namespace
}  // namespace cradle
