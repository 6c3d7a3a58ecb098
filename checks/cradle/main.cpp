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
#include <string>
#include <vector>

#include "checks/cradle/flags.h"
#include "checks/cradle/target.h"
#include "checks/program/text.h"

namespace {

using namespace cradle;

// The verb that was given, for the hint behind a message.
std::string given_verb(const CLI::App& app) {
  for (const CLI::App* verb : app.get_subcommands({})) {
    if (verb->parsed()) return "cradle " + verb->get_name();
  }
  return "cradle";
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

}  // namespace

int main(int argc, char** argv) {
  reserve_standard_files();
  CLI::App app("cradle tells whether a scalar autograd engine can be trusted.", "cradle");
  CommandLine line;
  line.check.corpus = CRADLE_CORPUS;
  declare_verbs(app, line);
  const auto is_verb = [&](const CLI::App* verb) { return verb->get_name() == argv[1]; };
  const std::vector<CLI::App*> verbs = app.get_subcommands({});
  if (argc > 1 && argv[1][0] != '-' && std::none_of(verbs.begin(), verbs.end(), is_verb)) {
    std::fprintf(stderr, "cradle: there is no verb %s; see cradle --help\n",
                 in_quotes(argv[1]).c_str());
    return kBadInput;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    std::fprintf(stderr, "cradle: %s; see %s --help\n", error.what(), given_verb(app).c_str());
    return kBadInput;
  }
  try {
    return after_output(line.run());
  } catch (const UserError& error) {
    std::fprintf(stderr, "cradle: %s\n", error.message.c_str());
    return error.status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cradle: %s\n", error.what());
    return kBadInput;
  }
}
