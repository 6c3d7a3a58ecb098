// Laying out a calibration: every table is made of the same rows, picked in order.

#include "checks/cradle/calibrate_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <tuple>

#include "checks/cradle/gradcheck.h"
#include "checks/cradle/terminal.h"

namespace cradle {
namespace {

// "gradcheck defaults" is too long for a column.
std::string short_name(const std::string& oracle) {
  return oracle == kGradcheckName ? "gradcheck" : oracle;
}

std::string report_false_alarms(const Calibration& result) {
  std::string text = fmt::format("{:<12}{:<11}{:<10}{:<10}{:>12}{:>10}{:>14}\n", "oracle",
                                 "profile", "engine", "form", "cases", "alarms", "undecided");
  for (const FalseAlarms& row : result.false_alarms) {
    if (row.cases == 0) continue;
    text += fmt::format("{:<12}{:<11}{:<10.9}{:<10}{:>12}{:>10}{:>12} %\n", short_name(row.oracle),
                        row.profile, row.engine, row.form, grouped(row.cases), grouped(row.alarms),
                        share(row.inconclusive, row.cases));
  }
  for (const FalseAlarms& row : result.false_alarms) {
    if (row.alarms == 0 || row.oracle == kGradcheckName) continue;
    text += fmt::format("\n{} alarms on {} ({}, graph {}): {}\n{}", row.oracle, row.engine,
                        row.profile, *row.first, row.message, row.program);
  }
  return text;
}

// One table for each size and form: oracles and rules down, amounts across.
std::string report_detection(const Calibration& result, const CalibrateOptions& options) {
  std::string text;
  std::string form;
  std::string graphs;
  for (const Detection& row : result.detection) {
    if (row.form != form || row.graphs != graphs) {
      form = row.form;
      graphs = row.graphs;
      text += fmt::format("\nFound, % of the affected, {}; {}\n{:<12}{:<8}",
                          graphs == "large" ? fmt::format("graphs of about {} nodes", options.nodes)
                          : graphs == "small" ? "graphs of 5 to 12 ops"
                                              : "5 to 12 ops drawn evenly",
                          form == "known"   ? "forms of the rules known"
                          : form == "union" ? "any legal form admitted"
                                            : "a guessed tolerance",
                          "oracle", "rule");
      for (const char* delta : kDeltas) text += fmt::format("{:>6}", delta);
      text += '\n';
    }
    if (row.delta == 0) {
      text += fmt::format("{:<12}{:<8.7}", short_name(row.oracle), info(row.rule).name);
    }
    text += fmt::format("{:>6}", share(row.found, row.affected));
    if (row.delta + 1 == kDeltas.size()) text += '\n';
  }
  return text;
}

std::string in_one_line(std::string program) {
  while (!program.empty() && program.back() == '\n') program.pop_back();
  for (std::size_t at = 0; (at = program.find('\n', at)) != std::string::npos;) {
    program.replace(at, 1, "; ");
  }
  return program.size() > 76 ? program.substr(0, 73) + "..." : program;
}

// The checks that found a bug, in lines that fit beside the other columns.
std::string found_by(const Planted& row) {
  constexpr std::size_t kBegin = 43;
  std::string text = row.found_by.empty() ? "NOT FOUND" : "";
  std::size_t column = kBegin;
  for (const std::string& check : row.found_by) {
    if (column + check.size() > 79) {
      text += '\n' + std::string(kBegin, ' ');
      column = kBegin;
    }
    text += check + ' ';
    column += check.size() + 1;
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string report_planted(const Calibration& result) {
  constexpr std::size_t kPrefix = sizeof "faulty:" - 1;
  std::string text =
      fmt::format("{:<25}{:>8}{:>8}  {}\n", "bug (faulty:...)", "case", "seconds", "found by");
  for (const Planted& row : result.planted) {
    if (!row.done || row.base.empty()) continue;
    text += fmt::format("{:<25}{:>8}{:>8.2f}  {}\n    {}\n", row.bug.substr(kPrefix),
                        grouped(row.cases), row.seconds, found_by(row), in_one_line(row.program));
  }
  for (const Planted& row : result.planted) {
    if (!row.done || !row.base.empty() || row.found_by.empty()) continue;
    text += fmt::format("{}, without a bug, is accused: {}\n    {}\n", row.bug,
                        row.found_by.front(), in_one_line(row.program));
  }
  return text;
}

std::string report_cost(const Calibration& result) {
  std::string text =
      fmt::format("{:<18}{:<16}{:>8}{:>14}{:>12}\n", "oracle", "shape", "nodes", "a second", "us");
  for (const Cost& row : result.cost) {
    text += fmt::format("{:<18}{:<16}{:>8}{:>14}{:>12.1f}\n", row.oracle, row.shape, row.nodes,
                        grouped(static_cast<std::uint64_t>(row.per_second)), 1e6 / row.per_second);
  }
  return text;
}

std::size_t planted_done(const Calibration& result, bool found) {
  return static_cast<std::size_t>(
      std::count_if(result.planted.begin(), result.planted.end(), [&](const Planted& row) {
        return row.done && !row.base.empty() && (!found || !row.found_by.empty());
      }));
}

}  // namespace

std::string share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  if (part == whole) return "100";
  const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent > 99.9) return "99.9";
  if (part > 0 && percent < 0.1) return "<0.1";
  return percent < 10 ? fmt::format("{:.2g}", percent) : fmt::format("{:.3g}", percent);
}

std::string report(const Calibration& result, const CalibrateOptions& options,
                   const std::string& command) {
  std::string text = fmt::format("What the checks can see, on {}\n", options.capabilities.name);
  if (!result.false_alarms.empty()) {
    text += "\nAlarms on engines that are right: the engine itself, and the unscaled tape\n" +
            report_false_alarms(result);
  }
  if (!result.detection.empty()) {
    text += "\nOne rule wrong: its contributions times 1 + delta, or moved by one ulp\n" +
            report_detection(result, options);
  }
  if (!result.planted.empty()) {
    text += "\nPlanted bugs, under the campaign of cradle check\n" + report_planted(result);
    text +=
        fmt::format("{} of {} found\n", planted_done(result, true), planted_done(result, false));
  }
  if (!result.cost.empty()) text += "\nPrograms judged on one core\n" + report_cost(result);
  return text + fmt::format("\n{}{} in {:.1f} s\nseed {}; again: {}\n",
                            result.interrupted ? "interrupted, so far " : "",
                            result.good() ? "good" : "NOT GOOD", result.seconds, options.seed,
                            command);
}

std::string markdown(const Calibration& result, const CalibrateOptions& options,
                     const std::string& command) {
  // Alarms of an oracle over all profiles and engines; detection by oracle and rule.
  std::map<std::string, std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> alarms;
  std::vector<std::string> oracles;
  for (const FalseAlarms& row : result.false_alarms) {
    auto& [cases, count, undecided] = alarms[row.oracle];
    if (std::find(oracles.begin(), oracles.end(), row.oracle) == oracles.end()) {
      oracles.push_back(row.oracle);
    }
    cases += row.cases;
    count += row.alarms;
    undecided += row.inconclusive;
  }
  std::string text = fmt::format(
      "Made by `{}`. Alarms on engines that are right, in cases (undecided): ", command);
  for (const std::string& oracle : oracles) {
    const auto& [cases, count, undecided] = alarms[oracle];
    text += fmt::format("{}{} {} in {} ({} %)", oracle == oracles.front() ? "" : "; ", oracle,
                        grouped(count), grouped(cases), share(undecided, cases));
  }
  text += ".\n";
  text += fmt::format("\nFound, % of the affected graphs ({} nodes; in brackets 5 to 12 ops):\n\n",
                      options.nodes);
  std::map<std::tuple<std::string, Op, std::size_t, std::string, std::string>, const Detection*> at;
  for (const Detection& row : result.detection) {
    at[{row.oracle, row.rule, row.delta, row.form, row.graphs}] = &row;
  }
  const auto cell = [&](const std::string& oracle, Op rule, std::size_t delta,
                        const std::string& form) {
    const auto large = at.find({oracle, rule, delta, form, "large"});
    const auto small = at.find({oracle, rule, delta, form, "small"});
    if (large == at.end() || small == at.end()) return std::string("-");
    return fmt::format("{} ({})", share(large->second->found, large->second->affected),
                       share(small->second->found, small->second->affected));
  };
  const std::size_t ulp = kDeltas.size() - 1;
  text +=
      "| rule | local 1 ulp | any form | 1e-15 | global 1 ulp | difference 1 ulp | "
      "gradcheck 1e-4 | 1e-6 |\n|---|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const OpInfo& row : kOps) {
    if (row.op == Op::input || !contains(options.capabilities.ops, row.op)) continue;
    text +=
        fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", row.name,
                    cell("local", row.op, ulp, "known"), cell("local", row.op, ulp, "union"),
                    cell("local", row.op, ulp - 2, "known"), cell("global", row.op, ulp, "known"),
                    cell("difference", row.op, ulp, "known"),
                    cell(kGradcheckName, row.op, 1, "any"), cell(kGradcheckName, row.op, 2, "any"));
  }
  if (!result.planted.empty()) {
    text += fmt::format("\n{} of {} planted bugs found.\n", planted_done(result, true),
                        planted_done(result, false));
  }
  return text;
}

std::string plot_data(const Calibration& result) {
  std::map<std::tuple<std::string, std::string, std::string, std::size_t>,
           std::pair<std::uint64_t, std::uint64_t>>
      sums;
  for (const Detection& row : result.detection) {
    auto& [found, affected] = sums[{row.oracle, row.form, row.graphs, row.delta}];
    found += row.found;
    affected += row.affected;
  }
  std::string text = "# oracle\tform\tgraphs\tdelta\tshare\n";
  for (const auto& [key, counts] : sums) {
    const auto& [oracle, form, graphs, delta] = key;
    if (counts.second == 0) continue;
    const std::string name = kDeltas[delta];
    text += fmt::format("{}\t{}\t{}\t{}\t{}\n", oracle, form, graphs,
                        name == "1 ulp"   ? "1.1e-16"
                        : name == "2^-52" ? "2.2e-16"
                                          : name,
                        static_cast<double>(counts.first) / static_cast<double>(counts.second));
  }
  return text;
}

}  // namespace cradle
