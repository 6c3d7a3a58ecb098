// Laws of the families: the documented sizes, and values that stay finite and known at every size,
// so that a wrong answer is the engine's.

#include "checks/program/families.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/program/execute.h"
#include "checks/program/limits.h"
#include "checks/program/lower.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

Program expanded(std::string_view name, const std::vector<std::uint64_t>& parameters) {
  std::string error;
  Program program = expand_family(name, parameters, error);
  EXPECT_EQ(error, "");
  EXPECT_TRUE(well_formed(program)) << name;
  EXPECT_TRUE(is_pure(program)) << name;
  for (const double value : execute<double>(program)) {
    if (!std::isfinite(value)) {
      ADD_FAILURE() << name << " has a value that is not finite";
      break;
    }
  }
  return program;
}

double last_value(const Program& program) { return execute<double>(program).back(); }

TEST(Families, a_chain_of_k_has_k_nodes_and_four_values) {
  const std::vector<double> values = {1.5, -1.5, -0.5, 0.5};
  for (const std::uint64_t nodes : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 1001u, 100'000u}) {
    const Program program = expanded("chain", {nodes});
    EXPECT_EQ(program.code.size(), nodes);
    if (nodes < 4) continue;
    EXPECT_EQ(last_value(program), values[(nodes - 4) % 4]) << nodes;
  }
}

TEST(Families, a_ladder_of_k_has_three_nodes_a_level_and_one_value) {
  for (const std::uint64_t levels : {0u, 1u, 2u, 60u, 10'000u}) {
    const Program program = expanded("ladder", {levels});
    EXPECT_EQ(program.code.size(), 3 * levels + 2);
    EXPECT_EQ(last_value(program), levels == 0 ? 0.5 : 1.5) << levels;
  }
}

TEST(Families, a_fan_out_of_n_uses_one_node_n_times) {
  for (const std::uint64_t uses : {1u, 2u, 3u, 7u, 300u, 10'001u}) {
    const Program program = expanded("fan_out", {uses});
    EXPECT_EQ(program.code.size(), 2 * uses + 1);
    EXPECT_EQ(last_value(program), 3.0 * static_cast<double>(uses));
    std::uint64_t used = 0;
    for (const Instruction& instruction : program.code) {
      for_each_operand(instruction, [&](std::uint32_t, NodeId node) { used += node == 0; });
    }
    EXPECT_EQ(used, uses);
  }
}

TEST(Families, dense_sums_all_before_it) {
  for (const std::uint64_t sums : {1u, 2u, 3u, 12u, 200u}) {
    const Program program = expanded("dense", {sums});
    EXPECT_EQ(program.code.size(), sums * (sums - 1) + 1);
    EXPECT_NEAR(last_value(program), 1.5, 1e-12);
    if (sums == 1) continue;
    std::vector<std::uint64_t> uses(program.code.size(), 0);
    for (const Instruction& instruction : program.code) {
      for_each_operand(instruction, [&](std::uint32_t, NodeId node) { ++uses[node]; });
    }
    EXPECT_EQ(uses[0], sums - 1) << "each later sum reads the first one";
  }
}

TEST(Families, a_network_is_the_lowered_one_of_its_widths) {
  const Program program = expanded("network", {3, 4, 1});
  EXPECT_EQ(program.code.size(), parameter_count({3, 4, 1}) + 3 + 4 + 1 + 3);
  EXPECT_EQ(expanded("network", {1, 1}).code.size(), 2u + 1 + 1 + 3);
  EXPECT_TRUE(program == expanded("network", {3, 4, 1})) << "the same each time";
  expanded("network", {784, 32, 10});
}

TEST(Families, the_largest_members_fit_the_limit_of_parsing) {
  for (const Family& family : families()) {
    const std::uint64_t k = family.largest;
    const std::uint64_t nodes = family.name == "ladder"    ? 3 * k + 2
                                : family.name == "fan_out" ? 2 * k + 1
                                : family.name == "dense"   ? k * (k - 1) + 1
                                                           : k;
    EXPECT_LE(nodes, kParsedNodesMax) << family.name;
    std::string error;
    EXPECT_TRUE(expand_family(family.name, {family.largest + 1}, error).code.empty());
    EXPECT_NE(error, "");
  }
  std::string error;
  EXPECT_TRUE(expand_family("network", {65'535, 200}, error).code.empty());
  EXPECT_NE(error.find("more than"), std::string::npos) << error;
}

TEST(Families, the_text_of_a_member_is_the_member) {
  for (const char* const text : {"family chain 9", "family ladder 4", "family fan_out 5",
                                 "family dense 6", "family network 2 3 1"}) {
    const Parsed parsed = parse(text, "family");
    ASSERT_FALSE(parsed.error) << parsed.error->text();
    const Parsed written = parse(print(parsed.program), "written");
    ASSERT_FALSE(written.error);
    EXPECT_TRUE(written.program == parsed.program) << text;
    EXPECT_EQ(written.family, "");
    EXPECT_EQ("family " + parsed.family, text);
  }
}

}  // namespace
}  // namespace cradle
