// Laws of drawing: a box a node, an edge an operand, and text that Graphviz accepts.

#include "checks/program/draw.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

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

RC_GTEST_PROP(Draw, has_a_box_a_node_and_an_edge_an_operand, (const Program& program)) {
  const std::string text = dot(program);
  std::size_t slots = 0;
  for (const Instruction& instruction : program.code) slots += slot_count(instruction);
  RC_ASSERT(count_of(text, " [label=\"{%") == program.code.size());
  RC_ASSERT(count_of(text, " -> ") == slots);
}

TEST(Draw, shows_data_and_gradient_in_each_box_and_the_faulty_one_in_red) {
  const Program program = parse("%0 = input -2\n%1 = pow %0 3\n%2 = add %1 %1\n", "t").program;
  const std::string text = dot(program, {{"-2", "24", false}, {"-8", "2", true}, {"", "", false}});
  EXPECT_NE(text.find("n0 [label=\"{%0 input -2 | {data -2 | grad 24}}\""), std::string::npos)
      << text;
  EXPECT_NE(text.find("n1 [label=\"{%1 pow 3 | {data -8 | grad 2}}\", color=\"#c62828\""),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("n2 [label=\"{%2 add}\"]"), std::string::npos) << text;
  EXPECT_EQ(count_of(text, "n1 -> n2;"), 2u) << "x + x has two edges";
  EXPECT_EQ(count_of(text, "#c62828"), 1u);
}

TEST(Draw, leaves_out_nodes_that_are_not_shown_and_their_edges) {
  const Program program =
      parse("%0 = input 1\n%1 = exp %0\n%2 = add %1 %0\n%3 = neg %2\n", "t").program;
  const std::string text = dot(program, {}, {false, true, true, false});
  EXPECT_EQ(count_of(text, " [label="), 2u) << text;
  EXPECT_EQ(count_of(text, " -> "), 1u) << text;
  EXPECT_NE(text.find("n1 -> n2;"), std::string::npos) << text;
}

TEST(Draw, names_the_slots_of_a_neuron) {
  const Program program =
      parse("%0 = input 1\n%1 = input 2\n%2 = neuron %0 %0 %1 2 linear\n", "t").program;
  const std::string text = dot(program);
  for (const char* const edge :
       {"n0 -> n2 [label=\"x0\"]", "n1 -> n2 [label=\"x1\"]", "n0 -> n2 [label=\"w0\"]",
        "n1 -> n2 [label=\"w1\"]", "n1 -> n2 [label=\"b\"]", "%2 neuron linear"}) {
    EXPECT_NE(text.find(edge), std::string::npos) << edge << "\n" << text;
  }
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

}  // namespace
}  // namespace cradle
