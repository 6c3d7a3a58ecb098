// Results for other machines: JUnit's XML, read back by libxml2, and SARIF. Each says what the
// JSON says, from the run itself and from an old file, whatever a file contains.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "checks/properties/command_json.h"
#include "checks/properties/command_page.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

using nlohmann::json;

constexpr const char* kHostile = "]]></failure>\x01<testcase \"it's\" &amp; \xef\xbf\xbf\n";

// What an expression of XPath gives of a file; the test fails where that is not well formed.
std::string xpath(const std::string& file, const std::string& expression, const Folder& folder) {
  const Ended ended = run_program({"xmllint", "--nonet", "--xpath", expression, file}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err << contents(file);
  const std::size_t end = ended.out.find_last_not_of('\n');
  return ended.out.substr(0, end == std::string::npos ? 0 : end + 1);
}

struct Written {
  json result;
  std::string junit;  // a file
  json sarif;
  int status = 0;
};

Written files_by(Words words, const Folder& folder) {
  Written written;
  written.junit = folder / "result.xml";
  words.insert(words.end(), {"--json", folder / "result.json", "--junit", written.junit, "--sarif",
                             folder / "result.sarif"});
  const Ended ended = run_cradle(words, folder);
  EXPECT_LE(ended.status, 1) << ended.err;
  written.status = ended.status;
  written.result = parsed_json(contents(folder / "result.json"));
  written.sarif = parsed_json(contents(folder / "result.sarif"));
  return written;
}

Words few(const std::string& engine, const std::string& only) {
  const char* const cases =
      kSanitized ? "pure=100,lifetime=30,mlp=2" : "pure=300,lifetime=100,mlp=4";
  return {"check", "--engine", engine, "--cases", cases, "--only", only};
}

void expect_sarif(const json& log) {
  EXPECT_EQ(log["version"], "2.1.0");
  EXPECT_NE(log["$schema"].get<std::string>().find("sarif-2.1.0"), std::string::npos);
  ASSERT_EQ(log["runs"].size(), 1u);
  const json& run = log["runs"][0];
  const json& driver = run["tool"]["driver"];
  EXPECT_EQ(driver["name"], "cradle");
  EXPECT_FALSE(run["invocations"][0]["commandLine"].get<std::string>().empty());
  for (const json& result : run["results"]) {
    EXPECT_EQ(driver["rules"][result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
    EXPECT_TRUE(result["level"] == "error" || result["level"] == "note");
    EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
    EXPECT_EQ(result["partialFingerprints"].size(), 1u);
    ASSERT_EQ(result["locations"].size(), 1u);
    const json& place = result["locations"][0]["physicalLocation"];
    EXPECT_FALSE(place["artifactLocation"]["uri"].get<std::string>().empty());
    EXPECT_GE(place["region"]["startLine"].get<int>(), 1);
  }
}

TEST(CommandForMachines, has_a_failing_test_case_if_and_only_if_the_result_does_not_agree) {
  const Folder folder;
  const std::string known = folder.write("known", "local/gradient/add\n");
  const std::string add = folder.write("add.prog", "%0 = input 1\n%1 = add %0 %0\n");
  Words with_known = few(kFailing, "local");
  with_known.insert(with_known.end(), {"--known", known});
  Words strict = few("faulty:relu_at_zero", "local");
  strict.emplace_back("--strict");
  const Words undecided = {"check",  "--profile", "special", "--cases", "pure=1",
                           "--seed", "2",         "--only",  "global"};
  for (const auto& [words, failed] : {std::pair{few("microcrad", "forward,local,lifetime"), 0},
                                      {few(kFailing, "local"), 1},
                                      {few(kFailing, "forward,local,global"), 1},
                                      {with_known, 0},
                                      {strict, 1},
                                      {few("faulty:relu_at_zero", "local"), 1},
                                      {few("faulty:crash_on_nan", "survival"), 1},
                                      {few("textbook", "forward"), 0},
                                      {undecided, 1},
                                      {Words{"run", add}, 0},
                                      {Words{"run", add, "--engine", kFailing}, 1},
                                      {Words{"exhaust", "--length", "2"}, 0}}) {
    const Written written = files_by(words, folder);
    SCOPED_TRACE(words[0] + ' ' + words[1] + ' ' + words.back());
    EXPECT_EQ(written.status, failed);
    EXPECT_EQ(written.status, written.result["verdict"] == "agree" ? 0 : 1);
    const std::string& file = written.junit;
    EXPECT_EQ(xpath(file, "count(//failure) > 0", folder), failed == 1 ? "true" : "false");
    EXPECT_EQ(xpath(file, "/testsuites/testsuite/@failures = count(//failure)", folder), "true");
    EXPECT_EQ(xpath(file, "/testsuites/@tests = count(//testcase)", folder), "true");
    EXPECT_EQ(xpath(file, "//testsuite/@skipped = count(//skipped)", folder), "true");
    expect_sarif(written.sarif);
  }
}

TEST(CommandForMachines, tells_each_check_once_and_why_one_is_skipped) {
  const Folder folder;
  const Written written =
      files_by({"check", "--engine", "textbook", "--cases", "pure=300,lifetime=100,mlp=4"}, folder);
  const std::string& file = written.junit;
  EXPECT_EQ(xpath(file, "count(//testcase[@name='local'])", folder), "1");
  EXPECT_EQ(xpath(file, "string(//testsuite/@name)", folder), "textbook");
  const std::string reason =
      xpath(file, "string(//testcase[@name='depth']/skipped/@message)", folder);
  EXPECT_EQ(reason.rfind("it declares a depth limit of ", 0), 0u) << reason;
  const std::string output = xpath(file, "string(//testcase[@name='local']/system-out)", folder);
  EXPECT_TRUE(has(output, "safe: ")) << output;
  const std::string command = xpath(file, "string(//property[@name='command']/@value)", folder);
  EXPECT_EQ(command, written.result["command"].get<std::string>());
  EXPECT_TRUE(written.sarif["runs"][0]["results"].empty());
  EXPECT_EQ(written.sarif["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

TEST(CommandForMachines, shows_the_program_and_how_to_see_it_again) {
  const Folder folder;
  const Written written = files_by(few(kFailing, "forward,local,global"), folder);
  const std::string failure =
      xpath(written.junit, "string(//testcase[@name='local']/failure)", folder);
  const std::string message =
      xpath(written.junit, "string(//testcase[@name='local']/failure/@message)", folder);
  EXPECT_TRUE(has(message, "a contribution of +1 is missing")) << message;
  for (const char* part : {"%0 = input 0\n%1 = add %0 %0\n", "cradle run - --engine faulty:add"}) {
    EXPECT_TRUE(has(failure, part)) << failure;
  }
  const json& run = written.sarif["runs"][0];
  ASSERT_EQ(run["results"].size(), 1u) << "what two checks show by one program is told once";
  const json& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "gradient");
  EXPECT_EQ(result["level"], "error");
  EXPECT_EQ(result["partialFingerprints"]["checkKindOp/v1"], "local/gradient/add");
  const std::string text = result["message"]["text"];
  EXPECT_TRUE(has(text, "Found by local and global")) << text;
  EXPECT_TRUE(has(text, "cradle run - --engine faulty:add_same_operand <<'END'\n")) << text;
  const json& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "finding-1.prog");
  EXPECT_EQ(place["region"]["startLine"], 1) << "of %0";
  EXPECT_EQ(run["artifacts"][0]["contents"]["text"], "%0 = input 0\n%1 = add %0 %0\n");
}

TEST(CommandForMachines, points_to_a_source_where_one_is_named) {
  const Folder folder;
  Words words = few(kFailing, "local");
  words.insert(words.end(), {"--source", "./my adapters/mine.cpp"});
  const Written written = files_by(words, folder);
  const json& result = written.sarif["runs"][0]["results"][0];
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "my%20adapters/mine.cpp");
  EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "finding-1.prog");
  const Ended alone = run_cradle({"check", "--source", "mine.cpp"}, folder);
  EXPECT_EQ(alone.status, 2);
  EXPECT_TRUE(has(alone.err, "--sarif")) << alone.err;
}

TEST(CommandForMachines, is_made_of_an_old_result_too) {
  const Folder folder;
  const Written written = files_by(few(kFailing, "forward,local"), folder);
  const Ended ended = run_cradle({"report", folder / "result.json", "--junit", folder / "again.xml",
                                  "--sarif", folder / "again.sarif"},
                                 folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out + ended.err, "");
  EXPECT_EQ(contents(folder / "again.xml"), contents(written.junit));
  EXPECT_EQ(parsed_json(contents(folder / "again.sarif")), written.sarif);
  const Ended all = run_cradle({"report", folder / "result.json", "-o", folder / "page.html",
                                "--junit", folder / "third.xml"},
                               folder);
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_EQ(ill_formed(contents(folder / "page.html")), "");
  EXPECT_EQ(contents(folder / "third.xml"), contents(written.junit));
}

TEST(CommandForMachines, tells_of_any_file_as_text) {
  const Folder folder;
  Written written = files_by(few(kFailing, "forward,local"), folder);
  json& result = written.result;
  json& finding = result["findings"][0];
  for (const char* name : {"check", "profile", "message", "op"}) finding[name] = kHostile;
  for (const char* name : {"engine", "command"}) result[name] = kHostile;
  for (const char* name : {"name", "profile", "reason"}) result["checks"][0][name] = kHostile;
  result["environment"]["cpu"] = kHostile;
  const std::string old = folder.write("old.json", text_of(result));
  const Ended ended = run_cradle(
      {"report", old, "--junit", folder / "old.xml", "--sarif", folder / "old.sarif"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.err;
  const std::string shown = "]]></failure>\xef\xbf\xbd<testcase \"it's\" &amp; \xef\xbf\xbd";
  EXPECT_EQ(xpath(folder / "old.xml", "string(//testsuite/@name)", folder), shown);
  EXPECT_EQ(xpath(folder / "old.xml", "count(//testcase[contains(@name, 'testcase')])", folder),
            "1");
  const json log = parsed_json(contents(folder / "old.sarif"));
  expect_sarif(log);
  EXPECT_EQ(log["runs"][0]["invocations"][0]["commandLine"], kHostile);
}

TEST(CommandForMachines, refuses_what_is_no_result_and_what_has_no_verdicts) {
  const Folder folder;
  const std::string broken = folder.write("broken.json", "{\"schema\": 1, \"findings\": 7}");
  const std::string measured = folder / "measured.json";
  run_cradle({"calibrate", "--graphs", "2", "--only", "cost", "--json", measured}, folder);
  for (const char* flag : {"--junit", "--sarif"}) {
    const Ended ended = run_cradle({"report", broken, flag, folder / "out"}, folder);
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.err, "cradle: " + broken + ": engine is missing\n");
    const Ended of_measured = run_cradle({"report", measured, flag, folder / "out"}, folder);
    EXPECT_EQ(of_measured.status, 2);
    EXPECT_EQ(of_measured.err, "cradle: " + measured +
                                   ": what calibrate measured has no verdicts for JUnit or "
                                   "SARIF\n");
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
  }
  const Ended nowhere = run_cradle({"check", "--junit", folder / "absent/result.xml"}, folder);
  EXPECT_EQ(nowhere.status, 2);
  EXPECT_EQ(nowhere.out, "");
}

}  // namespace
}  // namespace cradle
