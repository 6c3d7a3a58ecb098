// What is said of a finding wherever it is told: on the terminal, in JSON, on a page.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checks/cradle/result.h"

namespace cradle {

/// Returns the program as text: of a finding of size its family, since a million lines would say no
/// more.
std::string program_text(const Finding& finding);

/// Returns what a kind of finding means to those who use the engine, a sentence.
std::string_view kind_in_words(Kind kind);

/// Returns "local, global and difference (value)": a kind is told where it is not that of the
/// first.
std::string checks_in_words(const std::vector<const Finding*>& found);

/// Returns "met in case 12 of safe, and in 99 more".
std::string met_in_words(const Finding& finding);

/// Returns a sentence on what findings with one cause, or of this kind, usually are, and the other
/// programs that show it; may be empty.
std::string cause_in_words(const std::vector<const Finding*>& found);

/// Returns a sentence that names the checks which had enough before their last case; empty when
/// there is none.
std::string stopped_in_words(const std::vector<std::string>& checks);

/// What a message has at its end when the program shows nothing by itself, and true where it has.
inline constexpr std::string_view kAfterOthers =
    "; only after other programs had run in the same process";
bool is_after_others(const Finding& finding);

/// True when the program by itself shows the finding: no whole network and no earlier programs are
/// needed.
bool shows_alone(const Finding& finding);

/// Returns the shell command that shows the finding again, without a line end. Where the program
/// shows it alone it is part of the command, which has to be pasted at the margin as it stands.
std::string rerun_command(const Finding& finding, const std::string& engine);

}  // namespace cradle
