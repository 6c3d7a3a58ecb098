// Does the language survive any text, and is what it reads what it prints?
//
//   p = parse(bytes): an error with its place, or a program
//   parse(print(p)) == p
//
// Built with CRADLE_PLANTED it prints wrongly, and has to be found out.

#include <cstddef>
#include <cstdint>
#include <string>

#include "checks/program/text.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

namespace {

#ifdef CRADLE_PLANTED
std::string printed(const cradle::Program& program) {
  std::string text = print(program);
  const std::size_t sign = text.find('-');
  return sign == std::string::npos ? text : text.erase(sign, 1);
}
#else
std::string printed(const cradle::Program& program) { return print(program); }
#endif

// A family of three digits may have a million nodes: a legal request, which takes seconds to grant.
bool asks_for_much(const std::string& text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits >= 3) return text.find("family") != std::string::npos;
  }
  return false;
}

}  // namespace

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_engine(InputKind::text);
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (asks_for_much(text)) return 0;
  const cradle::Parsed parsed = cradle::parse(text, "input");
  if (parsed.error) {
    cradle::require("text", parsed.error->line >= 1 && parsed.error->text().starts_with("input:"),
                    "an error without its place");
    return 0;
  }
  cradle::require("text", well_formed(parsed.program), "what was read is no program");
  const cradle::Parsed again = cradle::parse(printed(parsed.program), "printed");
  cradle::require("text", !again.error, "what was printed cannot be read");
  cradle::require("text", again.program == parsed.program, "what was printed reads as another");
  return 0;
}
