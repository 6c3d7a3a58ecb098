// The manual page, in the macros of man.

#include <fmt/format.h>

#include "checks/cradle/json_result.h"
#include "checks/cradle/usage.h"

namespace cradle {
namespace {

// Dashes are minus signs, which can be copied; a line that begins with a dot would be a request.
std::string roff(const std::string& text) {
  std::string line;
  for (const char letter : text) {
    if (line.empty() && (letter == '.' || letter == '\'')) line += "\\&";
    line += letter == '\\' ? "\\e" : letter == '-' ? "\\-" : std::string(1, letter);
  }
  return line;
}

std::string item(const FlagUsage& flag) {
  const std::string name = flag.by_place ? flag.names.front() : flag_with_value(flag);
  return ".TP\n.B " + roff(name) + '\n' + roff(flag.help + '.') + '\n';
}

std::string section_of(const VerbUsage& verb) {
  std::string text = ".SS cradle " + roff(synopsis(verb)) + '\n' + roff(verb.help + '.') + '\n';
  for (const FlagUsage& flag : verb.flags) {
    if (flag.names.back() != "--help") text += item(flag);
  }
  for (const std::string& example : verb.examples) {
    text += ".PP\n.nf\n.RS\n" + roff(example) + "\n.RE\n.fi\n";
  }
  return text;
}

constexpr std::string_view kEnd = R"(.SH EXIT STATUS
.TP
.B 0
All agree.
.TP
.B 1
Something disagrees, or a check had no conclusive case.
.TP
.B 2
Bad arguments, input that cannot be read, or output that is lost.
.TP
.B 3
The engine is not there, or lacks what was asked.
.TP
.B 130
Interrupted; what was done until then is reported.
.SH ENVIRONMENT
.TP
.B NO_COLOR
Not empty: no colours on a terminal, as with \-\-no\-color.
.TP
.B TERM
dumb: neither colours nor a line of progress that is written over.
.TP
.B CRADLE_ASAN_RUNTIME
The runtime of AddressSanitizer to preload for a plug\-in that was built with it.
.SH SEE ALSO
The guide "test your engine in ten minutes" of the package, and
.BR dot (1),
which draws the graphs.
)";

}  // namespace

std::string manual_page(const Usage& usage) {
  std::string text = fmt::format(
      ".TH CRADLE 1 \"{}\" \"cradle {}\" \"User Commands\"\n.SH NAME\ncradle \\- tells whether a "
      "scalar autograd engine can be trusted\n.SH SYNOPSIS\n",
      date_of_build(), version_of_build());
  for (const VerbUsage& verb : usage.verbs) {
    text += (verb.name == usage.verbs.front().name ? "" : ".br\n") + std::string(".B cradle ") +
            roff(synopsis(verb)) + '\n';
  }
  text += ".SH DESCRIPTION\n" + roff(usage.help) + '\n';
  text += ".SH FLAGS\nBeside those of each verb below:\n";
  for (const FlagUsage& flag : usage.flags) text += item(flag);
  text += ".SH VERBS\n";
  for (const VerbUsage& verb : usage.verbs) text += section_of(verb);
  return text + std::string(kEnd);
}

}  // namespace cradle
