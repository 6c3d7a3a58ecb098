// The GitHub Action's own script, run as the action runs it: every form of the report, the outputs
// of the step, the summary of the job, and the exit status of the check.

#include <gtest/gtest.h>

#include <string>

#include "checks/properties/command_process.h"

namespace cradle {
namespace {

struct Step {
  Ended ended;
  std::string outputs;
  std::string summary;
};

Step run_step(const Words& inputs, const Folder& folder) {
  const std::string binary = CRADLE_BINARY;
  Conditions conditions;
  conditions.environment = inputs;
  conditions.environment.push_back("PATH=" + binary.substr(0, binary.rfind('/')) + ':' +
                                   std::getenv("PATH"));
  conditions.environment.push_back("RUNNER_TEMP=" + folder / "temp");
  conditions.environment.push_back("GITHUB_OUTPUT=" + folder.write("outputs", ""));
  conditions.environment.push_back("GITHUB_STEP_SUMMARY=" + folder.write("summary", ""));
  const std::string script = std::string(CRADLE_GUIDE) + "/../../ci/action/check";
  Step step;
  step.ended = run_program({"bash", script}, folder, conditions);
  step.outputs = contents(folder / "outputs");
  step.summary = contents(folder / "summary");
  return step;
}

TEST(Action, publishes_a_check_that_passes_and_one_that_fails) {
  const Folder folder;
  const std::string few = "CRADLE_FLAGS=--cases pure=200,lifetime=50 --only local";
  for (const auto& [engine, status, verdict] :
       {std::tuple{"tape", 0, "agree"}, {"faulty:sign_lost", 1, "disagree"}}) {
    const Step step =
        run_step({std::string("CRADLE_ENGINE=") + engine, few,
                  "CRADLE_BUILD=touch " + folder / "built", "CRADLE_SOURCE=my adapter.cpp"},
                 folder);
    EXPECT_EQ(step.ended.status, status) << step.ended.err;
    EXPECT_TRUE(std::filesystem::exists(folder / "built"));
    const std::string report = folder / "temp/cradle-report";
    EXPECT_EQ(step.outputs, std::string("verdict=") + verdict + "\nreport=" + report + '\n');
    for (const char* name : {"html", "json", "xml", "sarif", "txt"}) {
      EXPECT_GT(contents(report + "/result." + name).size(), 100u) << name;
    }
    EXPECT_EQ(contents(report + "/result.txt"), step.ended.out);
    EXPECT_EQ(step.summary.rfind(std::string("### cradle: ") + verdict + "\n\n    Engine ", 0), 0u)
        << step.summary;
    const bool points =
        contents(report + "/result.sarif").find("my%20adapter.cpp") != std::string::npos;
    EXPECT_EQ(points, status == 1);
  }
}

TEST(Action, publishes_nothing_where_nothing_was_judged) {
  const Folder folder;
  const Step absent = run_step({"CRADLE_ENGINE=./absent.so"}, folder);
  EXPECT_EQ(absent.ended.status, 3);
  EXPECT_NE(absent.ended.err.find("cannot be loaded"), std::string::npos) << absent.ended.err;
  EXPECT_EQ(absent.outputs + absent.summary, "");
  const Step broken = run_step({"CRADLE_ENGINE=tape", "CRADLE_BUILD=exit 7"}, folder);
  EXPECT_EQ(broken.ended.status, 7);
  EXPECT_EQ(broken.ended.out + broken.outputs, "");
}

// What an input says is a word of the command, never a command of its own.
TEST(Action, takes_inputs_as_words) {
  const Folder folder;
  const std::string trap = folder / "trap";
  const Step step = run_step(
      {"CRADLE_ENGINE=$(touch " + trap + ")", "CRADLE_FLAGS=--seed $(touch " + trap + ")"}, folder);
  EXPECT_EQ(step.ended.status, 2);
  EXPECT_FALSE(std::filesystem::exists(trap));
}

}  // namespace
}  // namespace cradle
