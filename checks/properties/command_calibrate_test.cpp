// Calibration at small sizes: the tables are the same for any number of processes, they show what a
// blunt oracle would miss and what a guessed tolerance does miss, and the exit status tells a
// healthy engine accused and a planted bug missed.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "checks/cradle/calibrate.h"
#include "checks/cradle/calibrate_graphs.h"
#include "checks/cradle/gradcheck.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/scaled.h"
#include "checks/engines/tape.h"
#include "checks/program/text.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

using nlohmann::json;

// Runs a calibration and returns its JSON, without what depends on the clock.
json calibrated(Words words, const Folder& folder, int status = 0) {
  const std::string file = folder / "result.json";
  words.insert(words.begin(), "calibrate");
  words.insert(words.end(), {"--json", file});
  const Ended ended = run_cradle(words, folder);
  EXPECT_EQ(ended.status, status) << ended.out << ended.err;
  json result = parsed_json(contents(file));
  result.erase("seconds");
  for (json& row : result["planted"]) row.erase("seconds");
  return result;
}

TEST(CommandCalibrate, tables_are_the_same_for_any_number_of_processes) {
  const Folder folder;
  const Words words = {
      "--graphs", kSanitized ? "3" : "7",       "--only", "false_alarms,detection,planted",
      "--bugs",   "scale_mul,add_same_operand", "--seed", "5"};
  json alone;
  std::vector<const char*> counts = {"1", "3"};
  if (!kSanitized) counts.push_back("2");
  for (const char* jobs : counts) {
    Words these = words;
    these.insert(these.end(), {"--jobs", jobs});
    const json result = calibrated(these, folder);
    if (alone.is_null()) alone = result;
    EXPECT_EQ(result, alone) << jobs << " processes";
  }
  EXPECT_TRUE(nothing_left());
}

TEST(CommandCalibrate, has_the_documented_schema) {
  const Folder folder;
  const json result =
      calibrated({"--graphs", "2", "--bugs", "scale_add", "--oracles", "local,gradcheck"}, folder);
  EXPECT_EQ(result["schema"], 1);
  for (const char* key : {"commit", "compiler", "libm", "cpu", "libm_ulps"}) {
    EXPECT_TRUE(result["environment"].contains(key)) << key;
  }
  const auto rows_have = [&](const char* table, std::initializer_list<const char*> keys) {
    ASSERT_FALSE(result[table].empty()) << table;
    for (const json& row : result[table]) {
      for (const char* key : keys) EXPECT_TRUE(row.contains(key)) << table << ": " << key;
    }
  };
  rows_have("false_alarms", {"oracle", "profile", "cases", "alarms", "inconclusive"});
  rows_have("detection", {"oracle", "rule", "delta", "affected", "found", "first"});
  rows_have("planted", {"bug", "found_by", "cases", "program"});
  rows_have("cost", {"oracle", "shape", "nodes", "per_second"});
}

TEST(CommandCalibrate, shows_every_oracle_quiet_on_engines_that_are_right_and_the_yardstick_not) {
  const Folder folder;
  const json result = calibrated({"--graphs", "8", "--only", "false_alarms,detection"}, folder);
  std::set<std::string> oracles;
  std::uint64_t yardstick = 0;
  for (const json& row : result["false_alarms"]) {
    const std::string oracle = row["oracle"];
    if (oracle == kGradcheckName) {
      yardstick += row["alarms"].get<std::uint64_t>();
      continue;
    }
    oracles.insert(oracle);
    EXPECT_EQ(row["alarms"], 0) << row;
    EXPECT_GT(row["cases"], 0) << row;
  }
  for (const char* oracle : {"forward", "local", "global", "difference", "metamorphic"}) {
    EXPECT_TRUE(oracles.contains(oracle)) << oracle;
  }
  EXPECT_GT(yardstick, 0u) << "differences across kinks alarm: the table must be able to show it";
}

TEST(CommandCalibrate, shows_what_local_sees_and_what_a_guessed_tolerance_does_not) {
  const Folder folder;
  const json result = calibrated({"--graphs", "20", "--only", "detection"}, folder);
  std::set<std::string> rules;
  for (const json& row : result["detection"]) {
    const std::string oracle = row["oracle"];
    const std::string delta = row["delta"];
    if (oracle == "local" && (delta == "1e-2" || delta == "1e-10")) {
      EXPECT_GT(row["affected"], 0) << row;
      EXPECT_EQ(row["found"], row["affected"]) << row;
      EXPECT_LE(row["first"], 20) << row;
      rules.insert(row["rule"]);
    }
    if (oracle == kGradcheckName && delta == "1e-8") {
      EXPECT_EQ(row["found"], 0) << row;
    }
    if (oracle == kGradcheckName && delta == "1e-2") {
      EXPECT_GT(row["found"], 0) << row;
    }
  }
  EXPECT_EQ(rules, (std::set<std::string>{"add", "mul", "pow", "exp", "log", "relu", "neuron"}));
}

TEST(CommandCalibrate, finds_planted_bugs_and_shows_them_small) {
  const Folder folder;
  const json result = calibrated({"--only", "planted", "--graphs", "20", "--bugs",
                                  "scale_mul,missing_release_exp,exit_on_domain"},
                                 folder);
  ASSERT_EQ(result["planted"].size(), 3u);
  const auto found_by = [](const json& row, const char* check) {
    const json& list = row["found_by"];
    return std::find(list.begin(), list.end(), check) != list.end();
  };
  for (const json& row : result["planted"]) {
    const std::string bug = row["bug"];
    const std::string program = row["program"];
    const char* const check = bug == "faulty:scale_mul"             ? "local"
                              : bug == "faulty:missing_release_exp" ? "lifetime"
                                                                    : "survival";
    EXPECT_TRUE(found_by(row, check)) << row;
    EXPECT_GT(row["cases"], 0) << row;
    EXPECT_LE(std::count(program.begin(), program.end(), '\n'), 4) << program;
  }
  EXPECT_EQ(result["planted"][0]["program"], "%0 = input 1\n%1 = mul %0 %0\n");
}

TEST(CommandCalibrate, fails_on_an_engine_that_is_accused) {
  const Folder folder;
  const json result = calibrated({"--engine", "faulty:scale_mul", "--graphs", "3", "--only",
                                  "false_alarms", "--oracles", "local"},
                                 folder, 1);
  EXPECT_EQ(result["good"], false);
  const auto& rows = result["false_alarms"];
  const auto accused =
      std::find_if(rows.begin(), rows.end(), [](const json& row) { return row["alarms"] > 0; });
  ASSERT_NE(accused, rows.end());
  EXPECT_FALSE(parse((*accused)["program"].get<std::string>(), "alarm").error.has_value());
}

TEST(Calibration, is_good_only_if_every_bug_is_found_and_no_base_is_accused) {
  Calibration result;
  result.planted.push_back({"faulty:a", "textbook", true, {"local"}, {}, 1, "safe", 0, ""});
  result.planted.push_back({"textbook", "", true, {}, {}, 0, "", 0, ""});
  EXPECT_TRUE(result.good());
  result.planted[0].found_by.clear();
  EXPECT_FALSE(result.good());
  result.planted[0].done = false;  // interrupted before: nothing is known
  EXPECT_TRUE(result.good());
  result.planted[1].found_by = {"local"};
  EXPECT_FALSE(result.good());
}

TEST(CommandCalibrate, keeps_to_80_columns_and_ends_with_the_command_that_repeats_it) {
  const Folder folder;
  const Ended ended = run_cradle({"calibrate", "--graphs", "2", "--bugs", "float_mul,nan_relu",
                                  "--only", "false_alarms,detection,planted"},
                                 folder);
  std::istringstream lines(ended.out);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    last = line;
    if (line.find("; again: ") == std::string::npos) {
      EXPECT_LE(line.size(), 80u) << line;
    }
  }
  EXPECT_EQ(last,
            "seed 1; again: cradle calibrate --engine microcrad --seed 1 --graphs 2 --nodes 124 "
            "--only false_alarms,detection,planted --bugs float_mul,nan_relu");
}

TEST(CommandCalibrate, interrupted_reports_what_was_done_and_leaves_nothing_behind) {
  const Folder folder;
  for (const bool whole_group : {false, true}) {  // a terminal sends Ctrl-C to the whole group
    // A planted bug's chain of a million nodes goes on to its end, which instrumented is half a
    // minute.
    const char* const tables = kSanitized ? "false_alarms" : "false_alarms,detection,planted";
    const Running running =
        start({CRADLE_BINARY, "calibrate", "--graphs", "1000000", "--only", tables}, folder);
    usleep(kSanitized ? 3'000'000 : 1'000'000);
    kill(whole_group ? -running.pid : running.pid, SIGINT);
    const Ended ended = finish(running);
    EXPECT_EQ(ended.status, 130) << ended.err;
    EXPECT_NE(ended.out.find("\ninterrupted, so far "), std::string::npos) << ended.out;
    EXPECT_TRUE(nothing_left());
  }
}

TEST(CommandCalibrate, looks_for_false_alarms_in_the_profiles_asked_for) {
  const Folder folder;
  const json result =
      calibrated({"--graphs", "2", "--only", "false_alarms", "--profiles", "safe,large"}, folder);
  for (const json& row : result["false_alarms"]) {
    const std::string profile = row["profile"];
    const int cases = profile == "safe" ? 20 : profile == "large" ? 2 : 0;
    EXPECT_EQ(row["cases"], cases) << row;
  }
}

TEST(CommandCalibrate, tells_mistakes_in_one_line) {
  const Folder folder;
  for (const Words& words :
       {Words{"--only", "everything"}, Words{"--oracles", "delphi"}, Words{"--bugs", "no_such"},
        Words{"--profiles", "sfe"}, Words{"--graphs", "0"}, Words{"--graphs", "many"},
        Words{"--nodes", "3"}, Words{"--jobs", "0"}, Words{"--seed", "-1"}}) {
    SCOPED_TRACE(words[0] + ' ' + words[1]);
    Words all = words;
    all.insert(all.begin(), "calibrate");
    const Ended ended = run_cradle(all, folder);
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
    EXPECT_NE(ended.err.find(words[0]), std::string::npos) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
}

TEST(Gradcheck, sees_a_hundredth_and_neither_a_millionth_nor_a_kink_rightly) {
  const Capabilities capabilities = capabilities_of(*tape_engine());
  const Program smooth = parse("%0 = input 3\n%1 = mul %0 %0\n", "smooth").program;
  const Gradcheck of_smooth(smooth, capabilities);
  EXPECT_FALSE(of_smooth.rejects(run_scaled(smooth, {})));
  EXPECT_FALSE(of_smooth.rejects(run_scaled(smooth, {Op::mul, 1e-6, false})));
  EXPECT_TRUE(of_smooth.rejects(run_scaled(smooth, {Op::mul, 1e-2, false})));
  const Program kink = parse("%0 = input 0\n%1 = relu %0\n", "kink").program;
  EXPECT_TRUE(Gradcheck(kink, capabilities).rejects(run_scaled(kink, {})));
}

TEST(CalibrationGraphs, have_the_sizes_that_the_tables_claim) {
  const Capabilities capabilities = capabilities_of(*tape_engine());
  for (std::uint64_t index = 0; index < 100; ++index) {
    const auto size = [&](GraphKind kind) {
      return make_graph(kind, 1, index, 124, capabilities).code.size();
    };
    const Program small = make_graph(GraphKind::small, 1, index, 124, capabilities);
    const auto inputs = std::count_if(small.code.begin(), small.code.end(),
                                      [](const Instruction& line) { return line.op == Op::input; });
    EXPECT_GE(small.code.size() - static_cast<std::size_t>(inputs), 5u);
    EXPECT_LE(small.code.size() - static_cast<std::size_t>(inputs), 12u);
    EXPECT_NEAR(static_cast<double>(size(GraphKind::large)), 124, 8) << index;
    EXPECT_NEAR(static_cast<double>(size(GraphKind::large_neurons)), 124, 8) << index;
  }
}

}  // namespace
}  // namespace cradle
