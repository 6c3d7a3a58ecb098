// cradle reproduce: a C program that exits 1 while the bug is there.

#include <cstdio>

#include "checks/cradle/json_result.h"
#include "checks/cradle/single.h"
#include "checks/cradle/verbs.h"
#include "checks/oracles/c_program.h"

namespace cradle {
namespace {

// A C program of more lines is a bug report that nobody compiles.
constexpr std::size_t kWrittenNodesMax = 20'000;

}  // namespace

int reproduce_verb(const ProgramArguments& arguments) {
  if (arguments.engine.starts_with("cmd:")) {
    throw UserError{kBadInput,
                    "an engine behind cmd: is not reached from C: run the program with "
                    "cradle run --engine '" +
                        arguments.engine + "' FILE"};
  }
  const Target target = find_target(arguments.engine, arguments.limits);
  const Program program = read_for(target, arguments.file);
  if (program.code.size() > kWrittenNodesMax) {
    throw UserError{kBadInput, arguments.file +
                                   " has too many nodes for a C program; the limit is " +
                                   std::to_string(kWrittenNodesMax)};
  }
  for (const Action& action : program.actions) {
    if (action.verb == Verb::fail || action.verb >= Verb::misuse_null) {
      throw UserError{kBadInput, "a C program cannot inject faults or misuse: " + arguments.file +
                                     " needs the runner"};
    }
  }
  const SingleRun run = run_single(target, program, arguments.limits);
  const auto fault = run.disagreement();
  const std::string text = c_program(program, arguments.engine, fault ? fault->second : Judgement{},
                                     fault ? std::string(name_of(fault->first)) : std::string());
  std::string error;
  if (arguments.output.empty() || arguments.output == "-") {
    std::fputs(text.c_str(), stdout);
  } else if (!write_file(arguments.output, text, error)) {
    throw UserError{kBadInput, error};
  }
  if (!fault) std::fputs("every check agrees: the program shows no bug\n", stderr);
  return fault ? kDisagreed : kAgreed;
}

}  // namespace cradle
