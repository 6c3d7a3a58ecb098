// Laying out results as text.

#include "checks/cradle/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string_view>

#include "checks/cradle/explain.h"
#include "checks/cradle/finding_words.h"
#include "checks/cradle/known.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

std::string painted(const std::string& text, const char* code, bool color) {
  return color ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
}

// What the longest row of the table needs.
constexpr std::size_t kTableColumns = 80;

std::string heading(std::size_t columns) {
  if (columns < kTableColumns) {
    return fmt::format("  {:<12}{:<9}{:>11}{:>10}  {}\n", "check", "profile", "cases", "disagree",
                       "verdict");
  }
  return fmt::format("  {:<12}{:<9}{:>11}{:>10}{:>13}{:>8}  {}\n", "check", "profile", "cases",
                     "disagree", "inconclusive", "CPU s", "verdict");
}

std::string report_row(const Row& row, bool color, std::size_t columns) {
  const std::string begin = fmt::format("  {:<12}{:<9}", row.check, row.profile);
  if (!row.applicable) {
    return begin +
           wrapped("not applicable: " + row.reason, begin.size(), columns).substr(begin.size());
  }
  std::string verdict(name_of(row.verdict()));
  const bool red = row.verdict() == Verdict::disagree;
  verdict = painted(verdict, red ? "1;31" : row.verdict() == Verdict::agree ? "32" : "33", color);
  std::string line = begin + fmt::format("{:>11}{:>10}", grouped(row.cases), grouped(row.disagree));
  if (columns >= kTableColumns) {
    line += fmt::format("{:>13}{:>8.1f}", percent(row.inconclusive, row.cases), row.seconds);
  }
  line += "  " + verdict + '\n';
  if (row.threshold) {
    line +=
        fmt::format("  {:<12}{:<9}smallest failing length {}\n", "", "", grouped(*row.threshold));
  }
  return line;
}

std::string report_shares(const char* title,
                          const std::vector<std::pair<std::string, std::uint64_t>>& counts,
                          std::size_t columns) {
  std::uint64_t whole = 0;
  for (const auto& [name, count] : counts) whole += count;
  if (whole == 0) return {};
  std::string text;
  std::string line = fmt::format("  {:<9}", title);
  for (const auto& [name, count] : counts) {
    if (count == 0) continue;
    const std::string item = fmt::format("  {} {}", name, percent(count, whole));
    if (line.size() + item.size() >= columns) {
      text += line + '\n';
      line = std::string(11, ' ');
    }
    line += item;
  }
  return text + line + '\n';
}

std::string report_histogram(const Histogram& histogram, std::size_t columns) {
  std::vector<std::pair<std::string, std::uint64_t>> ops;
  std::vector<std::pair<std::string, std::uint64_t>> sizes;
  std::vector<std::pair<std::string, std::uint64_t>> profiles;
  for (const OpInfo& row : kOps) {
    ops.emplace_back(row.name, histogram.ops[static_cast<std::size_t>(row.op)]);
  }
  static constexpr std::array<const char*, 9> kSizes = {
      "1-2", "3-4", "5-8", "9-16", "17-32", "33-64", "65-128", "129-256", "more"};
  for (std::size_t k = 0; k < kSizes.size(); ++k) sizes.emplace_back(kSizes[k], histogram.sizes[k]);
  for (std::size_t k = 0; k < kProfileCount; ++k) {
    profiles.emplace_back(name_of(static_cast<Profile>(k)), histogram.profiles[k]);
  }
  const std::string text = report_shares("profiles", profiles, columns) +
                           report_shares("nodes", sizes, columns) +
                           report_shares("ops", ops, columns);
  return text.empty() ? text : "\nThe pure programs were\n" + text;
}

std::string report_policies(const std::vector<Policy>& policies, std::size_t columns) {
  if (policies.empty()) return {};
  std::string words;
  for (const Policy& policy : policies) {
    words += fmt::format("{}{}={}", words.empty() ? "" : ", ", policy.name, policy.value);
  }
  return "\nThe engine's policies, as found out\n" + wrapped(words, 2, columns);
}

}  // namespace

bool understands_escapes(int file) {
  const char* const kind = std::getenv("TERM");
  return isatty(file) != 0 && (kind == nullptr || std::string_view(kind) != "dumb");
}

bool color_wanted(bool allowed) {
  const char* const no_color = std::getenv("NO_COLOR");
  return allowed && understands_escapes(STDOUT_FILENO) &&
         (no_color == nullptr || *no_color == '\0');
}

std::size_t columns_of(int file) {
  winsize size = {};
  if (ioctl(file, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::size_t output_columns() { return std::min<std::size_t>(columns_of(STDOUT_FILENO), 80); }

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0 || part == 0) return "0 %";
  const double share = 100 * static_cast<double>(part) / static_cast<double>(whole);
  return share < 0.01 ? "<0.01 %" : fmt::format("{:.2f} %", share);
}

std::string report_finding(const std::vector<const Finding*>& found, std::size_t number,
                           const std::string& engine, bool color, std::size_t columns) {
  const Finding& finding = *found.front();
  const Judgement& judgement = finding.judgement;
  std::string text =
      painted(fmt::format("Finding {}: {}", number, name_of(judgement.kind)), "1;31", color);
  text += ", by " + checks_in_words(found) + '\n' + wrapped(judgement.message, 2, columns);
  const std::string cause = cause_in_words(found);
  if (!cause.empty()) text += wrapped(cause, 2, columns);
  if (!finding.profile.empty()) text += "  " + met_in_words(finding) + '\n';
  if (!finding.explanation.empty()) text += '\n' + finding.explanation;
  text += '\n';
  const std::string command = rerun_command(finding, engine);
  if (finding.check == "depth" && finding.family.empty()) {  // of the age of a process
    return text + fmt::format("  program, again and again:\n{}  rerun: {}\n", program_text(finding),
                              command);
  }
  if (finding.check == "depth") {  // time and stack are a matter of the whole row of lengths
    return text + fmt::format("  family {}\n  rerun: {}\n", finding.family, command);
  }
  if (!shows_alone(finding)) {
    return text + fmt::format("  program:\n{}  rerun: {}\n", program_text(finding), command);
  }
  // At the margin, so that it can be pasted into a shell as it stands: END must begin its line.
  return text + "  rerun (reproduce in place of run writes it as a C program):\n" + command + '\n';
}

// Programs that were drawn, on which an agreement rests: fewer say little of an engine.
constexpr std::uint64_t kFewPrograms = 1'000;

std::string few_programs(const Result& result, bool strict, std::size_t columns) {
  const auto& profiles = result.histogram.profiles;
  const std::uint64_t drawn = std::accumulate(profiles.begin(), profiles.end(), std::uint64_t{0});
  if (drawn == 0 || drawn >= kFewPrograms || result.verdict(strict) != Verdict::agree) return {};
  return wrapped(fmt::format("Only {} programs were drawn: an agreement on so few says little.",
                             grouped(drawn)),
                 0, columns);
}

// What was declared to be known, and what would have to be.
std::string report_known(const Result& result) {
  std::string text;
  const auto list = [&](const char* title, const std::vector<std::string>& keys) {
    if (keys.empty()) return;
    text += std::string("\n") + title + '\n';
    for (const std::string& key : keys) text += "  " + key + '\n';
  };
  std::vector<std::string> keys;
  for (const Finding& finding : result.known) {
    keys.push_back(fmt::format("{}  met {} time{}", key_of(finding), grouped(finding.met),
                               finding.met == 1 ? "" : "s"));
  }
  list("Known, and not counted:", keys);
  list("Known, and not seen this time:", result.unseen);
  if (text.empty()) return text;
  keys.clear();
  for (const Finding& finding : result.findings) {
    const std::string key = key_of(finding);
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  list("New; a line of each in the file of --known would declare it:", keys);
  return text;
}

std::string report(const Result& result, bool strict, bool color, std::size_t columns_wanted) {
  const std::size_t columns = std::max(columns_wanted, kReportColumnsMin);
  std::string text = fmt::format("Engine {}\n\n", result.engine) + heading(columns);
  for (const Row& row : result.rows) text += report_row(row, color, columns);
  const std::string stopped = stopped_in_words(result.stopped);
  if (!stopped.empty()) text += wrapped(stopped, 2, columns);
  text += report_histogram(result.histogram, columns);
  text += report_policies(result.policies, columns);
  const auto groups = same_programs(result.findings);
  for (std::size_t k = 0; k < groups.size(); ++k) {
    std::vector<const Finding*> found;
    for (const std::size_t index : groups[k]) found.push_back(&result.findings[index]);
    text += '\n' + report_finding(found, k + 1, result.engine, color, columns);
  }
  text += report_known(result);
  const Verdict verdict = result.verdict(strict);
  const char* const code = verdict == Verdict::agree      ? "1;32"
                           : verdict == Verdict::disagree ? "1;31"
                                                          : "1;33";
  text += fmt::format("\n{}{}: {} finding{} in {:.1f} s{}\n",
                      result.interrupted ? "interrupted, so far " : "",
                      painted(std::string(name_of(verdict)), code, color), groups.size(),
                      groups.size() == 1 ? "" : "s", result.seconds,
                      result.deaths > 0 ? fmt::format(", {} {} died", grouped(result.deaths),
                                                      result.deaths == 1 ? "child" : "children")
                                        : "");
  text += few_programs(result, strict, columns);
  return text + fmt::format("seed {}; again: {}\n", result.seed, result.command);
}

}  // namespace cradle
