// The flags of check and exhaust.

#include "checks/cradle/arguments.h"
#include "checks/cradle/flags.h"

namespace cradle {
namespace {

void add_campaign(CLI::App& verb, CheckArguments& arguments) {
  add_engine(verb, arguments.engine);
  verb.add_option("--jobs", arguments.jobs, "processes, 1 to 1024; all cores by default")
      ->type_name("J")
      ->check(CLI::Range(1u, 1024u));
  add_word(verb, "--shard", "i/n", "the i-th of n parts of the work",
           [&arguments](const std::string& word) { parse_shard(word, arguments); });
  add_files(verb, arguments.outputs);
  add_files_for_machines(verb, arguments.outputs);
  verb.add_flag_callback(
      "--no-color", [&arguments] { arguments.color = false; }, "plain text on a terminal too");
  add_limits(verb, arguments.limits);
}

void add_cases(CLI::App& verb, CheckArguments& arguments) {
  CLI::Option* const cases =
      add_word(verb, "--cases", "COUNTS",
               "pure=N,lifetime=N,mlp=N (20000, 5000, 100); a tenth of lifetime for faults; the "
               "table of edges where pure is no less",
               [&arguments](const std::string& word) { parse_cases(word, arguments); });
  add_word(verb, "--time", "T", "go on for this long in place of --cases, such as 30s",
           [&arguments](const std::string& word) { arguments.seconds = parse_duration(word); })
      ->excludes(cases);
  add_word(verb, "--seed", "S", "of the random programs (1)",
           [&arguments](const std::string& word) { arguments.seed = parse_seed(word); });
  add_word(verb, "--profile", "PROFILE", "safe, mlp, special or wild programs only",
           [&arguments](const std::string& word) { arguments.profile = parse_profile(word); });
}

void declare_check(CLI::App& app, CommandLine& line) {
  CheckArguments& arguments = line.check;
  CLI::App& verb =
      *app.add_subcommand("check", "Judge an engine on random programs, the corpus, and size");
  add_campaign(verb, arguments);
  add_cases(verb, arguments);
  verb.add_option("--only", arguments.only, "checks, separated by commas")
      ->delimiter(',')
      ->type_name("CHECK");
  verb.add_option("--corpus", arguments.corpus, "folder of *.prog files")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory);
  verb.add_option("--known", arguments.known,
                  "findings that do not count, a line such as forward/value/tanh each")
      ->type_name("FILE");
  verb.add_flag("--strict", arguments.strict, "policies and edges count too");
  verb.add_flag("--deep", arguments.deep,
                "let MPFR judge one program in a hundred, and the oracles");
  verb.footer(
      "cradle check --engine ./libmine.so --html result.html\n"
      "cradle check --engine faulty:add_same_operand --only local --time 10s\n"
      "cradle check --only forward,local --junit result.xml --sarif result.sarif");
  verb.callback([&line] { line.run = [&line] { return check_verb(line.check); }; });
}

void declare_exhaust(CLI::App& app, CommandLine& line) {
  ExhaustArguments& arguments = line.exhaust;
  CLI::App& verb = *app.add_subcommand("exhaust", "Judge an engine on every small program");
  add_campaign(verb, arguments.check);
  verb.add_option("--length", arguments.length,
                  "up to this many instructions, inputs counted, 1 to 7 (4)")
      ->type_name("K")
      ->check(CLI::Range(1, 7));
  verb.add_flag("--actions", arguments.actions,
                "also every program of up to K instructions and actions");
  verb.add_option("--resume", arguments.resume,
                  "keep the progress in this file, and go on from it where it exists")
      ->type_name("F");
  verb.footer(
      "cradle exhaust --length 3 --actions\n"
      "cradle exhaust --length 4 --resume progress.json");
  verb.callback([&line] { line.run = [&line] { return exhaust_verb(line.exhaust); }; });
}

}  // namespace

void declare_campaigns(CLI::App& app, CommandLine& line) {
  declare_check(app, line);
  declare_exhaust(app, line);
}

}  // namespace cradle
