// cradle report: an earlier result as a page.

#include <cstdio>

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
  if (arguments.output != "-") require_writable(arguments.output);
  const std::string name = arguments.file == "-" ? "standard input" : arguments.file;
  std::string json;
  std::string error;
  if (!read_bytes(arguments.file, kResultBytesMax, json, error)) {
    throw UserError{kBadInput, name + ": cannot be read: " + error};
  }
  const std::string html = page(json, name);
  if (arguments.output.empty() || arguments.output == "-") {
    std::fputs(html.c_str(), stdout);
  } else if (!write_file(arguments.output, html, error)) {
    throw UserError{kBadInput, error};
  }
  return kAgreed;
}

}  // namespace cradle
