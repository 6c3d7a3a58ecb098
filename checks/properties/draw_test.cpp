// Laws of drawing: a box a node, an edge an operand, and text that Graphviz accepts.

#include "checks/program/draw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "checks/program/families.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

std::size_t count_of(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) {
    ++count;
  }
  return count;
}

// How many operands of each node the text shows: arrows, what an arrow says of several, and names.
std::vector<std::size_t> operands_in(const std::string& text, std::size_t node_count) {
  std::vector<std::size_t> shown(node_count);
  std::istringstream lines(text);
  unsigned operand = 0, node = 0;
  std::size_t times = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("style=invis") != std::string::npos) continue;
    if (std::sscanf(line.c_str(), "  n%u -> n%u [label=\"%zu times", &operand, &node, &times) ==
        3) {
      shown[node] += times;
    } else if (std::sscanf(line.c_str(), "  n%u -> n%u;", &operand, &node) == 2) {
      ++shown[node];
    } else if (std::sscanf(line.c_str(), "  o%u [", &node) == 1) {
      const std::string names = line.substr(line.find("label=\"") + 7);
      shown[node] +=
          std::sscanf(names.c_str(), "%zu more", &times) == 1 ? times : count_of(names, "%");
    }
  }
  return shown;
}

RC_GTEST_PROP(Draw, has_a_box_a_node_and_shows_each_operand, (const Program& program)) {
  const std::string text = dot(program);
  RC_ASSERT(count_of(text, " [label=\"%") == program.code.size());
  const std::vector<std::size_t> shown = operands_in(text, program.code.size());
  for (NodeId node = 0; node < program.code.size(); ++node) {
    RC_ASSERT(shown[node] == slot_count(program.code[node]));
  }
}

TEST(Draw, shows_data_and_gradient_in_each_box_and_the_faulty_one_in_red) {
  const Program program = parse("%0 = input -2\n%1 = pow %0 3\n%2 = add %1 %1\n", "t").program;
  const std::string text = dot(program, {{"-2", "24", false}, {"-8", "2", true}, {"", "", false}});
  EXPECT_NE(text.find("n0 [label=\"{%0 = input | {data -2 | grad 24}}\""), std::string::npos)
      << text;
  EXPECT_NE(text.find("n1 [label=\"%1 = pow %0 3 | data -8 | grad 2\", color=\"#c62828\""),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("n2 [label=\"%2 = add %1 %1\"]"), std::string::npos) << text;
  EXPECT_EQ(count_of(text, "n1 -> n2;"), 2u) << "x + x has two edges";
  EXPECT_EQ(count_of(text, "#c62828"), 1u);
}

TEST(Draw, names_operands_and_results_that_are_not_shown) {
  const Program program =
      parse("%0 = input 1\n%1 = exp %0\n%2 = add %1 %0\n%3 = neg %2\n%4 = add %2 %3\n", "t")
          .program;
  const std::string text = dot(program, {}, {false, true, true, false, false});
  EXPECT_EQ(count_of(text, " [label="), 2u) << text;
  EXPECT_EQ(count_of(text, "n1 -> n2;"), 1u) << text;
  for (const char* const name : {"o1 [shape=plaintext", "label=\"%0\"];\n  o1 -> n1 [style=dashed]",
                                 "label=\"%0\"];\n  o2 -> n2 [style=dashed]",
                                 "label=\"%3, %4\"];\n  n2 -> r2 [style=dashed]"}) {
    EXPECT_NE(text.find(name), std::string::npos) << name << "\n" << text;
  }
  EXPECT_EQ(count_of(text, " -> "), 4u) << text;
}

TEST(Draw, names_what_is_used_everywhere_and_counts_arrows_of_one_operand) {
  std::string error;
  const std::string text = dot(expand_family("fan_out", {24}, error));
  EXPECT_EQ(count_of(text, "  n0 -> n"), 1u) << text;
  EXPECT_EQ(count_of(text, "label=\"23 more\""), 2u) << text;
  EXPECT_EQ(count_of(text, "label=\"%0, %1\""), 23u) << text;
  const Program neuron =
      parse("%0 = input 1\n%1 = input 2\n%2 = neuron %0 %0 %1 2 linear\n", "t").program;
  const std::string drawn = dot(neuron);
  EXPECT_NE(drawn.find("n1 -> n2 [label=\"3 times\"]"), std::string::npos) << drawn;
  EXPECT_EQ(count_of(drawn, "n0 -> n2;"), 2u) << drawn;
  EXPECT_NE(drawn.find("%2 = neuron %0 %0 %1 2 linear"), std::string::npos) << drawn;
}

// Graphviz's verdict: true when it drew the text.
bool graphviz_accepts(const std::string& text) {
  const std::string path = testing::TempDir() + "cradle_draw_test.dot";
  std::ofstream(path) << text;
  const std::string command = "dot -Tsvg '" + path + "' -o '" + path + ".svg' 2>'" + path + ".log'";
  const bool drawn = std::system(command.c_str()) == 0;
  std::string first_line;
  std::getline(std::ifstream(path + ".log"), first_line);
  for (const char* const ending : {"", ".svg", ".log"}) std::remove((path + ending).c_str());
  EXPECT_EQ(first_line, "") << "Graphviz has nothing to complain about";
  return drawn;
}

TEST(Draw, graphviz_accepts_it) {
  if (std::system("command -v dot >/dev/null 2>&1") != 0) {
    std::printf("Graphviz is not installed: 6 drawings were not checked\n");
    return;
  }
  const std::vector<std::string> texts = {
      "%0 = input nan\n%1 = pow %0 -inf\n%2 = neuron %0 %0 %1 2 linear\n", "%0 = input -0\n"};
  for (const std::string& text : texts) {
    const Program program = parse(text, "t").program;
    EXPECT_TRUE(graphviz_accepts(dot(program))) << dot(program);
  }
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    GenerateOptions options;
    options.profile = profile;
    options.ops = kAllOps;
    const Program program = sample(options, 1);
    const std::vector<NodeLabel> labels(program.code.size(), {"1e-05", "nan", true});
    EXPECT_TRUE(graphviz_accepts(dot(program, labels))) << dot(program, labels);
  }
}

// Of width and height in points, the larger: what Graphviz says in its first line.
double larger_side(const std::string& text) {
  const std::string path = testing::TempDir() + "cradle_draw_size.dot";
  std::ofstream(path) << text;
  std::system(("dot -Tplain '" + path + "' -o '" + path + ".txt'").c_str());
  std::string word;
  double scale = 0, width = 0, height = 0;
  std::ifstream(path + ".txt") >> word >> scale >> width >> height;
  for (const char* const ending : {"", ".txt"}) std::remove((path + ending).c_str());
  EXPECT_EQ(word, "graph");
  return 72 * std::max(width, height);
}

// Half a page wide on a screen, letters of 11 points are as small as can be read.
TEST(Draw, of_50_nodes_is_a_picture_that_can_be_read) {
  if (std::system("command -v dot >/dev/null 2>&1") != 0) GTEST_SKIP() << "Graphviz is missing";
  constexpr double kPoints = 1'800;
  std::string error;
  for (const auto& [family, size] : {std::pair{"chain", std::vector<std::uint64_t>{50}},
                                     {"ladder", {16}},
                                     {"dense", {7}},
                                     {"fan_out", {24}},
                                     {"network", {4, 4}}}) {
    const Program program = expand_family(family, size, error);
    EXPECT_GT(program.code.size(), 40u) << family;
    EXPECT_LE(program.code.size(), kReadableNodesMax) << family;
    const std::vector<NodeLabel> labels(program.code.size(), {"-0.123456", "0.0123456", false});
    EXPECT_LT(larger_side(dot(program, labels)), kPoints) << family;
  }
  GenerateOptions options;
  options.nodes_min = kReadableNodesMax;
  options.nodes_max = kReadableNodesMax;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Program program = sample(options, seed);
    const std::vector<NodeLabel> labels(program.code.size(), {"-0.123456", "0.0123456", false});
    EXPECT_LT(larger_side(dot(program, labels)), kPoints) << print(program);
  }
}

TEST(ReadablePart, is_the_whole_where_that_can_be_read) {
  std::string error;
  const Program small = expand_family("chain", {kReadableNodesMax}, error);
  EXPECT_EQ(readable_part(small, 0), std::vector<bool>(kReadableNodesMax, true));
  const Program larger = expand_family("chain", {kReadableNodesMax + 1}, error);
  const std::vector<bool> shown = readable_part(larger, kReadableNodesMax);
  EXPECT_EQ(std::count(shown.begin(), shown.end(), false), 1);
}

TEST(ReadablePart, of_a_chain_is_what_is_next_to_the_node) {
  std::string error;
  const std::vector<bool> shown = readable_part(expand_family("chain", {300}, error), 150, 24);
  for (NodeId node = 0; node < 300; ++node) {
    // The two constants are used by half of the chain each: they are near, and their users are not.
    const bool near = node == 1 || node == 2 || (node >= 140 && node <= 160);
    const bool edge = (node >= 138 && node < 140) || (node > 160 && node <= 162);
    EXPECT_TRUE(edge || shown[node] == near) << node;
  }
}

RC_GTEST_PROP(ReadablePart, has_its_center_and_is_never_too_large,
              (const Program& program, std::uint32_t number)) {
  const auto center = static_cast<NodeId>(number % program.code.size());
  const std::size_t most = 1 + number % 20;
  const std::vector<bool> shown = readable_part(program, center, most);
  const auto count = static_cast<std::size_t>(std::count(shown.begin(), shown.end(), true));
  RC_ASSERT(shown[center]);
  RC_ASSERT(count <= most);
  RC_ASSERT(count == program.code.size() || program.code.size() > most);
}

TEST(ReadablePart, has_no_more_arrows_than_can_be_followed) {
  std::string text;
  for (int node = 0; node < 20; ++node) text += '%' + std::to_string(node) + " = input 1\n";
  for (int node = 20; node < 40; ++node) {
    text += '%' + std::to_string(node) + " = neuron %0 %10 %19 10\n";
  }
  const Program program = parse(text, "t").program;
  const std::vector<bool> shown = readable_part(program, 39);
  const auto neurons = std::count(shown.begin() + 20, shown.end(), true);
  EXPECT_EQ(neurons, static_cast<std::ptrdiff_t>(kReadableEdgesMax / 20));
}

}  // namespace
}  // namespace cradle
