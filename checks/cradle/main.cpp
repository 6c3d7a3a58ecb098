// The command: turns words into a verb, and every mistake into one line and an exit status.

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "checks/cradle/flags.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/target.h"
#include "checks/cradle/terminal.h"
#include "checks/cradle/usage.h"

namespace {

using namespace cradle;
using Words = std::vector<std::string>;

// The verb that was given, or null.
const CLI::App* given_verb(const CLI::App& app) {
  for (const CLI::App* verb : app.get_subcommands({})) {
    if (verb->parsed()) return verb;
  }
  return nullptr;
}

// A mistake, and where to read on.
UserError with_hint(const std::string& mistake, const std::string& verb) {
  const std::string see = mistake.ends_with('?') ? " See" : "; see";
  return {kBadInput, mistake + see + " cradle " + verb + (verb.empty() ? "" : " ") + "--help"};
}

// What is printed on request, in place of a verb's own work; or a mistake, with the way to help.
int parse_ended(const CLI::App& app, const CLI::ParseError& error, const Words& words) {
  const CLI::App* const verb = given_verb(app);
  const Usage usage = usage_of(app);
  if (error.get_exit_code() == 0) {
    const VerbUsage* const about = verb == nullptr ? nullptr : usage.find(verb->get_name());
    const bool version = dynamic_cast<const CLI::CallForVersion*>(&error) != nullptr;
    const std::string text = version
                                 ? "cradle " + version_of_build() + " (" + commit_of_build() + ")\n"
                             : about == nullptr ? help_text(usage, output_columns())
                                                : help_text(*about, output_columns());
    std::fputs(text.c_str(), stdout);
    return kAgreed;
  }
  std::string mistake = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
      dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    const std::string told = mistake_in_words(usage, words);
    if (!told.empty()) mistake = told;
  }
  throw with_hint(mistake, verb == nullptr ? std::string() : verb->get_name());
}

// A closed standard file would be reopened as somebody's pipe. What takes its place fails as it
// would.
void reserve_standard_files() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(file, F_GETFD) >= 0) continue;
    const int opened = open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened != file) std::abort();  // the lowest free number is taken: all below are open
  }
}

// A report that was lost is no success.
int after_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  throw UserError{kBadInput,
                  std::string("standard output cannot be written: ") + std::strerror(errno)};
}

// The programs that are kept for ever: those that are installed with this command, or those of the
// tree that it was built in.
std::string corpus_folder() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path installed = self.parent_path() / "../share/cradle/corpus";
  if (!error && std::filesystem::is_directory(installed, error)) {
    return installed.lexically_normal().string();
  }
  return CRADLE_CORPUS;
}

int run_command(const Words& words) {
  CLI::App app("cradle tells whether a scalar autograd engine can be trusted.", "cradle");
  CommandLine line;
  line.check.corpus = corpus_folder();
  declare_verbs(app, line);
  const bool names_verb = !words.empty() && !words[0].starts_with('-');
  if (names_verb && usage_of(app).find(words[0]) == nullptr) {
    throw with_hint(mistake_in_words(usage_of(app), words), "");
  }
  try {
    app.parse(Words(words.rbegin(), words.rend()));  // the way CLI11 takes a list of words
  } catch (const CLI::ParseError& error) {
    return after_output(parse_ended(app, error, words));
  }
  return after_output(line.run());
}

}  // namespace

int main(int argc, char** argv) {
  reserve_standard_files();
  try {
    return run_command(Words(argv + std::min(argc, 1), argv + argc));
  } catch (const UserError& error) {
    std::fprintf(stderr, "cradle: %s\n", error.message.c_str());
    return error.status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cradle: %s\n", error.what());
    return kBadInput;
  }
}
