// cradle minimise: the smallest program that still fails, and cradle convert: text and bytes.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "checks/cradle/finding_words.h"
#include "checks/cradle/input.h"
#include "checks/cradle/investigate.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/single.h"
#include "checks/cradle/terminal.h"
#include "checks/cradle/verbs.h"
#include "checks/program/codec.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// A fuzz input of the longest program, twice: fuzzers append.
constexpr std::size_t kBytesMax = 2 * kRecordBytes * (kFuzzNodesMax + kFuzzActionsMax);

void put(const std::string& output, const std::string& text) {
  std::string error;
  if (output.empty() || output == "-") {
    std::fwrite(text.data(), 1, text.size(), stdout);
  } else if (!write_file(output, text, error)) {
    throw UserError{kBadInput, error};
  }
}

}  // namespace

int minimise_verb(const ProgramArguments& arguments) {
  const Target target = find_target(arguments.engine, arguments.limits);
  const Program program = read_for(target, arguments.file);
  const SingleRun run = run_single(target, program, arguments.limits, arguments.deep);
  const auto fault = run.disagreement();
  if (!fault) {
    std::fputs("nothing disagrees: there is nothing to minimise\n", stderr);
    return kAgreed;
  }
  Investigator investigator(*target.engine, target.capabilities, arguments.limits);
  Finding finding = investigator.smallest(fault->first, program, fault->second);
  investigator.add_explanation(finding);
  std::fputs(report_finding({&finding}, 1, arguments.engine, false).c_str(), stderr);
  put(arguments.output, "# " + finding.judgement.message + "\n" + program_text(finding));
  return kDisagreed;
}

int convert_verb(const ProgramArguments& arguments) {
  const GenerateOptions options = fuzz_options();
  if (arguments.to == "bytes") {
    const Parsed parsed = read_program(arguments.file);
    if (parsed.error) throw UserError{kBadInput, parsed.error->text()};
    const auto bytes = encode(parsed.program, options);
    if (!bytes) {
      throw UserError{kBadInput,
                      fmt::format("{} is beyond a fuzz input: at most {} nodes and {} actions",
                                  arguments.file, options.nodes_max, options.actions_max)};
    }
    if (arguments.output.empty() && isatty(STDOUT_FILENO) != 0) {
      throw UserError{kBadInput, "bytes are not written to a terminal: use -o FILE or a pipe"};
    }
    put(arguments.output, std::string(bytes->begin(), bytes->end()));
    return kAgreed;
  }
  std::string bytes;
  std::string error;
  if (!read_bytes(arguments.file, kBytesMax, bytes, error)) {
    throw UserError{kBadInput, arguments.file + ":1:1: cannot be read: " + error};
  }
  if (bytes.empty())
    throw UserError{kBadInput, arguments.file + ":1:1: there are no bytes to decode"};
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  put(arguments.output, print(decode({data, bytes.size()}, options)));
  return kAgreed;
}

}  // namespace cradle
