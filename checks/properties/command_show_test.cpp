// Drawings of programs that are too large to be read: show draws the part around a node and says
// so, and so does a page.

#include <gtest/gtest.h>

#include <string>

#include "checks/properties/command_page.h"

namespace cradle {
namespace {

// A chain of 300 nodes in which one result is used twice by one node.
std::string long_program() {
  std::string text = "%0 = input 0.5\n";
  for (int node = 1; node < 300; ++node) {
    const std::string before = " %" + std::to_string(node - 1);
    text += '%' + std::to_string(node) +
            (node == 150 ? " = add" + before + before : " = relu" + before) + '\n';
  }
  return text;
}

std::size_t boxes_in(const std::string& drawing) { return count_of(drawing, " [label=\"{%"); }

TEST(CommandShow, draws_of_a_long_program_the_part_around_its_root_and_says_so) {
  const Folder folder;
  const std::string file = folder.write("long.prog", long_program());
  const Ended ended = run_cradle({"show", file}, folder);
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err,
            "of 300 nodes these are the 50 nearest to %299: --around NODE draws others, --all "
            "every one\n");
  EXPECT_EQ(boxes_in(ended.out), 50u);
  EXPECT_TRUE(has(ended.out, "{%299 = relu %298 | {data 1 | grad 1}}"));
  EXPECT_TRUE(has(ended.out, "{%250 = "));
  EXPECT_FALSE(has(ended.out, "{%249 = "));

  const std::string actions = folder.write("inner.prog", long_program() + "backward %100\n");
  EXPECT_TRUE(has(run_cradle({"show", actions}, folder).err, "nearest to %100:"));
}

TEST(CommandShow, draws_the_part_around_the_faulty_node_or_the_one_that_is_asked_for) {
  const Folder folder;
  const std::string file = folder.write("long.prog", long_program());
  const Ended faulty = run_cradle({"show", file, "--engine", kFailing}, folder);
  EXPECT_TRUE(has(faulty.err, "the 50 nearest to %149:")) << faulty.err;
  EXPECT_EQ(boxes_in(faulty.out), 50u);
  EXPECT_EQ(count_of(faulty.out, "#c62828"), 1u);
  for (const char* node : {"%20", "20"}) {
    const Ended asked = run_cradle({"show", file, "--engine", kFailing, "--around", node}, folder);
    EXPECT_TRUE(has(asked.err, "the 50 nearest to %20:")) << asked.err;
    EXPECT_TRUE(has(asked.out, "{%0 = input | {data 0.5 | grad 1}}")) << asked.out;
    EXPECT_FALSE(has(asked.out, "#c62828"));
  }
  const Ended absent = run_cradle({"show", file, "--around", "%300"}, folder);
  EXPECT_EQ(absent.status, 2);
  EXPECT_EQ(absent.err, "cradle: --around: there is no node %300; the last is %299\n");
  EXPECT_EQ(absent.out, "");
}

TEST(CommandShow, draws_all_when_told_to_and_says_that_it_cannot_be_read) {
  const Folder folder;
  const std::string file = folder.write("long.prog", long_program());
  const Ended all = run_cradle({"show", file, "--all"}, folder);
  EXPECT_EQ(all.status, 0);
  EXPECT_EQ(all.err, "300 nodes: this is more than can be read; without --all it is a part\n");
  EXPECT_EQ(boxes_in(all.out), 300u);
  const std::string huge = folder.write("huge.prog", "family chain 2001\n");
  const Ended refused = run_cradle({"show", huge, "--all"}, folder);
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(refused.err, "cradle: --all: 2001 nodes are too many to draw; the limit is 2000\n");
  EXPECT_EQ(boxes_in(run_cradle({"show", huge}, folder).out), 50u);
}

TEST(CommandShow, of_50_nodes_is_the_whole_without_a_word) {
  const Folder folder;
  const std::string file = folder.write("chain.prog", "family chain 50\n");
  const Ended ended = run_cradle({"show", file}, folder);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(boxes_in(ended.out), 50u);
}

TEST(CommandShow, and_a_page_of_a_long_program_shows_the_part_around_the_faulty_node) {
  const Folder folder;
  if (run_program({"sh", "-c", "command -v dot"}, folder).status != 0) {
    GTEST_SKIP() << "Graphviz is not installed";
  }
  const std::string file = folder.write("long.prog", long_program());
  const std::string page = folder / "page.html";
  run_cradle({"run", file, "--engine", kFailing, "--html", page}, folder);
  const std::string html = contents(page);
  EXPECT_EQ(ill_formed(html), "");
  EXPECT_TRUE(has(html, "Of 300 nodes these are the 24 nearest to %149; 276 are left out"));
  EXPECT_TRUE(has(html, ">%149 = relu %148<"));
  EXPECT_TRUE(has(html, ">grad 1<")) << "with its numbers";
  EXPECT_TRUE(has(html, "The first 200 of 300 nodes"));
}

TEST(CommandShow, and_a_page_of_a_family_has_its_nodes_where_one_of_them_is_wrong) {
  const Folder folder;
  const std::string file = folder.write("family.prog", "family chain 60\n");
  const std::string result = folder / "result.json";
  const Ended ended = run_cradle({"run", file, "--engine", "faulty:scale_mul", "--json", result,
                                  "--html", folder / "page.html"},
                                 folder);
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.err, "");
  const std::string html = contents(folder / "page.html");
  EXPECT_EQ(ill_formed(html), "");
  EXPECT_TRUE(has(html, "family chain 60\n"));
  EXPECT_TRUE(has(html, "All 60 nodes"));
  EXPECT_FALSE(has(html, "Its graph is not drawn: of a family"));
  nlohmann::json told = parsed_json(contents(result));
  EXPECT_EQ(page_of(told, folder), html);
  told["findings"][0]["program"] = "family invented 60\n";
  const std::string spoilt = folder.write("spoilt.json", text_of(told));
  const Ended refused = run_cradle({"report", spoilt}, folder);
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(has(refused.err, "findings[0].nodes are of a family that is none")) << refused.err;
}

}  // namespace
}  // namespace cradle
