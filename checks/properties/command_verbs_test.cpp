// The verbs on one small program that fails: what each prints, writes, and ends with; and the C
// program that shows the bug, compiled and run.

#include <gtest/gtest.h>

#include <string>

#include "checks/program/text.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

using nlohmann::json;

constexpr const char* kBug = "faulty:add_same_operand";
constexpr const char* kFailingProgram =
    "# Longer than it need be.\n"
    "%0 = input 0.5\n%1 = input 3\n%2 = mul %0 %1\n%3 = add %2 %2\n%4 = relu %3\n";

TEST(CommandVerbs, run_prints_every_oracle_and_the_table_of_nodes) {
  const Folder folder;
  const std::string file = folder.write("failing.prog", kFailingProgram);
  const std::string result = folder / "result.json";
  const Ended ended = run_cradle({"run", file, "--engine", kBug, "--json", result}, folder);
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.err, "");
  for (const char* part : {"survival    agree", "forward     agree", "local       disagree",
                           "difference  disagree", "<-- wrong", "gradient", "reference"}) {
    EXPECT_TRUE(has(ended.out, part)) << part << '\n' << ended.out;
  }
  EXPECT_TRUE(has(ended.out, "again: cradle run " + file + " --engine " + kBug + '\n'));
  const json written = parsed_json(contents(result));
  EXPECT_EQ(written["verdict"], "disagree");
  EXPECT_EQ(written["findings"][0]["program"], print(parse(kFailingProgram, "test").program));

  const Ended healthy = run_cradle({"run", file}, folder);
  EXPECT_EQ(healthy.status, 0) << healthy.out;
  EXPECT_FALSE(has(healthy.out, "disagree"));
}

TEST(CommandVerbs, run_shows_the_state_that_a_program_with_actions_leaves) {
  const Folder folder;
  Conditions conditions;
  conditions.input = folder.write("actions.prog", "%0 = input 2\nretain %0\n%1 = exp %0\n");
  const Ended ended = run_cradle({"run", "-"}, folder, conditions);
  EXPECT_EQ(ended.status, 0);
  EXPECT_TRUE(has(ended.out, "count")) << ended.out;
  EXPECT_TRUE(has(ended.out, "lifetime    agree")) << ended.out;
}

TEST(CommandVerbs, minimise_gives_the_smallest_program_that_still_fails) {
  const Folder folder;
  const std::string file = folder.write("failing.prog", kFailingProgram);
  const std::string small = folder / "small.prog";
  const Ended ended = run_cradle({"minimise", file, "--engine", kBug, "-o", small}, folder);
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.out, "");
  EXPECT_TRUE(has(ended.err, "Finding 1: gradient, by local")) << ended.err;
  EXPECT_EQ(print(parse(contents(small), "test").program), "%0 = input 0\n%1 = add %0 %0\n");
  EXPECT_TRUE(has(contents(small), "# node %0 disagrees")) << contents(small);
  const Ended again = run_cradle({"run", small, "--engine", kBug}, folder);
  EXPECT_EQ(again.status, 1);

  const Ended to_output = run_cradle({"minimise", file, "--engine", kBug}, folder);
  EXPECT_EQ(to_output.out, contents(small));

  const Ended healthy = run_cradle({"minimise", file}, folder);
  EXPECT_EQ(healthy.status, 0);
  EXPECT_EQ(healthy.out, "");
  EXPECT_EQ(healthy.err, "nothing disagrees: there is nothing to minimise\n");
}

TEST(CommandVerbs, show_draws_the_graph_and_marks_the_faulty_node) {
  const Folder folder;
  const std::string file = folder.write("failing.prog", kFailingProgram);
  const Ended faulty = run_cradle({"show", file, "--engine", kBug}, folder);
  EXPECT_EQ(faulty.status, 0);
  EXPECT_EQ(faulty.err, "");
  EXPECT_EQ(faulty.out.rfind("digraph", 0), 0u) << faulty.out;
  const Ended healthy = run_cradle({"show", file, "-o", folder / "graph.dot"}, folder);
  EXPECT_EQ(healthy.status, 0);
  EXPECT_EQ(healthy.out, "");
  const std::string drawing = contents(folder / "graph.dot");
  EXPECT_EQ(drawing.rfind("digraph", 0), 0u);
  EXPECT_NE(drawing, faulty.out);
}

TEST(CommandVerbs, convert_to_bytes_and_back_is_the_identity) {
  const Folder folder;
  for (const char* text :
       {kFailingProgram, "%0 = input nan\nretain %0\nset %0 -0\nbackward %0\n"}) {
    const std::string file = folder.write("first.prog", text);
    const std::string bytes = folder / "bytes";
    EXPECT_EQ(run_cradle({"convert", file, "--to", "bytes", "-o", bytes}, folder).status, 0);
    const Ended back = run_cradle({"convert", bytes, "--to", "text"}, folder);
    EXPECT_EQ(back.status, 0);
    EXPECT_EQ(back.out, print(parse(text, "test").program));
    Conditions conditions;
    conditions.input = bytes;
    EXPECT_EQ(run_cradle({"convert", "-", "--to", "text"}, folder, conditions).out, back.out);
  }
}

// Writes the program that `reproduce` gives, compiles it with `compiler` and `libraries`, runs it.
Ended reproduced(const Words& words, int status, const std::string& compiler,
                 const std::string& libraries, const Folder& folder) {
  const std::string source = folder / "repro.c";
  Words all = {"reproduce"};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"-o", source});
  EXPECT_EQ(run_cradle(all, folder).status, status);
  const std::string compile = std::string(CRADLE_COMPILE_C) + " -std=c11 -Wall -Wextra -Werror " +
                              CRADLE_INCLUDES + " -c " + source + " -o " + folder / "repro.o";
  const std::string link =
      compiler + ' ' + (folder / "repro.o") + ' ' + libraries + " -lm -o " + folder / "repro";
  const Ended built = run_program({"sh", "-c", compile + " && " + link}, folder);
  EXPECT_EQ(built.status, 0) << built.err << contents(source);
  return run_program({folder / "repro"}, folder);
}

TEST(CommandVerbs, reproduce_writes_c_against_microcrad_that_links_without_cradle) {
  const Folder folder;
  const std::string actions =
      folder.write("actions.prog",
                   "%0 = input 2\n%1 = pow %0 -0.5\nretain %1\nbackward %1\nzero_grad\nset %0 inf\n"
                   "release %1\nbackward %1\n%2 = log %0\n%3 = exp %2\n");
  const std::string corpus = CRADLE_CORPUS;
  for (const std::string& file : {actions, corpus + "/neuron_linear.prog",
                                  corpus + "/network_3_4_1.prog", corpus + "/diamond.prog"}) {
    SCOPED_TRACE(file);
    const Ended ended = reproduced({file}, 0, CRADLE_COMPILE_C, CRADLE_ENGINE_ARCHIVE, folder);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  }
}

TEST(CommandVerbs, reproduce_writes_c_that_exits_1_while_the_bug_is_there) {
  const Folder folder;
  const std::string libraries =
      std::string(CRADLE_ARCHIVES) + ' ' + CRADLE_ENGINE_ARCHIVE + " -lpthread";
  struct Row {
    const char* engine;
    const char* text;
    const char* says;
  };
  for (const Row& row : {
           Row{kBug, kFailingProgram, "gradient of %2: got 1, expected 2 to 2\n"},
           {"faulty:nan_relu", "%0 = input nan\n%1 = relu %0\n", "data of %1: got 0, expected"},
           {"faulty:missing_release_exp", "%0 = input 1\n%1 = exp %0\n", "1 nodes are alive"},
       }) {
    SCOPED_TRACE(row.engine);
    const std::string file = folder.write("failing.prog", row.text);
    const Ended ended =
        reproduced({file, "--engine", row.engine}, 1, CRADLE_LINK, libraries, folder);
    EXPECT_EQ(ended.status, 1) << contents(folder / "repro.c");
    EXPECT_TRUE(has(ended.out, row.says)) << ended.out;
  }
}

TEST(CommandVerbs, reproduce_refuses_what_c_cannot_show) {
  const Folder folder;
  const std::string file = folder.write("fail.prog", "%0 = input 1\nfail 1\n%1 = exp %0\n");
  const Ended ended = run_cradle({"reproduce", file}, folder);
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_TRUE(has(ended.err, file + " needs the runner")) << ended.err;
}

TEST(CommandVerbs, engines_lists_what_the_other_verbs_take) {
  const Folder folder;
  const Ended ended = run_cradle({"engines"}, folder);
  EXPECT_EQ(ended.status, 0);
  for (const char* name : {"microcrad", "tape", "textbook", kBug}) {
    EXPECT_TRUE(has(ended.out, "  " + std::string(name) + ' ')) << name;
  }
}

TEST(CommandVerbs, check_says_when_an_agreement_rests_on_few_programs) {
  const Folder folder;
  const auto said = [&](const char* cases, const char* engine) {
    return run_cradle({"check", "--engine", engine, "--only", "local", "--cases", cases}, folder)
        .out;
  };
  EXPECT_TRUE(has(said("pure=999,lifetime=0,mlp=0", "tape"), "\nOnly 999 programs were drawn:"));
  EXPECT_FALSE(has(said("pure=1000,lifetime=0,mlp=0", "tape"), "were drawn"));
  EXPECT_FALSE(has(said("pure=900,lifetime=0,mlp=0", "faulty:scale_add"), "were drawn"));
}

}  // namespace
}  // namespace cradle
