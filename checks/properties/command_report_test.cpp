// Results as pages: every part is there, an old file gives the page of its run, and each verb that
// judges writes one.

#include <gtest/gtest.h>

#include <string>

#include "checks/properties/command_json.h"
#include "checks/properties/command_page.h"

namespace cradle {
namespace {

using nlohmann::json;

TEST(CommandReport, of_a_failing_check_has_every_part) {
  const Folder folder;
  std::string html;
  const json result = failing_result(folder, html);
  EXPECT_EQ(ill_formed(html), "");
  const std::size_t verdict =
      html.find("<span class=\"badge fail\">fail</span> " + std::string(kFailing));
  const std::size_t checks = html.find("<h2>Checks</h2>");
  const std::size_t findings = html.find("<h2>Findings</h2>");
  EXPECT_LT(verdict, checks);
  EXPECT_LT(checks, findings);
  EXPECT_NE(findings, std::string::npos);
  EXPECT_TRUE(has(html, "<dt>seed</dt><dd>1</dd>"));
  EXPECT_TRUE(has(html, "<dt>processor</dt>"));
  EXPECT_TRUE(has(html, "does each gradient follow from its consumers&#39;?"));
  EXPECT_TRUE(has(html, "cradle check --engine faulty:add_same_operand --seed 1"));
  EXPECT_TRUE(has(html, "<span class=\"kind\">gradient</span><small> by local"));
  EXPECT_TRUE(has(html, "a contribution of +1 is missing"));
  EXPECT_TRUE(has(html, "<pre class=\"program\" tabindex=\"0\">%0 = input 0\n%1 = add %0 %0\n"));
  EXPECT_TRUE(has(html, "residual     -1"));
  EXPECT_TRUE(has(html,
                  "<td><code>%0</code></td><td><code>input 0</code></td>"
                  "<td class=\"number\">0</td><td class=\"number wrong\">1</td>"
                  "<td class=\"number\">2</td>"));
  EXPECT_TRUE(has(html, "<details><summary>As a C program</summary>"));
  EXPECT_TRUE(has(html, "cradle_find_engine(&quot;faulty:add_same_operand&quot;)"));
  EXPECT_TRUE(has(html, "cradle run - --engine faulty:add_same_operand &lt;&lt;&#39;END&#39;\n"));
  EXPECT_TRUE(has(html, "<button type=\"button\" hidden=\"\">copy</button>"));
  EXPECT_TRUE(has(html, "prefers-color-scheme: dark"));
  EXPECT_TRUE(has(html, "@media print"));
  EXPECT_TRUE(has(html, "name=\"viewport\""));
  // Nothing is fetched: the addresses are names of namespaces.
  EXPECT_EQ(count_of(html, "://"), count_of(html, "=\"http://www.w3.org/"));
  for (const char* fetches : {" src=", "url(", "@import", "<link"}) {
    EXPECT_FALSE(has(html, fetches)) << fetches;
  }
  // The same finding by several checks is told once.
  EXPECT_GT(result["findings"].size(), 1u);
  EXPECT_EQ(count_of(html, "<article"), 1u);
}

TEST(CommandReport, is_well_formed_by_a_rule_that_sees_what_is_not) {
  const std::string begin = "<!DOCTYPE html>\n<html lang=\"en\">";
  EXPECT_EQ(ill_formed(begin + "<p>a</p><meta/><style>p > a { }</style></html>"), "");
  for (const char* broken : {"<p>a</html>", "<p><b>a</p></b></html>", "<p>",
                             "<p title=\"a></p></html>", "<p <b></b></p></html>", "</p></html>"}) {
    EXPECT_NE(ill_formed(begin + broken), "") << broken;
  }
}

TEST(CommandReport, draws_the_graph_or_says_in_one_line_why_not) {
  const Folder folder;
  std::string html;
  const json result = failing_result(folder, html);
  const bool installed = run_program({"sh", "-c", "command -v dot"}, folder).status == 0;
  if (installed) {
    EXPECT_TRUE(has(html, "<div class=\"graph\" tabindex=\"0\"><svg role=\"img\""));
    EXPECT_TRUE(has(html, "#c62828")) << "the faulty node is marked";
    EXPECT_TRUE(has(html, "grad 1<"));
    EXPECT_FALSE(has(html, "id=\"node1\""));
  }
  Conditions nothing;
  nothing.environment = {"PATH=/nowhere"};
  const std::string file = folder / "bare.html";
  const Ended ended = run_cradle({"report", folder / "result.json", "-o", file}, folder, nothing);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(
      count_of(contents(file), "The graph is not drawn: Graphviz&#39;s dot is not installed."), 1u);
  EXPECT_EQ(ill_formed(contents(file)), "");
  EXPECT_TRUE(has(contents(file), "As a C program"));
}

TEST(CommandReport, of_an_old_result_is_the_page_that_its_run_wrote) {
  const Folder folder;
  std::string html;
  json result = failing_result(folder, html);
  EXPECT_EQ(page_of(result, folder), html);
  // One from before there were explanations and nodes, and one from after something new.
  for (json& finding : result["findings"]) {
    finding.erase("explanation");
    finding.erase("nodes");
  }
  result["invented"] = {{"later", 1}};
  const std::string older = page_of(result, folder);
  EXPECT_EQ(ill_formed(older), "");
  EXPECT_TRUE(has(older, "a contribution of +1 is missing"));
  EXPECT_FALSE(has(older, "<h4>Nodes</h4>"));
}

TEST(CommandReport, is_made_by_each_verb_that_judges) {
  const Folder folder;
  const std::string add = folder.write("add.prog", "%0 = input 1\n%1 = add %0 %0\n");
  const std::string file = folder / "page.html";
  for (const auto& [words, part] :
       {std::pair{Words{"run", add, "--engine", kFailing}, "badge fail"},
        {Words{"run", add}, "badge pass"},
        {Words{"exhaust", "--length", "2"}, "cradle exhaust --engine microcrad --length 2"},
        {Words{"check", "--cases", "pure=9,lifetime=0,mlp=0", "--only", "forward"},
         "<p class=\"note\">None.</p>"},
        {Words{"calibrate", "--graphs", "2", "--bugs", "scale_add", "--oracles", "local,gradcheck"},
         "<polyline class=\"series s1\""}}) {
    Words all = words;
    all.insert(all.end(), {"--html", file, "--json", folder / "page.json"});
    run_cradle(all, folder);
    const std::string html = contents(file);
    EXPECT_EQ(ill_formed(html), "");
    EXPECT_TRUE(has(html, part)) << words[0];
    EXPECT_EQ(page_of(parsed_json(contents(folder / "page.json")), folder), html) << words[0];
  }
  const std::string html = contents(file);  // of calibrate, the last
  for (const char* title : {"What is seen", "False alarms", "Planted bugs", "Cost"}) {
    EXPECT_TRUE(has(html, "<h2>" + std::string(title) + "</h2>")) << title;
  }
  EXPECT_TRUE(has(html, "gradcheck defaults"));
}

TEST(CommandReport, of_an_interrupted_run_and_of_no_check_at_all_is_a_page) {
  const Folder folder;
  std::string html;
  json result = failing_result(folder, html);
  result["interrupted"] = true;
  result["findings"] = json::array();
  result["checks"] = json::array();
  result["verdict"] = "inconclusive";
  const std::string told = page_of(result, folder);
  EXPECT_EQ(ill_formed(told), "");
  EXPECT_TRUE(has(told, "Interrupted; so far: No finding in 0 judgements"));
}

}  // namespace
}  // namespace cradle
