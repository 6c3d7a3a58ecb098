// The command: declares its verbs and flags, and turns every mistake into one line and an exit
// status.

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <stdexcept>
#include <vector>

#include "checks/cradle/arguments.h"
#include "checks/cradle/target.h"
#include "checks/cradle/verbs.h"
#include "checks/program/text.h"

namespace {

using namespace cradle;

// A flag whose word is read by `read`; what that throws becomes the flag's own error.
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

void add_page(CLI::App& verb, std::string& html) {
  verb.add_option("--html", html, "write the result to this file, as a page")->type_name("F");
}

void add_campaign(CLI::App& verb, CheckArguments& arguments) {
  verb.add_option("--engine", arguments.engine, "what to test: see cradle engines")->type_name("E");
  verb.add_option("--jobs", arguments.jobs, "processes; all cores by default")
      ->type_name("J")
      ->check(CLI::Range(1u, 1024u));
  add_word(verb, "--shard", "i/n", "the i-th of n parts of the work",
           [&arguments](const std::string& word) { parse_shard(word, arguments); });
  verb.add_option("--json", arguments.json, "write the result to this file")->type_name("F");
  add_page(verb, arguments.html);
  verb.add_flag_callback(
      "--no-color", [&arguments] { arguments.color = false; }, "plain text on a terminal too");
  add_limits(verb, arguments.limits);
}

void add_check(CLI::App& app, CheckArguments& arguments, std::function<int()>& run) {
  CLI::App& verb =
      *app.add_subcommand("check", "Judge an engine on random programs, the corpus, and size");
  add_campaign(verb, arguments);
  CLI::Option* const cases =
      add_word(verb, "--cases", "COUNTS",
               "pure=N,lifetime=N,mlp=N (20000, 5000, 100); a tenth of lifetime for faults; the "
               "table of edges where pure is no less",
               [&arguments](const std::string& word) { parse_cases(word, arguments); });
  add_word(verb, "--time", "T", "go on for this long instead, such as 30s",
           [&arguments](const std::string& word) { arguments.seconds = parse_duration(word); })
      ->excludes(cases);
  add_word(verb, "--seed", "S", "of the random programs (1)",
           [&arguments](const std::string& word) { arguments.seed = parse_seed(word); });
  add_word(verb, "--profile", "P", "safe, mlp, special or wild programs only",
           [&arguments](const std::string& word) { arguments.profile = parse_profile(word); });
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
  verb.footer("Example: cradle check --engine faulty:add_same_operand --time 10s");
  verb.callback([&] { run = [&] { return check_verb(arguments); }; });
}

void add_exhaust(CLI::App& app, ExhaustArguments& arguments, std::function<int()>& run) {
  CLI::App& verb = *app.add_subcommand("exhaust", "Judge an engine on every small program");
  add_campaign(verb, arguments.check);
  verb.add_option("--length", arguments.length, "up to this many instructions, inputs counted (4)")
      ->type_name("K")
      ->check(CLI::Range(1, 7));
  verb.add_flag("--actions", arguments.actions,
                "also every program of up to K instructions and actions");
  verb.add_option("--resume", arguments.resume,
                  "keep the progress in this file, and go on from it where it exists")
      ->type_name("F");
  verb.footer("Example: cradle exhaust --length 6 --resume progress.json");
  verb.callback([&] { run = [&] { return exhaust_verb(arguments); }; });
}

void add_calibrate(CLI::App& app, CalibrateArguments& arguments, std::function<int()>& run) {
  CLI::App& verb = *app.add_subcommand("calibrate", "Measure what the checks can see");
  verb.add_option("--engine", arguments.engine,
                  "whose ops, and alarms on which: see cradle engines")
      ->type_name("E");
  verb.add_option("--graphs", arguments.graphs,
                  "of each cell of detection; elsewhere in proportion")
      ->type_name("N")
      ->check(CLI::Range(1u, 10'000'000u));
  verb.add_option("--nodes", arguments.nodes, "of a large graph (124)")
      ->type_name("N")
      ->check(CLI::Range(16u, 2000u));
  add_word(verb, "--seed", "S", "of the random programs (1)",
           [&arguments](const std::string& word) { arguments.seed = parse_seed(word); });
  verb.add_option("--jobs", arguments.jobs, "processes; all cores by default")
      ->type_name("J")
      ->check(CLI::Range(1u, 1024u));
  verb.add_option("--only", arguments.only, "of false_alarms,detection,planted,cost")
      ->delimiter(',')
      ->type_name("PART");
  verb.add_option("--oracles", arguments.oracles, "such as local,global,gradcheck")
      ->delimiter(',')
      ->type_name("ORACLE");
  verb.add_option("--profiles", arguments.profiles, "of false alarms, such as safe,large")
      ->delimiter(',')
      ->type_name("PROFILE");
  verb.add_option("--bugs", arguments.bugs, "planted ones, separated by commas; all by default")
      ->delimiter(',')
      ->type_name("BUG");
  verb.add_option("--json", arguments.json, "write the result to this file")->type_name("F");
  add_page(verb, arguments.html);
  verb.add_option("--markdown", arguments.markdown, "write short tables")->type_name("F");
  verb.add_option("--data", arguments.data, "write numbers for a plot")->type_name("F");
  verb.add_option("--programs", arguments.programs, "write the graphs, for other tools")
      ->type_name("F");
  verb.footer("Example: cradle calibrate --only detection --graphs 1000");
  verb.callback([&] { run = [&] { return calibrate_verb(arguments); }; });
}

struct ProgramVerb {
  const char* name;
  const char* help;
  const char* output_help;  // null: no -o
  bool json;
  int (*function)(const ProgramArguments&);
};

void add_program_verb(CLI::App& app, const ProgramVerb& which, ProgramArguments& arguments,
                      std::function<int()>& run) {
  CLI::App& verb = *app.add_subcommand(which.name, which.help);
  verb.add_option("FILE", arguments.file, "a program, or - for standard input")
      ->required()
      ->type_name("");
  const bool converts = which.function == convert_verb;
  if (converts) {
    verb.add_option("--to", arguments.to, "text or bytes")
        ->required()
        ->type_name("")
        ->check(CLI::IsMember({"text", "bytes"}));
  } else {
    verb.add_option("--engine", arguments.engine, "what to test: see cradle engines")
        ->type_name("E");
    add_limits(verb, arguments.limits);
  }
  if (which.function == run_verb || which.function == minimise_verb) {
    verb.add_flag("--deep", arguments.deep, "ask MPFR too");
  }
  if (which.output_help != nullptr) {
    verb.add_option("-o", arguments.output, which.output_help)->type_name("F");
  }
  if (which.json) {
    verb.add_option("--json", arguments.json, "write the result to this file")->type_name("F");
    add_page(verb, arguments.html);
  }
  const auto function = which.function;
  verb.callback([&arguments, &run, function] {
    run = [&arguments, function] { return function(arguments); };
  });
}

void add_report(CLI::App& app, ProgramArguments& arguments, std::function<int()>& run) {
  CLI::App& verb = *app.add_subcommand("report", "Show an earlier result as a page of HTML");
  verb.add_option("FILE", arguments.file, "what --json wrote, or - for standard input")
      ->required()
      ->type_name("");
  verb.add_option("-o", arguments.output, "where to write it")->type_name("F");
  verb.footer("Example: cradle check --json result.json; cradle report result.json -o result.html");
  verb.callback([&] { run = [&] { return report_verb(arguments); }; });
}

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
  app.require_subcommand(1);
  std::function<int()> run;
  CheckArguments check;
  check.corpus = CRADLE_CORPUS;
  ExhaustArguments exhaust;
  CalibrateArguments calibrate;
  ProgramArguments program;
  add_check(app, check, run);
  add_exhaust(app, exhaust, run);
  add_calibrate(app, calibrate, run);
  for (const ProgramVerb& verb :
       {ProgramVerb{"run", "Every oracle on one program, with a table of its nodes", nullptr, true,
                    run_verb},
        ProgramVerb{"show", "Draw a program with data and gradients; it judges nothing: see run",
                    "a name ending in .svg, .png or .dot", false, show_verb},
        ProgramVerb{"minimise", "Find the smallest program that still fails", "where to write it",
                    false, minimise_verb},
        ProgramVerb{"reproduce", "Write a C program that exits 1 while the bug is there",
                    "where to write it", false, reproduce_verb},
        ProgramVerb{"convert", "Programs to fuzz inputs and back", "where to write it", false,
                    convert_verb}}) {
    add_program_verb(app, verb, program, run);
  }
  add_report(app, program, run);
  app.add_subcommand("engines", "List what can be tested")->callback([&] { run = engines_verb; });
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
    return after_output(run());
  } catch (const UserError& error) {
    std::fprintf(stderr, "cradle: %s\n", error.message.c_str());
    return error.status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cradle: %s\n", error.what());
    return kBadInput;
  }
}
