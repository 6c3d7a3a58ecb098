// The flags of calibrate.

#include "checks/cradle/arguments.h"
#include "checks/cradle/flags.h"

namespace cradle {
namespace {

// A list of names of this part of the calibration.
void add_names(CLI::App& verb, const std::string& flag, std::vector<std::string>& names,
               const std::string& type, const std::string& help) {
  verb.add_option(flag, names, help)->delimiter(',')->type_name(type);
}

void add_file(CLI::App& verb, const std::string& flag, std::string& file, const std::string& help) {
  verb.add_option(flag, file, help)->type_name("F");
}

}  // namespace

void declare_calibrate(CLI::App& app, CommandLine& line) {
  CalibrateArguments& arguments = line.calibrate;
  CLI::App& verb = *app.add_subcommand("calibrate", "Measure what the checks can see");
  verb.add_option("--engine", arguments.engine,
                  "whose ops, and alarms on which: see cradle engines")
      ->type_name("E");
  verb.add_option("--graphs", arguments.graphs,
                  "of each cell of detection, up to 10 million; elsewhere in proportion (100)")
      ->type_name("N")
      ->check(CLI::Range(1u, 10'000'000u));
  verb.add_option("--nodes", arguments.nodes, "of a large graph, 16 to 2000 (124)")
      ->type_name("N")
      ->check(CLI::Range(16u, 2000u));
  add_word(verb, "--seed", "S", "of the random programs (1)",
           [&arguments](const std::string& word) { arguments.seed = parse_seed(word); });
  verb.add_option("--jobs", arguments.jobs, "processes, 1 to 1024; all cores by default")
      ->type_name("J")
      ->check(CLI::Range(1u, 1024u));
  add_names(verb, "--only", arguments.only, "PART", "of false_alarms, detection, planted and cost");
  add_names(verb, "--oracles", arguments.oracles, "ORACLE", "such as local, global, gradcheck");
  add_names(verb, "--profiles", arguments.profiles, "PROFILES",
            "of false alarms, such as safe and large");
  add_names(verb, "--bugs", arguments.bugs, "BUG", "planted ones; all by default");
  add_files(verb, arguments.outputs);
  add_file(verb, "--markdown", arguments.markdown, "write short tables");
  add_file(verb, "--data", arguments.data, "write numbers for a plot");
  add_file(verb, "--programs", arguments.programs, "write the graphs, for other tools");
  verb.footer("cradle calibrate --only detection --oracles local,gradcheck --graphs 20");
  verb.callback([&line] { line.run = [&line] { return calibrate_verb(line.calibrate); }; });
}

}  // namespace cradle
