// cradle report: an earlier result as a page, and for other machines.

#include <cstdio>

#include "checks/cradle/conclude.h"
#include "checks/cradle/input.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/page.h"
#include "checks/cradle/target.h"
#include "checks/cradle/verbs.h"

namespace cradle {
namespace {

// A hundred times the largest result that was met.
constexpr std::size_t kResultBytesMax = std::size_t{64} << 20;

}  // namespace

int report_verb(const ProgramArguments& arguments) {
  Outputs outputs = arguments.outputs;
  const bool only_files = !outputs.junit.empty() || !outputs.sarif.empty();
  const bool prints = arguments.output == "-" || (arguments.output.empty() && !only_files);
  if (!prints) outputs.html = arguments.output;
  require_writable(outputs);
  const std::string name = arguments.file == "-" ? "standard input" : arguments.file;
  std::string json;
  std::string error;
  if (!read_bytes(arguments.file, kResultBytesMax, json, error)) {
    throw UserError{kBadInput, name + ": cannot be read: " + error};
  }
  if (prints) std::fputs(page(read_stored(json, name)).c_str(), stdout);
  write_result(json, outputs, name);
  return kAgreed;
}

}  // namespace cradle
