// The flags of the verbs on one program, and of report.

#include "checks/cradle/arguments.h"
#include "checks/cradle/flags.h"

namespace cradle {
namespace {

struct ProgramVerb {
  const char* name;
  const char* help;
  const char* output_help;  // null: no -o
  bool json;
  int (*function)(const ProgramArguments&);
  const char* examples;
};

constexpr ProgramVerb kProgramVerbs[] = {
    {"run", "Ask every oracle of one program, with a table of its nodes", nullptr, true, run_verb,
     "cradle run add.prog --engine faulty:add_same_operand\n"
     "echo '%0 = input 2' | cradle run - --html result.html"},
    {"show", "Draw a program with data and gradients; it judges nothing: see run",
     "a name ending in .svg, .png or .dot", false, show_verb,
     "cradle show add.prog -o graph.svg\ncradle show add.prog --around %0 -o graph.dot"},
    {"minimise", "Find the smallest program that still fails", "where to write it", false,
     minimise_verb, "cradle minimise add.prog --engine faulty:add_same_operand -o small.prog"},
    {"reproduce", "Write a C program that exits 1 while the bug is there", "where to write it",
     false, reproduce_verb, "cradle reproduce add.prog --engine faulty:add_same_operand -o bug.c"},
    {"convert", "Turn programs into fuzz inputs and back", "where to write it", false, convert_verb,
     "cradle convert add.prog --to bytes -o add.bytes"},
};

void add_parts_to_show(CLI::App& verb, ProgramArguments& arguments) {
  CLI::Option* const around =
      add_word(verb, "--around", "NODE", "of a large program: what is nearest to this node",
               [&arguments](const std::string& word) { arguments.around = parse_node(word); });
  verb.add_flag("--all", arguments.all, "every node, even if nobody can read it")->excludes(around);
}

void declare_program_verb(CLI::App& app, const ProgramVerb& which, CommandLine& line) {
  ProgramArguments& arguments = line.program;
  CLI::App& verb = *app.add_subcommand(which.name, which.help);
  verb.add_option("FILE", arguments.file, "a program, or - for standard input")
      ->required()
      ->type_name("FILE");
  verb.footer(which.examples);
  if (which.function == convert_verb) {
    verb.add_option("--to", arguments.to, "text or bytes")
        ->required()
        ->type_name("FORM")
        ->check(CLI::IsMember({"text", "bytes"}));
  } else {
    add_engine(verb, arguments.engine);
    add_limits(verb, arguments.limits);
  }
  if (which.function == run_verb || which.function == minimise_verb) {
    verb.add_flag("--deep", arguments.deep, "ask MPFR too");
  }
  if (which.output_help != nullptr) {
    verb.add_option("-o", arguments.output, which.output_help)->type_name("F");
  }
  if (which.function == show_verb) add_parts_to_show(verb, arguments);
  if (which.json) {
    add_files(verb, arguments.outputs);
    add_files_for_machines(verb, arguments.outputs);
  }
  const auto function = which.function;
  verb.callback(
      [&line, function] { line.run = [&line, function] { return function(line.program); }; });
}

void declare_report(CLI::App& app, CommandLine& line) {
  ProgramArguments& arguments = line.program;
  CLI::App& verb =
      *app.add_subcommand("report", "Write an earlier result as a page, or for other machines");
  verb.add_option("FILE", arguments.file, "what --json wrote, or - for standard input")
      ->required()
      ->type_name("FILE");
  verb.add_option("-o", arguments.output,
                  "the page; standard output, where no other file is asked for")
      ->type_name("F");
  add_files_for_machines(verb, arguments.outputs);
  verb.footer(
      "cradle report result.json -o result.html\n"
      "cradle report result.json --junit result.xml --sarif result.sarif");
  verb.callback([&line] { line.run = [&line] { return report_verb(line.program); }; });
}

}  // namespace

void declare_program_verbs(CLI::App& app, CommandLine& line) {
  for (const ProgramVerb& verb : kProgramVerbs) declare_program_verb(app, verb, line);
  declare_report(app, line);
}

}  // namespace cradle
