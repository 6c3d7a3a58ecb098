// Flags that several verbs have.

#include "checks/cradle/flags.h"

#include <sstream>

#include "checks/cradle/arguments.h"

namespace cradle {

namespace {

FlagUsage usage_of(const CLI::Option& option) {
  FlagUsage flag;
  flag.by_place = option.get_positional();
  if (flag.by_place) {
    flag.names = {option.get_name()};
  } else {
    for (const std::string& name : option.get_snames()) flag.names.push_back('-' + name);
    for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  }
  const std::string type = option.get_type_name();  // a checked one goes on: "J:UINT in [1 - 9]"
  if (option.get_items_expected_max() > 0) flag.value = type.substr(0, type.find(':'));
  flag.help = option.get_description();
  flag.required = option.get_required();
  flag.list = option.get_delimiter() != '\0';
  return flag;
}

VerbUsage usage_of_verb(const CLI::App& app) {
  VerbUsage verb;
  verb.name = app.get_name();
  verb.help = app.get_description();
  for (const bool by_place : {true, false}) {
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_positional() == by_place) verb.flags.push_back(usage_of(*option));
    }
  }
  std::istringstream examples(app.get_footer());
  for (std::string line; std::getline(examples, line);) verb.examples.push_back(line);
  return verb;
}

}  // namespace

void declare_verbs(CLI::App& app, CommandLine& line) {
  app.require_subcommand(1);
  app.set_version_flag("--version", "", "print the version");
  app.get_help_ptr()->description("print what there is");
  declare_campaigns(app, line);
  declare_calibrate(app, line);
  declare_program_verbs(app, line);
  declare_words_about_words(app, line);
}

Usage usage_of(const CLI::App& app) {
  Usage usage;
  usage.help = app.get_description();
  usage.flags = usage_of_verb(app).flags;
  for (const CLI::App* verb : app.get_subcommands({})) usage.verbs.push_back(usage_of_verb(*verb));
  return usage;
}

void add_engine(CLI::App& verb, std::string& engine) {
  verb.add_option("--engine", engine, "what to test: see cradle engines")->type_name("E");
}

void add_limits(CLI::App& verb, HostLimits& limits) {
  add_word(verb, "--timeout", "T", "for one program, such as 2s",
           [&limits](const std::string& word) { limits.seconds = parse_duration(word); });
  add_word(verb, "--memory", "SIZE", "of the child that runs the engine, such as 2G",
           [&limits](const std::string& word) { limits.memory_bytes = parse_size(word); });
  add_word(verb, "--stack", "SIZE", "of the thread that runs the engine, such as 8M",
           [&limits](const std::string& word) {
             limits.stack_bytes = parse_size(word);
             // The thread library refuses less; the runner itself needs some.
             if (limits.stack_bytes < (std::size_t{64} << 10)) {
               throw std::invalid_argument("a stack has at least 64K");
             }
           });
}

void add_files(CLI::App& verb, Outputs& outputs) {
  verb.add_option("--json", outputs.json, "write the result to this file")->type_name("F");
  verb.add_option("--html", outputs.html, "write the result to this file, as a page")
      ->type_name("F");
}

void add_files_for_machines(CLI::App& verb, Outputs& outputs) {
  verb.add_option("--junit", outputs.junit, "write the verdict of each check, as JUnit's XML")
      ->type_name("F");
  CLI::Option* const sarif =
      verb.add_option("--sarif", outputs.sarif, "write the findings as SARIF 2.1.0, for code hosts")
          ->type_name("F");
  verb.add_option("--source", outputs.source,
                  "your file that SARIF points to: the adapter, from the top of the repository")
      ->type_name("F")
      ->needs(sarif);
}

}  // namespace cradle
