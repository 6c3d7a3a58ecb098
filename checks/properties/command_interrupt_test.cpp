// The command under way: Ctrl-C reports what was done and leaves no process behind, also when an
// engine hangs; and what is shown depends on where it goes: a terminal, a dumb one, or none.

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <string>
#include <thread>

#include "checks/properties/command_process.h"

namespace cradle {
namespace {

// On an idle machine; other tests run at the same time, and a sanitizer makes all of it slower.
constexpr double kSecondsToStop = kSanitized ? 20 : 3;

// Investigating a finding may be under way, which is given up after four seconds.
constexpr double kSecondsToStopInvestigating = kSanitized ? 60 : 12;

void sleep_seconds(double seconds) { usleep(static_cast<useconds_t>(seconds * 1e6)); }

void expect_report_of_what_was_done(const Ended& ended) {
  EXPECT_EQ(ended.status, 130);
  EXPECT_NE(ended.out.find("\ninterrupted, so far "), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("; again: cradle check "), std::string::npos) << ended.out;
  EXPECT_EQ(ended.err.find("cradle: "), std::string::npos) << ended.err;
}

TEST(CommandInterrupted, reports_what_was_done_and_leaves_nothing_behind) {
  const Folder folder;
  for (const bool whole_group : {false, true}) {  // a terminal sends Ctrl-C to the whole group
    const Running running = start({CRADLE_BINARY, "check", "--time", "100s", "--only",
                                   "forward,local,difference,lifetime,mlp"},
                                  folder);
    sleep_seconds(kSanitized ? 3 : 1.5);
    kill(whole_group ? -running.pid : running.pid, SIGINT);
    const double before = running.seconds();
    const Ended ended = finish(running);
    expect_report_of_what_was_done(ended);
    EXPECT_LT(ended.seconds - before, kSecondsToStop);
    EXPECT_TRUE(nothing_left());
  }
}

TEST(CommandInterrupted, while_an_engine_hangs_ends_it_too) {
  const Folder folder;
  const Running running =
      start({CRADLE_BINARY, "check", "--time", "100s", "--engine", "faulty:hang_on_zero_exponent"},
            folder);
  sleep_seconds(kSanitized ? 3 : 1.5);
  kill(running.pid, SIGINT);
  const double before = running.seconds();
  const Ended ended = finish(running);
  expect_report_of_what_was_done(ended);
  std::printf("interrupted while it hangs: %.1f s to stop\n", ended.seconds - before);
  EXPECT_LT(ended.seconds - before, kSecondsToStopInvestigating);
  EXPECT_TRUE(nothing_left());
}

TEST(CommandInterrupted, by_a_kill_leaves_nothing_behind_either) {
  const Folder folder;
  for (const char* engine : {"microcrad", "faulty:hang_on_zero_exponent"}) {
    const Running running =
        start({CRADLE_BINARY, "check", "--time", "100s", "--engine", engine}, folder);
    sleep_seconds(1);
    kill(running.pid, SIGKILL);
    EXPECT_EQ(finish(running).status, 128 + SIGKILL);
    EXPECT_TRUE(nothing_left()) << engine;
  }
}

TEST(CommandInterrupted, by_its_own_time_ends_well) {
  const Folder folder;
  const Ended ended = run_cradle({"check", "--time", "500ms", "--only", "forward"}, folder);
  EXPECT_EQ(ended.status, 0) << ended.out;
  EXPECT_EQ(ended.out.find("interrupted"), std::string::npos);
  EXPECT_TRUE(nothing_left());
}

// What a failing check shows on a terminal of a kind and width.
std::string shown_on_terminal(const Words& environment, unsigned columns, const Folder& folder,
                              const Words& flags = {}) {
  int parent = -1;
  int child = -1;
  char name[64] = {};
  const winsize size = {24, static_cast<unsigned short>(columns), 0, 0};
  EXPECT_EQ(openpty(&parent, &child, name, nullptr, &size), 0);
  std::string shown;
  std::thread reader([&] {
    char piece[4096];
    for (ssize_t count; (count = read(parent, piece, sizeof piece)) > 0;) {
      shown.append(piece, static_cast<std::size_t>(count));
    }
  });
  Conditions conditions;
  conditions.environment = environment;
  conditions.terminal = name;
  Words words = {"check",  "--engine", "faulty:sign_lost", "--only", "forward,local",
                 "--time", "1s"};
  words.insert(words.end(), flags.begin(), flags.end());
  const Ended ended = run_cradle(words, folder, conditions);
  EXPECT_EQ(ended.status, 1);
  close(child);  // the last one that has it open: the reader sees the end
  reader.join();
  close(parent);
  return shown;
}

TEST(CommandOutput, on_a_terminal_is_in_colour_unless_something_speaks_against_it) {
  const Folder folder;
  const std::string colored = shown_on_terminal({"TERM=xterm", "NO_COLOR="}, 80, folder);
  EXPECT_NE(colored.find("\x1b[1;31mdisagree\x1b[0m"), std::string::npos) << colored;
  for (const std::string& plain :
       {shown_on_terminal({"TERM=xterm", "NO_COLOR=1"}, 80, folder),
        shown_on_terminal({"TERM=xterm", "NO_COLOR="}, 80, folder, {"--no-color"})}) {
    EXPECT_NE(plain.find("disagree:"), std::string::npos) << plain;
    EXPECT_EQ(plain.find("\x1b[1"), std::string::npos) << plain;
    EXPECT_EQ(plain.find("\x1b[0m"), std::string::npos) << plain;
  }
  const std::string dumb = shown_on_terminal({"TERM=dumb", "NO_COLOR="}, 80, folder);
  EXPECT_NE(dumb.find("disagree:"), std::string::npos) << dumb;
  EXPECT_EQ(dumb.find('\x1b'), std::string::npos) << dumb;
}

// But for programs, commands, and what explains a node, which is indented and has 80 columns.
TEST(CommandOutput, fits_the_terminal) {
  const Folder folder;
  for (const unsigned columns : {60u, 70u, 80u}) {
    const std::string shown = shown_on_terminal({"TERM=xterm", "NO_COLOR=1"}, columns, folder);
    const std::size_t finding = shown.find("Finding 1");
    ASSERT_NE(finding, std::string::npos) << shown;
    std::istringstream lines(shown.substr(0, finding));
    std::size_t rows = 0;
    for (std::string line; std::getline(lines, line); ++rows) {
      line.erase(std::min(line.size(), line.find('\r')));  // progress is written over
      EXPECT_LE(line.size(), columns) << line;
    }
    EXPECT_GT(rows, 10u);
    EXPECT_EQ(shown.find("inconclusive") != std::string::npos, columns == 80);
  }
  for (const Words& words : {Words{"engines"}, Words{"check", "--engine", "textbook", "--cases",
                                                     "pure=50,lifetime=20,mlp=1"}}) {
    std::istringstream lines(run_cradle(words, folder).out);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_TRUE(line.size() <= 80 || line.find("again: ") != std::string::npos) << line;
    }
  }
}

TEST(CommandOutput, is_plain_without_a_terminal_and_with_standard_input_closed) {
  const Folder folder;
  Conditions closed;
  closed.input = "";
  closed.environment = {"TERM=xterm"};
  for (const Words& words :
       {Words{"check", "--cases", "pure=800,lifetime=200,mlp=4", "--only", "forward,lifetime,mlp"},
        Words{"check", "--engine", "faulty:sign_lost", "--cases", "pure=800", "--only", "local"}}) {
    const Ended ended = run_cradle(words, folder, closed);
    EXPECT_EQ(ended.status, words[1] == "--cases" ? 0 : 1) << ended.out << ended.err;
    EXPECT_EQ(ended.out.find('\x1b'), std::string::npos) << ended.out;
    EXPECT_EQ(ended.err.find("cradle: "), std::string::npos) << ended.err;
    EXPECT_TRUE(nothing_left());
  }
}

TEST(CommandOutput, that_is_lost_is_told) {
  const Folder folder;
  const std::string add = folder.write("add.prog", "%0 = input 1\n%1 = add %0 %0\n");
  for (const std::string& words :
       Words{"run " + add, "convert " + add + " --to bytes", "show " + add, "reproduce " + add,
             std::string("engines"), "check --cases pure=10 --only forward"}) {
    for (const char* output : {" > /dev/full", " >&-"}) {
      const std::string line = std::string(CRADLE_BINARY) + ' ' + words + output;
      const Ended ended = run_program({"sh", "-c", line}, folder);
      EXPECT_EQ(ended.status, 2) << line;
      EXPECT_NE(ended.err.find("cradle: standard output cannot be written: "), std::string::npos)
          << line << '\n'
          << ended.err;
    }
  }
}

}  // namespace
}  // namespace cradle
