// Test cases of checks. Elements and escaping are those of pages: what is well formed there is
// well formed XML.

#include "checks/cradle/junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "checks/cradle/check_sums.h"
#include "checks/cradle/finding_words.h"
#include "checks/cradle/html.h"
#include "checks/cradle/terminal.h"

namespace cradle {
namespace {

// Enough for the longest program that is told; who wants more reads the JSON.
constexpr std::size_t kTextMax = 100'000;

// In an attribute a line end would be read as a blank.
std::string attribute(std::string_view name, std::string_view value) {
  std::string text = escaped(value, kTextMax).markup;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;) {
    text.replace(at, 1, "&#10;");
  }
  return fmt::format("{}=\"{}\"", name, text);
}

std::string told(const Finding& finding, const std::string& engine) {
  std::string text = finding.judgement.message + '\n';
  if (!finding.cause.empty()) text += "It is as if: " + finding.cause + ".\n";
  if (!finding.profile.empty() && finding.profile != "-") text += met_in_words(finding) + '\n';
  text += '\n' + program_text(finding) + "\nSee it again:\n" + rerun_command(finding, engine);
  return text + '\n';
}

Html failure(const CheckSum& sum, const std::string& engine) {
  if (sum.ending == Ending::undecided) {
    return element("failure", "No case of this check was conclusive: " + sum.reason,
                   attribute("message", sum.reason) + " type=\"inconclusive\"");
  }
  std::string text;
  for (const Finding* finding : sum.findings) {
    text += (text.empty() ? "" : "\n") + told(*finding, engine);
  }
  const bool known = !sum.findings.empty();
  const Judgement judgement = known ? sum.findings.front()->judgement : Judgement{};
  return element("failure", escaped(text, kTextMax),
                 attribute("message", known ? judgement.message : "it disagrees") + ' ' +
                     attribute("type", known ? name_of(judgement.kind) : "disagree"));
}

// What each row counted: a check that passed has done something, too.
Html output(const CheckSum& sum) {
  std::string text;
  for (const Row* row : sum.rows) {
    if (!row->applicable) continue;
    text +=
        fmt::format("{}: {} cases, {} disagree, {} undecided\n", row->profile, grouped(row->cases),
                    grouped(row->disagree), percent(row->inconclusive, row->cases));
  }
  return text.empty() ? Html{} : element("system-out", escaped(text, kTextMax)) + Html{"\n"};
}

Html test_case(const CheckSum& sum, const std::string& engine) {
  Html content{"\n"};
  switch (sum.ending) {
    case Ending::skipped:
      content += element("skipped", Html{}, attribute("message", sum.reason)) + Html{"\n"};
      break;
    case Ending::failed:
    case Ending::undecided:
      content += failure(sum, engine) + Html{"\n"};
      break;
    case Ending::passed:
      break;
  }
  content += output(sum);
  return element("testcase", content,
                 fmt::format("{} classname=\"cradle\" time=\"{:.3f}\"",
                             attribute("name", sum.check), sum.seconds)) +
         Html{"\n"};
}

Html properties(const StoredResult& stored) {
  Html list{"\n"};
  const auto property = [&](std::string_view name, std::string_view value) {
    list += element("property", Html{}, attribute("name", name) + ' ' + attribute("value", value)) +
            Html{"\n"};
  };
  property("command", stored.result.command);
  property("seed", std::to_string(stored.result.seed));
  property("verdict", name_of(stored.verdict));
  if (stored.result.interrupted) property("interrupted", "true");
  for (const auto& [name, value] : stored.environment) property(name, value);
  return element("properties", list) + Html{"\n"};
}

}  // namespace

std::string junit(const StoredResult& stored) {
  const std::vector<CheckSum> sums = sums_of(stored);
  const auto counted = [&](auto... endings) {
    return std::count_if(sums.begin(), sums.end(),
                         [&](const CheckSum& sum) { return ((sum.ending == endings) || ...); });
  };
  const std::string numbers =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3f}\"", sums.size(),
                  counted(Ending::failed, Ending::undecided), stored.result.seconds);
  const std::string skipped = fmt::format(" skipped=\"{}\"", counted(Ending::skipped));
  Html cases = Html{"\n"} + properties(stored);
  for (const CheckSum& sum : sums) cases += test_case(sum, stored.result.engine);
  const Html suite = element("testsuite", cases,
                             attribute("name", stored.result.engine) + ' ' + numbers + skipped);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
         element("testsuites", Html{"\n"} + suite + Html{"\n"}, "name=\"cradle\" " + numbers)
             .markup +
         '\n';
}

}  // namespace cradle
