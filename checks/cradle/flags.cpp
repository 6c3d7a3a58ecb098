// Flags that several verbs have.

#include "checks/cradle/flags.h"

#include "checks/cradle/arguments.h"

namespace cradle {

void declare_verbs(CLI::App& app, CommandLine& line) {
  app.require_subcommand(1);
  declare_campaigns(app, line);
  declare_calibrate(app, line);
  declare_program_verbs(app, line);
  app.add_subcommand("engines", "List what can be tested")->callback([&line] {
    line.run = engines_verb;
  });
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
