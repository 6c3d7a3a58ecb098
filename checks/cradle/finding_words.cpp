// Sentences and commands of a finding.

#include "checks/cradle/finding_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checks/cradle/terminal.h"
#include "checks/program/text.h"

namespace cradle {

std::string program_text(const Finding& finding) {
  return finding.family.empty() ? print(finding.program) : "family " + finding.family + "\n";
}

std::string_view kind_in_words(Kind kind) {
  switch (kind) {
    case Kind::value:
      return "The engine computes a wrong number.";
    case Kind::gradient:
      return "The engine computes a wrong derivative.";
    case Kind::memory:
      return "Memory, a reference or the process is damaged.";
    case Kind::leak:
      return "What the engine took is not given back.";
    case Kind::depth:
      return "The engine fails on graphs of some size.";
    case Kind::cost:
      return "Time or memory grows faster than the graph.";
    case Kind::policy:
      return "A choice of the engine, to be known rather than mended.";
    case Kind::edge:
      return "Only where a function ends, or at infinities.";
  }
  return {};
}

std::string checks_in_words(const std::vector<const Finding*>& found) {
  std::vector<std::string> names;
  for (const Finding* finding : found) {
    std::string name = finding->check;
    if (finding->judgement.kind != found.front()->judgement.kind) {
      name += fmt::format(" ({})", name_of(finding->judgement.kind));
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::string text = names.front();
  for (std::size_t k = 1; k < names.size(); ++k) {
    text += (k + 1 == names.size() ? " and " : ", ") + names[k];
  }
  return text;
}

std::string met_in_words(const Finding& finding) {
  const std::string where = fmt::format("met in case {} of {}", finding.index, finding.profile);
  return finding.met < 2 ? where
                         : fmt::format("{}, and in {} more", where, grouped(finding.met - 1));
}

std::string cause_in_words(const std::vector<const Finding*>& found) {
  const Finding& first = *found.front();
  if (first.cause.empty()) {
    return first.meaning.empty() ? std::string() : "Usually: " + first.meaning + ".";
  }
  std::vector<std::string> others;
  for (const Finding* const finding : found) {
    const std::string text = program_text(*finding);
    const bool told = text == program_text(first) ||
                      std::find(others.begin(), others.end(), text) != others.end();
    if (!told) others.push_back(text);
  }
  std::string text = "It is as if: " + first.cause + ".";
  if (!others.empty()) {
    text += fmt::format(" {} larger program{} show{} the same, and {} in the JSON.", others.size(),
                        others.size() == 1 ? "" : "s", others.size() == 1 ? "s" : "",
                        others.size() == 1 ? "is" : "are");
  }
  return text;
}

std::string stopped_in_words(const std::vector<std::string>& checks) {
  if (checks.empty()) return {};
  return fmt::format("Stopped before the last case, with {} findings or after too many deaths: {}.",
                     kFindingsMax, fmt::join(checks, ", "));
}

bool is_after_others(const Finding& finding) {
  return finding.judgement.message.find(kAfterOthers) != std::string::npos;
}

bool shows_alone(const Finding& finding) {
  return finding.check != "mlp" && finding.check != "depth" && !is_after_others(finding);
}

std::string rerun_command(const Finding& finding, const std::string& engine) {
  if (!shows_alone(finding)) {
    const bool one_check = finding.check == "mlp" || finding.check == "depth";
    return fmt::format("cradle check --engine {}{}", as_word(engine),
                       one_check && !is_after_others(finding) ? " --only " + finding.check : "");
  }
  return fmt::format("cradle run - --engine {}{} <<'END'\n{}END", as_word(engine),
                     finding.check == "deep" ? " --deep" : "", program_text(finding));
}

}  // namespace cradle
