// The flags of each verb, declared to CLI11. Help, completion and the manual are made from these
// declarations, so that none of them can say something else.

#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <stdexcept>
#include <string>

#include "checks/cradle/usage.h"
#include "checks/cradle/verbs.h"

namespace cradle {

/// What the words of a command line are read into, and what they ask for.
struct CommandLine {
  CheckArguments check;
  ExhaustArguments exhaust;
  CalibrateArguments calibrate;
  ProgramArguments program;
  std::string topic;         // help: a verb
  std::string shell;         // completion: bash or zsh
  std::function<int()> run;  // the verb that was given, set by parsing
};

/// Declares every verb with its flags. Requires  that `line` outlives `app`.
void declare_verbs(CLI::App& app, CommandLine& line);

/// Returns what was declared, as plain data.
Usage usage_of(const CLI::App& app);

/// Parts of declare_verbs: campaigns, calibration, the verbs on one program or one result, and
/// those about the command itself.
void declare_campaigns(CLI::App& app, CommandLine& line);
void declare_calibrate(CLI::App& app, CommandLine& line);
void declare_program_verbs(CLI::App& app, CommandLine& line);
void declare_words_about_words(CLI::App& app, CommandLine& line);

/// A flag whose word is read by `read`; what that throws becomes the flag's own error.
template <typename Read>
CLI::Option* add_word(CLI::App& verb, const std::string& flag, const std::string& type,
                      const std::string& help, Read read) {
  return verb
      .add_option_function<std::string>(
          flag,
          [flag, read](const std::string& word) {
            try {
              read(word);
            } catch (const std::invalid_argument& error) {
              throw CLI::ValidationError(flag, error.what());
            }
          },
          help)
      ->type_name(type);
}

/// Flags that several verbs have.
void add_engine(CLI::App& verb, std::string& engine);
void add_limits(CLI::App& verb, HostLimits& limits);
/// The files of a result. --junit and --sarif are for verdicts only.
void add_files(CLI::App& verb, Outputs& outputs);
void add_files_for_machines(CLI::App& verb, Outputs& outputs);

}  // namespace cradle
