// The table of edges: complete, well formed, and each program another.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "checks/program/edges.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

TEST(Edges, are_as_many_as_the_lists_say) {
  EXPECT_EQ(edge_count(bit(Op::input) | bit(Op::neuron)), 0U);
  EXPECT_EQ(edge_count(bit(Op::exp)), 45U);             // every edge
  EXPECT_EQ(edge_count(bit(Op::pow)), 12U * 16);        // exponents by the fewer
  EXPECT_EQ(edge_count(bit(Op::powv)), 16U * 16 + 16);  // pairs, and each with itself
  EXPECT_EQ(edge_count(kAllOps), 5U * 272 + 11 * 45 + 192) << "ops of two operands, of one, pow";
}

TEST(Edges, are_well_formed_pure_and_each_another) {
  std::set<std::string> texts;
  for (std::uint64_t k = 0; k < edge_count(kAllOps); ++k) {
    const Program program = edge_program(kAllOps, k);
    ASSERT_TRUE(well_formed(program)) << print(program);
    EXPECT_TRUE(is_pure(program));
    EXPECT_LE(program.code.size(), 3U);
    EXPECT_TRUE(texts.insert(print(program)).second) << print(program);
  }
}

TEST(Edges, of_an_op_are_the_same_whatever_else_an_engine_has) {
  EXPECT_EQ(edge_program(bit(Op::tanh), 7), edge_program(bit(Op::tanh) | bit(Op::abs), 7));
  EXPECT_EQ(edge_program(bit(Op::abs), 0),
            edge_program(bit(Op::tanh) | bit(Op::abs), edge_count(bit(Op::tanh))));
}

TEST(Edges, hold_what_breaks_rules) {
  std::set<double> given;
  bool nan = false;
  bool negative_zero = false;
  for (std::uint64_t k = 0; k < edge_count(bit(Op::tanh)); ++k) {
    const double x = edge_program(bit(Op::tanh), k).code.front().immediate;
    nan = nan || std::isnan(x);
    negative_zero = negative_zero || (x == 0 && std::signbit(x));
    if (!std::isnan(x)) given.insert(x);
  }
  EXPECT_TRUE(nan);
  EXPECT_TRUE(negative_zero);
  for (const double x :
       {0.0, 1.0, 50.0, 400.0, std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min()}) {
    EXPECT_EQ(given.count(x), 1U) << x;
  }
}

}  // namespace
}  // namespace cradle
