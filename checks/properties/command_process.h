// Running programs as a user does, for the tests of the command: words in, exit status, output and
// errors out, within a time limit and under conditions that a shell could make.
//
// The test is the reaper of what its programs leave behind, so that a process that outlives its
// parent is seen.

#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "checks/properties/sanitized.h"

namespace cradle {

/// A folder for one test, removed with all that is in it.
class Folder {
 public:
  Folder() {
    std::string pattern = testing::TempDir() + "cradle_XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + '/' + name; }
  /// Writes a file and returns its path.
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(*this / name, std::ios::binary) << text;
    return *this / name;
  }

 private:
  std::string path_;
};

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// How many instructions the text of a program has.
inline std::ptrdiff_t instructions_in(const std::string& program) {
  return std::count(program.begin(), program.end(), '=');
}

inline std::string contents(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

using Words = std::vector<std::string>;

struct Conditions {
  std::string input = "/dev/null";  // standard input is this file; empty: it is closed
  Words environment;                // "TERM=dumb": in place of what is inherited
  std::string terminal;             // output and errors go to this device, not to files
  double seconds_max = 300;
};

struct Ended {
  int status = -1;  // the exit status; 128 and the number of a signal; -1: killed, it was too slow
  std::string out;
  std::string err;
  double seconds = 0;
};

/// A program under way.
struct Running {
  pid_t pid = -1;
  double seconds_max = 0;
  std::chrono::steady_clock::time_point start;
  std::string out;  // files
  std::string err;

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
};

inline Words changed_environment(Words changes) {
  const auto sets = [](const std::string& change) { return change.rfind("ASAN_OPTIONS=", 0) == 0; };
  if (kSanitized && std::none_of(changes.begin(), changes.end(), sets)) {
    // To name the lines of a stack takes a fifth of a second for each death.
    const char* const inherited = std::getenv("ASAN_OPTIONS");
    changes.push_back(std::string("ASAN_OPTIONS=") + (inherited != nullptr ? inherited : "") +
                      ":symbolize=0");
  }
  Words environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string_view name = variable.substr(0, variable.find('=') + 1);
    bool changed = false;
    for (const std::string& change : changes) changed = changed || change.rfind(name, 0) == 0;
    if (!changed) environment.emplace_back(variable);
  }
  environment.insert(environment.end(), changes.begin(), changes.end());
  return environment;
}

inline std::vector<char*> pointers(Words& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

/// Starts a program in a process group of its own, as a shell does.
inline Running start(Words words, const Folder& folder, const Conditions& conditions = {}) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  static int number = 0;
  Running running;
  running.out = folder / ("out" + std::to_string(++number));
  running.err = folder / ("err" + std::to_string(number));
  running.seconds_max = conditions.seconds_max;
  const bool terminal = !conditions.terminal.empty();
  const std::string out = terminal ? conditions.terminal : running.out;
  const std::string err = terminal ? conditions.terminal : running.err;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  if (conditions.input.empty()) {
    posix_spawn_file_actions_addclose(&files, STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, conditions.input.c_str(), O_RDONLY, 0);
  }
  const int flags = terminal ? O_WRONLY | O_NOCTTY : O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), flags, 0600);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  Words environment = changed_environment(conditions.environment);
  running.start = std::chrono::steady_clock::now();
  const int error = posix_spawnp(&running.pid, words[0].c_str(), &files, &attributes,
                                 pointers(words).data(), pointers(environment).data());
  EXPECT_EQ(error, 0) << words[0];
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return running;
}

/// Waits for a program; one that is too slow is killed.
inline Ended finish(const Running& running) {
  Ended ended;
  int status = 0;
  while (waitpid(running.pid, &status, WNOHANG) == 0) {
    usleep(1000);
    if (running.seconds() < running.seconds_max) continue;
    kill(-running.pid, SIGKILL);
    waitpid(running.pid, &status, 0);
    ADD_FAILURE() << "killed after " << running.seconds() << " s";
    return ended;
  }
  ended.seconds = running.seconds();
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended.out = contents(running.out);
  ended.err = contents(running.err);
  return ended;
}

inline Ended run_program(const Words& words, const Folder& folder,
                         const Conditions& conditions = {}) {
  return finish(start(words, folder, conditions));
}

/// Runs the command with these words.
inline Ended run_cradle(Words words, const Folder& folder, const Conditions& conditions = {}) {
  words.insert(words.begin(), CRADLE_BINARY);
  return run_program(words, folder, conditions);
}

/// True when, within two seconds, nothing is left of what was started.
inline bool nothing_left() {
  for (int k = 0; k < 2000; ++k) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) return true;
    usleep(1000);
  }
  return false;
}

}  // namespace cradle
