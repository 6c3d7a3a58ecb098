// Every small program, by the command: planted bugs are found, shards add up, and a run that was
// broken off goes on where it was.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "checks/cradle/enumeration.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

using nlohmann::json;

constexpr VerbSet kEnumeratedActions =
    bit(Verb::retain) | bit(Verb::release) | bit(Verb::backward) | bit(Verb::zero_grad);

std::uint64_t pure_count(std::size_t length) {
  return enumerated_count({length, kSpecificationOps, 0});
}
std::uint64_t action_count(std::size_t length) {
  return enumerated_count({length, kSpecificationOps, kEnumeratedActions});
}

// The cases of a check in a result.
std::uint64_t cases_of(const json& result, const std::string& check) {
  std::uint64_t cases = 0;
  for (const json& row : result["checks"]) {
    if (row["name"] == check) cases += row["cases"].get<std::uint64_t>();
  }
  return cases;
}

TEST(Exhaust, judges_every_program_under_every_oracle) {
  const Folder folder;
  const std::string file = folder / "result.json";
  const Ended ended = run_cradle({"exhaust", "--length", "3", "--actions", "--json", file}, folder);
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  const json result = parsed_json(contents(file));
  for (const char* check : {"forward", "local", "global", "difference"}) {
    EXPECT_EQ(cases_of(result, check), pure_count(3)) << check;
  }
  EXPECT_EQ(cases_of(result, "lifetime"), action_count(3));
  EXPECT_EQ(cases_of(result, "survival"), pure_count(3) + action_count(3));
  EXPECT_NE(ended.out.find("instructions and actions: 215"), std::string::npos) << ended.out;
}

TEST(Exhaust, the_results_of_shards_add_up) {
  const Folder folder;
  std::uint64_t pure = 0;
  std::uint64_t actions = 0;
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    const std::string file = folder / "result.json";
    const Ended ended = run_cradle(
        {"exhaust", "--length", "4", "--actions", "--shard", shard, "--json", file}, folder);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
    const json result = parsed_json(contents(file));
    EXPECT_GT(cases_of(result, "local"), pure_count(4) / 4) << shard;
    pure += cases_of(result, "local");
    actions += cases_of(result, "lifetime");
  }
  EXPECT_EQ(pure, pure_count(4));
  EXPECT_EQ(actions, action_count(4));
}

// Bugs that no pure program shows.
TEST(Exhaust, finds_planted_bugs_of_lifetimes_in_a_few_lines) {
  std::vector<std::pair<const char*, int>> bugs = {{"double_release", 3}, {"replays_old_tape", 4}};
  if (!kSanitized) bugs.insert(bugs.end(), {{"root_accumulates", 3}, {"visited_never_reset", 4}});
  for (const auto& [bug, lines_max] : bugs) {
    const Folder folder;
    const std::string file = folder / "result.json";
    const std::string engine = std::string("faulty:") + bug;
    EXPECT_EQ(run_cradle({"exhaust", "--engine", engine, "--length", "3"}, folder).status, 0)
        << bug << " shows without actions";
    const Ended ended = run_cradle(
        {"exhaust", "--engine", engine, "--length", "4", "--actions", "--json", file}, folder);
    EXPECT_EQ(ended.status, 1) << bug << ended.out << ended.err;
    const json findings = parsed_json(contents(file))["findings"];
    ASSERT_FALSE(findings.empty()) << bug;
    const auto program = findings[0]["program"].get<std::string>();
    EXPECT_LE(std::count(program.begin(), program.end(), '\n'), lines_max) << bug << '\n'
                                                                           << program;
  }
}

TEST(Exhaust, a_run_that_is_broken_off_goes_on_and_reports_the_totals_of_all_its_parts) {
  const Folder folder;
  const std::string progress = folder / "progress.json";
  const std::string file = folder / "result.json";
  const std::string shard = kSanitized ? "2/160" : "2/16";
  const Words words = {CRADLE_BINARY, "exhaust", "--length", "5",  "--shard",  shard,
                       "--jobs",      "1",       "--json",   file, "--resume", progress};
  Ended ended;
  int interruptions = 0;
  for (int round = 0; round < 200; ++round) {
    const Running running = start(words, folder);
    // Late enough to be under way, if the machine is fast; it gets further each time.
    usleep(static_cast<useconds_t>(100'000 * (round / 4 + 1)));
    kill(running.pid, SIGINT);
    ended = finish(running);
    if (ended.status != 130) break;
    interruptions += std::filesystem::exists(progress) ? 1 : 0;
  }
  ASSERT_EQ(ended.status, 0) << ended.out << ended.err;
  EXPECT_GT(interruptions, 0);
  EXPECT_NE(ended.err.find("going on after"), std::string::npos) << ended.err;
  const json resumed = parsed_json(contents(file));
  const Ended whole =
      run_cradle({"exhaust", "--length", "5", "--shard", shard, "--json", file}, folder);
  ASSERT_EQ(whole.status, 0) << whole.out << whole.err;
  const json expected = parsed_json(contents(file));
  for (const char* check : {"survival", "forward", "local", "global", "difference"}) {
    EXPECT_EQ(cases_of(resumed, check), cases_of(expected, check)) << check;
  }
  EXPECT_GT(cases_of(resumed, "local"), cases(100'000));
  // A run that is complete is not done again.
  const Ended again = run_program(words, folder);
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_LT(again.seconds, kSanitized ? 10 : 3);
}

TEST(Exhaust, findings_survive_an_interruption) {
  const Folder folder;
  const std::string progress = folder / "progress.json";
  const Words words = {"exhaust",  "--engine", "faulty:double_release",
                       "--length", "3",        "--actions",
                       "--resume", progress};
  const Ended first = run_cradle(words, folder);
  const Ended second = run_cradle(words, folder);
  EXPECT_EQ(first.status, 1);
  EXPECT_EQ(second.status, 1);
  const auto findings = [](const Ended& ended) {
    return ended.out.substr(ended.out.find("Finding 1"));
  };
  const auto without_time = [&](const Ended& ended) {
    const std::string text = findings(ended);
    return text.substr(0, text.find("disagree: "));
  };
  EXPECT_EQ(without_time(first), without_time(second));
}

TEST(Exhaust, the_progress_of_another_run_or_of_none_is_refused) {
  const Folder folder;
  const std::string progress = folder / "progress.json";
  const auto run = [&](Words words) {
    words.insert(words.begin(), "exhaust");
    words.insert(words.end(), {"--resume", progress});
    return run_cradle(words, folder);
  };
  ASSERT_EQ(run({"--length", "2"}).status, 0);
  const std::string healthy = contents(progress);
  const auto expect_refused = [&](const Words& words, const std::string& why) {
    const Ended ended = run(words);
    EXPECT_EQ(ended.status, 2) << ended.out;
    EXPECT_NE(ended.err.find(why), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find(progress), std::string::npos) << ended.err;
  };
  expect_refused({"--length", "3"}, "another run: length is 2 there and 3 here");
  expect_refused({"--length", "2", "--engine", "tape"}, "engine is \"microcrad\" there");
  expect_refused({"--length", "2", "--actions"}, "actions is false there");
  expect_refused({"--length", "2", "--shard", "1/2"}, "shard is \"1/1\" there");
  for (const std::string& text : {std::string(), std::string("[1]"), std::string("{\"schema\": 2}"),
                                  healthy.substr(0, healthy.size() / 2)}) {
    folder.write("progress.json", text);
    expect_refused({"--length", "2"}, "this is no progress file");
  }
  for (const char* key : {"next_chunk", "cases_done", "last_case", "result", "finished"}) {
    json object = parsed_json(healthy);
    object[key] = "x";
    folder.write("progress.json", object.dump());
    expect_refused({"--length", "2"}, "damaged");
    object.erase(key);
    folder.write("progress.json", object.dump());
    expect_refused({"--length", "2"}, "damaged");
  }
  json object = parsed_json(healthy);
  object["result"]["rows"][0].erase("cases");
  folder.write("progress.json", object.dump());
  expect_refused({"--length", "2"}, "damaged");
  object["run"]["commit"] = "0123456789ab";
  folder.write("progress.json", object.dump());
  expect_refused({"--length", "2"}, "commit is");
}

}  // namespace
}  // namespace cradle
