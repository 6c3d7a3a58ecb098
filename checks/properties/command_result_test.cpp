// What a campaign writes: JSON in its schema and nothing else, the same rows for any number of
// jobs, shards that add up to the whole, and commands that repeat what they are printed beside.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "checks/cradle/checks.h"
#include "checks/program/text.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

using nlohmann::json;

struct Checked {
  Ended ended;
  json result;
};

Checked check(Words words, const Folder& folder) {
  words.insert(words.begin(), "check");
  words.insert(words.end(), {"--json", folder / "result.json"});
  Checked checked{run_cradle(words, folder), {}};
  checked.result = parsed_json(contents(folder / "result.json"));
  return checked;
}

std::set<std::string> keys(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

using Names = std::set<std::string>;

void expect_schema(const json& result) {
  Names always = keys(result);
  if (always.erase("stopped") > 0) {
    for (const json& check : result["stopped"]) {
      EXPECT_LT(check_named(check.get<std::string>()), kCheckCount) << check;
    }
  }
  EXPECT_EQ(always, (Names{"schema", "engine", "environment", "seed", "command", "verdict",
                           "seconds", "interrupted", "checks", "policies", "findings"}));
  EXPECT_EQ(result["schema"], 1);
  EXPECT_EQ(keys(result["environment"]), (Names{"commit", "compiler", "libm", "cpu", "libm_ulps"}));
  for (const json& row : result["checks"]) {
    Names of_row = keys(row);
    EXPECT_LE(of_row.erase("errors"), row["agree"].get<std::uint64_t>()) << "of those that agree";
    EXPECT_EQ(of_row, (Names{"name", "profile", "applicable", "reason", "verdict", "cases", "agree",
                             "disagree", "inconclusive", "seconds", "threshold", "exponent"}));
    const Names verdicts = {"agree", "disagree", "inconclusive", "not_applicable"};
    EXPECT_TRUE(verdicts.contains(row["verdict"])) << row;
    EXPECT_EQ(row["applicable"] == false, row["verdict"] == "not_applicable") << row;
    EXPECT_EQ(row["cases"],
              row["agree"].get<int>() + row["disagree"].get<int>() + row["inconclusive"].get<int>())
        << row;
  }
  for (const json& policy : result["policies"]) EXPECT_EQ(keys(policy), (Names{"name", "value"}));
  for (const json& finding : result["findings"]) {
    Names of_finding = keys(finding);
    for (const char* const sometimes : {"explanation", "cause", "meaning"})
      of_finding.erase(sometimes);
    of_finding.erase("nodes");
    EXPECT_EQ(of_finding,
              (Names{"check", "profile", "kind", "severity", "program", "case", "met", "node", "op",
                     "got", "expected", "lower", "upper", "ulps", "message"}));
    EXPECT_FALSE(parse(finding["program"].get<std::string>(), "result").error);
    for (const char* number : {"got", "expected", "ulps"}) {
      EXPECT_EQ(finding[number].is_string(), finding["node"].is_number()) << finding;
    }
    if (!finding.contains("nodes")) continue;
    for (const json& row : finding["nodes"]) {
      EXPECT_EQ(keys(row), (Names{"data", "grad", "expected", "ulps", "wrong"}));
    }
  }
}

// Rows apart from their times and from the reason, which is that of whichever worker came first.
json counts(const json& result) {
  json rows = json::array();
  for (json row : result["checks"]) {
    row.erase("seconds");
    row.erase("reason");
    rows.push_back(row);
  }
  return rows;
}

TEST(CommandResult, is_json_in_its_schema) {
  const Folder folder;
  const Words few = {"--cases", "pure=400,lifetime=100,mlp=4", "--only",
                     "forward,local,mlp,corpus"};
  for (const char* engine :
       {"microcrad", "tape", "textbook", "faulty:sign_lost", "faulty:exit_on_domain"}) {
    SCOPED_TRACE(engine);
    Words words = few;
    words.insert(words.end(), {"--engine", engine});
    const Checked checked = check(words, folder);
    expect_schema(checked.result);
    EXPECT_EQ(checked.result["engine"], engine);
    const bool agrees = checked.result["verdict"] == "agree";
    EXPECT_EQ(checked.ended.status, agrees ? 0 : 1);
    EXPECT_EQ(checked.result["findings"].empty(), agrees);
    EXPECT_EQ(checked.ended.err.find("cradle: "), std::string::npos) << checked.ended.err;
  }
  const std::string add = folder.write("add.prog", "%0 = input 1\n%1 = add %0 %0\n");
  const std::string file = folder / "one.json";
  run_cradle({"run", add, "--json", file, "--engine", "faulty:add_same_operand"}, folder);
  expect_schema(parsed_json(contents(file)));
  run_cradle({"exhaust", "--length", "3", "--json", file}, folder);
  expect_schema(parsed_json(contents(file)));
}

TEST(CommandResult, has_the_same_rows_and_findings_for_any_number_of_jobs) {
  const Folder folder;
  const Words same = {"--cases", "pure=4000,lifetime=1000,mlp=20",   "--seed", "7",
                      "--only",  "forward,local,lifetime,mlp,corpus"};
  Words one = same;
  one.insert(one.end(), {"--jobs", "1"});
  const json expected = check(one, folder).result;
  EXPECT_EQ(check(one, folder).result["findings"], expected["findings"]);
  for (const char* jobs : {"2", "5"}) {
    Words many = same;
    many.insert(many.end(), {"--jobs", jobs});
    const json result = check(many, folder).result;
    EXPECT_EQ(counts(result), counts(expected)) << jobs;
    EXPECT_EQ(result["findings"], expected["findings"]) << jobs;
    EXPECT_EQ(result["command"], expected["command"]) << jobs;
  }
}

// Once a check has its findings, which later cases were under way is a matter of time; what is
// found is not.
TEST(CommandResult, names_the_same_bugs_for_any_number_of_jobs) {
  const Folder folder;
  const char* const cases =
      kSanitized ? "pure=1000,lifetime=300,mlp=0" : "pure=4000,lifetime=1000,mlp=20";
  for (const char* engine : {"faulty:sign_lost", "faulty:nan_relu", "faulty:missing_release_exp"}) {
    SCOPED_TRACE(engine);
    std::set<std::string> expected;
    for (const char* jobs : {"1", "2", "5"}) {
      const json result = check({"--engine", engine, "--jobs", jobs, "--cases", cases, "--only",
                                 "forward,local,lifetime"},
                                folder)
                              .result;
      std::set<std::string> found;
      for (const json& finding : result["findings"]) {
        found.insert(text_of({finding["check"], finding["kind"], finding["op"]}));
      }
      if (expected.empty()) expected = found;
      EXPECT_EQ(found, expected) << jobs;
      EXPECT_FALSE(found.empty());
    }
  }
}

using RowCounts = std::map<std::pair<std::string, std::string>, std::array<std::uint64_t, 4>>;

void add_counts(const json& result, RowCounts& sums) {
  for (const json& row : result["checks"]) {
    if (row["applicable"] == false) continue;
    auto& sum = sums[{row["name"], row["profile"]}];
    sum[0] += row["cases"].get<std::uint64_t>();
    sum[1] += row["agree"].get<std::uint64_t>();
    sum[2] += row["disagree"].get<std::uint64_t>();
    sum[3] += row["inconclusive"].get<std::uint64_t>();
  }
}

TEST(CommandResult, of_all_shards_is_the_whole) {
  const Folder folder;
  const Words same = {"--cases", "pure=5000,lifetime=1300,mlp=21", "--only",
                      "forward,local,lifetime,mlp,corpus"};
  RowCounts whole;
  add_counts(check(same, folder).result, whole);
  RowCounts sum;
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    Words words = same;
    words.insert(words.end(), {"--shard", shard});
    const Checked checked = check(words, folder);
    EXPECT_EQ(checked.ended.status, 0);
    EXPECT_NE(checked.result["command"].get<std::string>().find(std::string(" --shard ") + shard),
              std::string::npos);
    add_counts(checked.result, sum);
  }
  EXPECT_EQ(sum, whole);
}

// Words and lines of the report are run as they stand, with the command in the path.
Ended run_text(const std::string& text, const Folder& folder) {
  Conditions conditions;
  const std::string path = getenv("PATH");
  const std::string binary = CRADLE_BINARY;
  conditions.environment = {"PATH=" + binary.substr(0, binary.rfind('/')) + ':' + path};
  return run_program({"sh", folder.write("again.sh", text)}, folder, conditions);
}

TEST(CommandResult, has_blocks_that_rerun_each_finding) {
  const Folder folder;
  for (const char* engine : {"faulty:sign_lost", "faulty:nan_relu", "faulty:missing_release_exp",
                             "faulty:exit_on_domain", "faulty:leak_on_failure"}) {
    SCOPED_TRACE(engine);
    const Ended ended =
        run_cradle({"check", "--engine", engine, "--cases", "pure=4000,lifetime=1000,mlp=0",
                    "--only", "forward,local,lifetime,survival"},
                   folder);
    EXPECT_EQ(ended.status, 1) << ended.out;
    std::size_t blocks = 0;
    const std::string title = "\n  rerun (reproduce in place of run writes it as a C program):\n";
    for (std::size_t at = 0; (at = ended.out.find(title, at)) != std::string::npos;) {
      at += title.size();
      const std::size_t end = ended.out.find("\nEND\n", at);
      ASSERT_NE(end, std::string::npos) << ended.out;
      const std::string block = ended.out.substr(at, end + 5 - at);
      EXPECT_EQ(run_text(block, folder).status, 1) << block;
      ++blocks;
    }
    EXPECT_GT(blocks, 0u) << ended.out;
  }
}

TEST(CommandResult, ends_with_the_command_that_repeats_it) {
  const Folder folder;
  for (const Words& words :
       {Words{"--engine", "faulty:sign_lost", "--cases", "pure=800,lifetime=0,mlp=0", "--only",
              "local,forward", "--profile", "mlp", "--seed", "18446744073709551615", "--strict"},
        Words{"--engine", "textbook", "--time", "1s", "--only", "forward", "--shard", "2/2"}}) {
    const Checked first = check(words, folder);
    const std::string& out = first.ended.out;
    const std::size_t at = out.rfind("; again: ");
    ASSERT_NE(at, std::string::npos) << out;
    const std::string command = out.substr(at + 9, out.size() - at - 10);
    EXPECT_EQ(command, first.result["command"].get<std::string>());
    const Ended again = run_text(command + " --json " + (folder / "again.json") + '\n', folder);
    EXPECT_EQ(again.status, first.ended.status);
    const json second = parsed_json(contents(folder / "again.json"));
    EXPECT_EQ(second["command"], command);
    EXPECT_EQ(counts(second), counts(first.result));
    EXPECT_EQ(second["findings"], first.result["findings"]);
  }
}

}  // namespace
}  // namespace cradle
