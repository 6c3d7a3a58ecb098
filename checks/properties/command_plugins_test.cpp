// Engines that are loaded: healthy ones pass, broken ones are told with a line, and whatever one
// does while it runs is a finding, never the end of cradle.

#include <gtest/gtest.h>

#include <string>

#include "checks/properties/command_process.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

const std::string kPlugins = std::string(CRADLE_PLUGINS) + "/lib";
const std::string kSamples = std::string(CRADLE_SAMPLES) + "/lib";

// `why` is a part of the line.
void expect_unusable(const std::string& engine, const std::string& why) {
  const Folder folder;
  const Ended ended = run_cradle({"check", "--engine", engine}, folder);
  EXPECT_EQ(ended.status, 3) << engine;
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("cannot be loaded: "), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find(why), std::string::npos) << ended.err;
}

Ended check_plugin(const std::string& engine, const std::string& cases, const Words& more = {}) {
  const Folder folder;
  // Frames under a sanitizer are larger: what is healthy needs room for its recursion.
  Words words = {"check",
                 "--engine",
                 engine,
                 "--cases",
                 cases,
                 "--timeout",
                 "0.3",
                 "--memory",
                 "512M",
                 "--stack",
                 kSanitized ? "8M" : "1M"};
  words.insert(words.end(), more.begin(), more.end());
  return run_cradle(words, folder);
}

// Cradle finds it, brings it down to an exp of an input, and goes on.
void expect_finding(const std::string& deed, const std::string& message) {
  // Where each death takes long, only of the checks that are to find it.
  const Words more = kSanitized ? Words{"--only", "survival,forward"} : Words{};
  const Ended ended =
      check_plugin(kPlugins + "violent_" + deed + ".so",
                   kSanitized ? "pure=12,lifetime=4,mlp=0" : "pure=60,lifetime=20,mlp=0", more);
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_NE(ended.out.find(message), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("%1 = exp %0\nEND"), std::string::npos) << ended.out;
  EXPECT_EQ(ended.err.find("cradle:"), std::string::npos) << ended.err;
}

TEST(Plugins, that_are_healthy_pass) {
  for (const char* const sample : {"sample_shared_value.so", "sample_raw_value.so"}) {
    const Ended ended = check_plugin(kSamples + sample, "pure=1000,lifetime=300,mlp=0");
    EXPECT_EQ(ended.status, 0) << sample << '\n' << ended.out << ended.err;
    EXPECT_NE(ended.out.find("\nagree: "), std::string::npos) << ended.out;
  }
}

TEST(Plugins, that_cannot_be_used_are_told_in_a_line) {
  expect_unusable(kPlugins + "broken_other_version.so", "its interface has version 2, not 1");
  expect_unusable(kPlugins + "broken_no_entry.so", "it does not export cradle_engine_v1");
  expect_unusable(kPlugins + "broken_missing_symbol.so", "undefined symbol: nobody_defines_this");
  expect_unusable(kPlugins + "broken_exits.so", "loading it calls exit(0)");
  expect_unusable(kPlugins + "broken_crashes.so", "loading it ends in signal 6");
  expect_unusable(kPlugins + "broken_no_functions.so", "it lacks open");
}

TEST(Plugins, that_hang_when_loaded_are_given_up) {
  expect_unusable(kPlugins + "broken_hangs.so", "loading it takes more than 10 s");
}

TEST(Plugins, that_are_no_shared_objects_are_told_in_a_line) {
  const Folder folder;
  expect_unusable(folder.write("text.so", std::string(10'000, 'a')), "invalid ELF header");
  expect_unusable(folder.write("empty.so", ""), "file too short");
  expect_unusable(folder / "none.so", "No such file or directory");
  expect_unusable("/", "it is not a file");
  expect_unusable(CRADLE_BINARY, "");
}

TEST(Plugins, that_exit_are_findings) { expect_finding("exits", "the engine called exit(0)"); }

TEST(Plugins, that_throw_are_findings_that_say_what) {
  expect_finding("throws", "the table of exp has no such entry");
}

TEST(Plugins, that_loop_for_ever_are_findings) {
  expect_finding("hangs", "the engine did not finish within the time limit");
}

TEST(Plugins, that_overflow_the_stack_are_findings) {
  expect_finding("overflows", kSanitized ? "stack-overflow" : "the engine died: signal 11");
}

TEST(Plugins, that_write_over_the_memory_of_their_caller_are_findings) {
  expect_finding("overwrites_its_caller", "");
}

TEST(Plugins, that_eat_memory_are_findings) {
  if (kSanitized) GTEST_SKIP() << "AddressSanitizer takes more memory than any limit allows";
  const Folder folder;
  const std::string program = folder.write("exp.prog", "%0 = input 1\n%1 = exp %0\n");
  const Ended ended = run_cradle(
      {"run", program, "--engine", kPlugins + "violent_eats_memory.so", "--memory", "512M"},
      folder);
  EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("the engine died: signal 6"), std::string::npos) << ended.out;
}

TEST(Plugins, that_were_built_with_a_sanitizer_bring_its_runtime) {
  if (kSanitized) GTEST_SKIP() << "one sanitizer in a process is enough";
  const Folder folder;
  const std::string program = folder.write("exp.prog", "%0 = input 1\n%1 = exp %0\n");
  const Ended ended = run_cradle({"run", program, "--engine", kPlugins + "careless.so"}, folder);
  EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("heap-use-after-free"), std::string::npos) << ended.out << ended.err;
  EXPECT_NE(ended.out.find("(careless.cpp:"), std::string::npos) << ended.out;  // by addr2line
}

TEST(Plugins, whose_runtime_is_not_there_are_told_in_a_line) {
  if (kSanitized) GTEST_SKIP() << "one sanitizer in a process is enough";
  const Folder folder;
  const Conditions conditions = {.input = "/dev/null",
                                 .environment = {"CRADLE_ASAN_RUNTIME=/nowhere/libasan.so"},
                                 .terminal = ""};
  const Ended ended =
      run_cradle({"check", "--engine", kPlugins + "careless.so"}, folder, conditions);
  EXPECT_EQ(ended.status, 3);
  EXPECT_NE(ended.err.find("it was built with AddressSanitizer: set CRADLE_ASAN_RUNTIME"),
            std::string::npos)
      << ended.err;
}

// An interpreter that is a hundred times as slow as a plug-in.
TEST(Commands, that_speak_the_protocol_are_engines) {
  const Folder folder;
  const std::string engine = "cmd:python3 " + std::string(CRADLE_PYTHON_SAMPLE);
  const Conditions conditions = {
      .input = "/dev/null", .environment = {"PYTHONPATH=" CRADLE_GUIDE}, .terminal = ""};
  const Ended ended = run_cradle(
      {"check", "--engine", engine, "--cases", "pure=1000,lifetime=400,mlp=0"}, folder, conditions);
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  // What is printed can be pasted into a shell.
  EXPECT_NE(ended.out.find("--engine 'cmd:python3 "), std::string::npos) << ended.out;
}

TEST(Commands, that_are_no_engines_are_told_in_a_line) {
  expect_unusable("cmd:false", "loading it calls exit(1)");
  expect_unusable("cmd:no-such-command", "loading it calls exit(127)");
  expect_unusable("cmd:echo end", "it has no name");
  expect_unusable("cmd:printf 'name x\\nops add frobnicate\\nend\\n'",
                  "it offers the op \"frobnicate\"");
  expect_unusable("cmd:printf 'colour red\\nend\\n'", "it says \"colour\", which means nothing");
}

TEST(Commands, that_write_nonsense_are_findings) {
  const Ended ended =
      check_plugin("cmd:printf 'name x\\nops add mul\\nend\\nnonsense\\n'; cat > /dev/null",
                   "pure=20,lifetime=5,mlp=0");
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_NE(ended.out.find("no \"trace 0\" where one should"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace cradle
