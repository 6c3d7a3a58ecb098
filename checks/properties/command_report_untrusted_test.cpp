// A result may be anybody's file: what it says is text and never markup, its size is bounded, and
// what is no result is refused with its place.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "checks/properties/command_json.h"
#include "checks/properties/command_page.h"

namespace cradle {
namespace {

using nlohmann::json;

constexpr const char* kScript = "</script><script>alert(\"it's on\")</script><b>";

TEST(CommandReportOfAnyFile, shows_what_a_file_says_as_text_wherever_it_stands) {
  const Folder folder;
  std::string html;
  json result = failing_result(folder, html);
  json& finding = result["findings"][0];
  for (const char* name : {"check", "profile", "message", "op", "explanation"}) {
    finding[name] = kScript;
  }
  for (const char* name : {"engine", "command"}) result[name] = kScript;
  for (const char* name : {"cpu", "compiler"}) result["environment"][name] = kScript;
  for (const char* name : {"name", "profile", "reason"}) result["checks"][0][name] = kScript;
  result["policies"] = {{{"name", kScript}, {"value", kScript}}};
  result["known"] = {{{"key", kScript}, {"met", 1}}};
  result["unseen"] = {kScript};
  const std::string told = page_of(result, folder);
  EXPECT_EQ(ill_formed(told), "");
  EXPECT_EQ(count_of(told, "<script>"), 1u) << "its own";
  EXPECT_FALSE(has(told, "<b>alert")) << told;
  EXPECT_GE(count_of(told, "&lt;/script&gt;&lt;script&gt;alert(&quot;it&#39;s on&quot;)"), 12u);
  EXPECT_FALSE(has(told, "As a C program")) << "of an engine that nobody has";
}

TEST(CommandReportOfAnyFile, keeps_a_message_inside_the_comment_of_its_c_program) {
  const Folder folder;
  std::string html;
  json result = failing_result(folder, html);
  for (json& finding : result["findings"]) finding["message"] = "*/ int main(void) { /*";
  const std::string told = page_of(result, folder);
  const std::string source = told.substr(told.find("As a C program"));
  EXPECT_TRUE(has(source, " / int main(void) { /*.")) << source;
  EXPECT_FALSE(has(source, "*/ int main(void) { /*")) << source;
}

TEST(CommandReportOfAnyFile, tells_large_graphs_families_and_long_texts_apart) {
  const Folder folder;
  std::string html;
  json result = failing_result(folder, html);
  json& finding = result["findings"][0];
  result["findings"] = json::array({finding});
  json& only = result["findings"][0];
  only.erase("nodes");
  only["message"] = std::string(100'000, 'x');
  std::string chain = "%0 = input 1\n";
  for (int node = 1; node < 120; ++node) {
    const std::string before = std::to_string(node - 1);
    chain += '%' + std::to_string(node) + " = add %" + before + " %" + before + '\n';
  }
  only["program"] = chain;
  only["node"] = 60;
  const std::string large = page_of(result, folder);
  EXPECT_LT(large.size(), 150'000u);
  EXPECT_TRUE(has(large, "(96000 bytes more)"));
  if (run_program({"sh", "-c", "command -v dot"}, folder).status == 0) {
    EXPECT_TRUE(has(large, "Of 120 nodes these are the 24 nearest to %60; 96 are left out"));
    EXPECT_TRUE(has(large, ">%60 = add %59 %59<"));
    EXPECT_FALSE(has(large, ">%90 = add"));
  }
  only["program"] = "family chain 1000000\n";
  const std::string family = page_of(result, folder);
  EXPECT_TRUE(has(family, "Its graph is not drawn: of a family, the length is what matters."));
  EXPECT_LT(family.size(), 50'000u);
}

TEST(CommandReportOfAnyFile, of_what_is_no_result_ends_with_2_and_one_line_with_its_place) {
  const Folder folder;
  std::string html;
  const json result = failing_result(folder, html);
  const std::string whole = text_of(result);
  const auto changed = [&](auto change) {
    json copy = result;
    change(copy);
    return text_of(copy);
  };
  const auto wrong = [&](const char* name, json value) {
    return changed([&](json& all) { all["findings"][0][name] = value; });
  };
  const std::string file = folder / "F.json";
  for (const auto& [text, told] : {
           std::pair<std::string, std::string>{"", "line 1, column 1: the JSON ends here"},
           {"{\n  \"schema\": 1,\n  oops", "line 3, column 3: this is no JSON"},
           {whole.substr(0, whole.size() / 2), "the JSON ends here, too early"},
           {"[]", "the file is no result of cradle"},
           {"null", "the file is no result of cradle"},
           {"{\"schema\": 1}", "the file is no result of cradle"},
           {"{\"schema\": 1e999}", "a number in it is too large"},
           {std::string(200'000, '['), "the JSON ends here, too early"},
           {changed([](json& all) { all["schema"] = 2; }), "schema is 2; this cradle reads"},
           {changed([](json& all) { all.erase("engine"); }), "engine is missing"},
           {changed([](json& all) { all["seed"] = -1; }), "seed should be a number of things"},
           {changed([](json& all) { all["checks"] = 7; }), "checks should be a list"},
           {changed([](json& all) { all["checks"][1].erase("cases"); }),
            "checks[1].cases is missing"},
           {changed([](json& all) { all["environment"] = "here"; }),
            "environment should be an object"},
           {changed([](json& all) { all["verdict"] = "perhaps"; }),
            "verdict is no verdict: 'perhaps'"},
           {wrong("message", 5), "findings[0].message should be a text, and is number"},
           {wrong("kind", "odd"), "findings[0].kind is no kind of finding: 'odd'"},
           {wrong("got", "much"), "findings[0].got is no number: 'much'"},
           {wrong("program", "%0 = input\n"), "findings[0].program is no program: program:1:"},
           {wrong("node", 1.5), "findings[0].node should be a number of things"},
           {wrong("nodes", json::array()), "findings[0].nodes should have an entry for each"},
       }) {
    SCOPED_TRACE(told);
    folder.write("F.json", text);
    const Ended ended = run_cradle({"report", file, "-o", folder / "F.html"}, folder);
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.err.rfind("cradle: " + file + ": ", 0), 0u) << ended.err;
    EXPECT_TRUE(has(ended.err, told)) << ended.err;
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "F.html"));
  }
  const Ended absent = run_cradle({"report", folder / "absent.json"}, folder);
  EXPECT_EQ(absent.status, 2);
  EXPECT_TRUE(has(absent.err, "absent.json: cannot be read: No such file")) << absent.err;
}

}  // namespace
}  // namespace cradle
