// The command's words: flags and verbs that do not exist, values that do not fit, engines that are
// not there or lack what is asked. Each ends with its exit status and one line on standard error.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "checks/properties/command_process.h"

namespace cradle {
namespace {

struct Mistake {
  int status;
  std::string words;  // separated by spaces
  std::string told;   // part of the line
};

void expect_mistake(const Mistake& mistake, const Folder& folder) {
  SCOPED_TRACE(mistake.words);
  Words words;
  std::istringstream stream(mistake.words);
  for (std::string word; stream >> word;) words.push_back(word);
  const Ended ended = run_cradle(words, folder);
  EXPECT_EQ(ended.status, mistake.status);
  EXPECT_EQ(ended.err.rfind("cradle: ", 0), 0u) << ended.err;
  EXPECT_NE(ended.err.find(mistake.told), std::string::npos) << ended.err;
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
  EXPECT_EQ(ended.out, "");
}

TEST(CommandWords, that_are_not_understood_are_told_and_nothing_is_run) {
  const Folder folder;
  for (const Mistake& mistake : {
           Mistake{2, "", "A subcommand is required"},
           {2, "frobnicate", "there is no verb 'frobnicate'"},
           {2, "check --frobnicate", "--frobnicate"},
           {2, "check surplus", "surplus"},
           {2, "engines surplus", "surplus"},
           {2, "run", "FILE is required"},
           {2, "report", "FILE is required"},
           {2, "report --engine tape", "--engine"},
           {2, "check --shard 5/3", "'5/3' is no shard"},
           {2, "check --shard 0/3", "'0/3' is no shard"},
           {2, "check --shard 1", "'1' is no shard"},
           {2, "check --time soon", "'soon' is no duration"},
           {2, "check --time -1s", "'-1s' is no duration"},
           {2, "check --time", "--time"},
           {2, "check --time 1s --cases pure=1", "excludes"},
           {2, "check --cases pure", "'pure' is no count"},
           {2, "check --cases pure=1,forward=2", "'forward=2' is no count"},
           {2, "check --profile raw", "'raw' is no profile"},
           {2, "check --only backward", "there is no check 'backward'"},
           {2, "check --only", "--only"},
           {2, "check --seed -1", "'-1' is no seed"},
           {2, "check --seed 18446744073709551616", "is no seed"},
           {2, "check --jobs 0", "--jobs"},
           {2, "check --jobs many", "--jobs"},
           {2, "check --timeout 0", "'0' is no duration"},
           {2, "check --memory 1T", "'1T' is no size"},
           {2, "check --stack 1K", "a stack has at least 64K"},
           {2, "check --corpus /absent/folder", "--corpus"},
           {2, "exhaust --length 9", "--length"},
           {2, "exhaust --seed 1", "--seed"},
           {2, "convert /dev/null", "--to is required"},
           {2, "convert /dev/null --to words", "--to"},
       }) {
    expect_mistake(mistake, folder);
  }
}

TEST(CommandWords, that_ask_for_an_engine_or_an_op_that_is_not_there_end_with_3) {
  const Folder folder;
  const std::string tanh = folder.write("tanh.prog", "%0 = input 1\n%1 = tanh %0\n");
  const std::string stale =
      folder.write("stale.prog", "%0 = input 1\nrelease %0\nmisuse stale %0\n");
  const std::string engine = " --engine ";
  for (const Mistake& mistake : {
           Mistake{3, "check --engine unknown", "there is no engine 'unknown'"},
           {3, "check --engine ./libmine.so", "./libmine.so cannot be loaded: No such file"},
           {3, "exhaust --engine faulty:", "there is no engine 'faulty:'"},
           {3, "check --engine textbook --only depth", "depth cannot be checked: it declares"},
           {3, "run " + tanh, "the engine microcrad lacks the op tanh"},
           {3, "show " + tanh, "the engine microcrad lacks the op tanh"},
           {3, "minimise " + tanh + engine + "textbook", "the engine textbook lacks the op tanh"},
           {3, "reproduce " + tanh, "the engine microcrad lacks the op tanh"},
           {3, "run " + stale + engine + "textbook", "textbook lacks the action misuse stale"},
       }) {
    expect_mistake(mistake, folder);
  }
}

// The report is not lost with its file: it is printed, and then the message.
TEST(CommandWords, that_name_a_file_which_cannot_be_written_end_with_2_at_once) {
  const Folder folder;
  const std::string add = folder.write("add.prog", "%0 = input 1\n%1 = add %0 %0\n");
  const std::string absent = folder / "absent/result.json";
  for (const Words& words : {Words{"check", "--cases", "pure=10", "--only", "forward"},
                             Words{"exhaust", "--length", "2"}, Words{"run", add}}) {
    for (const char* flag : {"--json", "--html"}) {
      Words all = words;
      all.insert(all.end(), {flag, absent});
      const Ended ended = run_cradle(all, folder);
      EXPECT_EQ(ended.status, 2);
      EXPECT_EQ(ended.err, "cradle: " + absent + " cannot be written: No such file or directory\n");
      EXPECT_EQ(ended.out, "");
    }
  }
}

TEST(CommandWords, that_name_a_file_which_can_be_written_leave_nothing_else_behind) {
  const Folder folder;
  const std::string absent = folder / "absent/progress.json";
  const Ended refused = run_cradle({"exhaust", "--length", "2", "--resume", absent}, folder);
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(refused.err, "cradle: " + absent + " cannot be written: No such file or directory\n");
  const std::string kept = folder.write("kept.json", "kept\n");
  // Bad arguments end a run before anything is written.
  EXPECT_EQ(run_cradle({"check", "--json", kept, "--engine", "absent"}, folder).status, 3);
  EXPECT_EQ(contents(kept), "kept\n");
  const std::string fresh = folder / "fresh.json";
  EXPECT_EQ(run_cradle({"check", "--json", fresh, "--engine", "absent"}, folder).status, 3);
  EXPECT_FALSE(std::filesystem::exists(fresh));
  EXPECT_FALSE(std::filesystem::exists(fresh + ".part"));
}

}  // namespace
}  // namespace cradle
