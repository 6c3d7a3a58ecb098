// The page of calibrate: what the checks see, how often they cry wolf, what they cost.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "checks/cradle/calibrate_report.h"
#include "checks/cradle/gradcheck.h"
#include "checks/cradle/page_parts.h"
#include "checks/cradle/terminal.h"

namespace cradle {
namespace {

Html section(std::string_view title, std::string_view about, const Html& content) {
  return element("section", element("h2", title) + element("p.note", about) + content) + Html{"\n"};
}

Html number_cell(const std::string& words, bool wrong = false) {
  return element(wrong ? "td.number.wrong" : "td.number", words);
}

std::string graphs_in_words(const std::string& graphs, std::uint64_t nodes) {
  return graphs == "large"   ? fmt::format("Graphs of about {} nodes", nodes)
         : graphs == "small" ? "Graphs of 5 to 12 ops"
         : graphs == "plain" ? "Graphs of 5 to 12 ops on operands drawn evenly"
                             : graphs;
}

// A row of the detection table: an oracle and a rule, amounts across.
struct Power {
  const Detection* first;
  std::array<std::string, kDeltas.size()> cells;
};

std::vector<Power> powers_of(const Calibration& calibration, const std::string& graphs) {
  std::vector<Power> rows;
  for (const Detection& row : calibration.detection) {
    if (row.graphs != graphs) continue;
    const auto same = [&](const Power& other) {
      return other.first->oracle == row.oracle && other.first->rule == row.rule &&
             other.first->form == row.form;
    };
    // Rows of one kind follow each other, as they were written.
    if (rows.empty() || !same(rows.back())) rows.push_back({&row, {}});
    rows.back().cells[row.delta] = share(row.found, row.affected);
  }
  return rows;
}

Html power_table(const Calibration& calibration, const std::string& graphs) {
  Html rows;
  for (const Power& power : powers_of(calibration, graphs)) {
    Html cells = element("td", power.first->oracle) + element("td", info(power.first->rule).name) +
                 element("td", power.first->form);
    for (const std::string& cell : power.cells) cells += number_cell(cell.empty() ? "-" : cell);
    rows += element("tr", cells) + Html{"\n"};
  }
  const Html body = table({"oracle", "rule", "forms", ">1e-2", ">1e-4", ">1e-6", ">1e-8", ">1e-10",
                           ">1e-12", ">1e-14", ">1e-15", ">2^-52", ">1 ulp"},
                          rows);
  return element("details", element("summary", "Rule by rule, in % of the affected") + body);
}

Html detection_section(const StoredCalibration& stored) {
  std::vector<std::string> kinds;
  for (const Detection& row : stored.calibration.detection) {
    if (std::find(kinds.begin(), kinds.end(), row.graphs) == kinds.end()) {
      kinds.push_back(row.graphs);
    }
  }
  Html content;
  for (const std::string& kind : kinds) {
    const auto chart = detection_chart(stored.calibration, kind);
    if (!chart) continue;
    content += element("div.card", element("h3", graphs_in_words(kind, stored.nodes)) + *chart +
                                       power_table(stored.calibration, kind)) +
               Html{"\n"};
  }
  if (content.markup.empty()) return {};
  return section("What is seen",
                 "One rule of an engine is made wrong by a little: in what share of the graphs "
                 "whose gradients change is it found? All rules taken together; gradcheck's "
                 "default tolerances beside this project's oracles.",
                 content);
}

Html alarm_cells(const FalseAlarms& row) {
  return number_cell(grouped(row.cases)) + number_cell(grouped(row.alarms), row.alarms > 0) +
         number_cell(percent(row.inconclusive, row.cases));
}

// Each oracle over all profiles and engines.
Html alarms_by_oracle(const Calibration& calibration) {
  std::vector<FalseAlarms> sums;
  for (const FalseAlarms& row : calibration.false_alarms) {
    const auto same = std::find_if(
        sums.begin(), sums.end(), [&](const FalseAlarms& sum) { return sum.oracle == row.oracle; });
    FalseAlarms& sum = same == sums.end() ? sums.emplace_back() : *same;
    sum.oracle = row.oracle;
    sum.cases += row.cases;
    sum.alarms += row.alarms;
    sum.inconclusive += row.inconclusive;
  }
  Html rows;
  for (const FalseAlarms& sum : sums) {
    rows += element("tr", element("td", sum.oracle) + alarm_cells(sum)) + Html{"\n"};
  }
  return table({"oracle", ">cases", ">alarms", ">undecided"}, rows);
}

Html alarms_section(const Calibration& calibration) {
  Html rows;
  Html told;
  for (const FalseAlarms& row : calibration.false_alarms) {
    if (row.cases == 0) continue;
    rows +=
        element("tr", element("td", row.oracle) + element("td", row.profile) +
                          element("td", row.engine) + element("td", row.form) + alarm_cells(row)) +
        Html{"\n"};
    if (row.alarms == 0 || row.oracle == kGradcheckName) continue;
    told += element("div.card", element("p.message", row.oracle + " alarms on " + row.engine +
                                                         ": " + row.message) +
                                    element("pre", row.program));
  }
  if (rows.markup.empty()) return {};
  const Html all = table(
      {"oracle", "profile", "engine", "forms of rules", ">cases", ">alarms", ">undecided"}, rows);
  return section("False alarms",
                 "Alarms on engines that are right: the engine itself, and the tape.",
                 alarms_by_oracle(calibration) + told +
                     element("details", element("summary", "By profile and engine") + all));
}

Html found_in_words(const Planted& row) {
  if (row.found_by.empty()) return element("span.badge.fail", "not found");
  std::string words;
  for (const std::string& check : row.found_by) words += (words.empty() ? "" : ", ") + check;
  return escaped(words);
}

std::string lines_in_one(std::string program) {
  while (!program.empty() && program.back() == '\n') program.pop_back();
  for (std::size_t at = 0; (at = program.find('\n', at)) != std::string::npos;) {
    program.replace(at, 1, "; ");
  }
  return program;
}

Html planted_row(const Planted& row) {
  const Html program = element("code", escaped(lines_in_one(row.program), 120));
  return element("tr", element("td", row.bug) + element("td.words", found_in_words(row)) +
                           number_cell(grouped(row.cases)) + element("td", row.profile) +
                           number_cell(fmt::format("{:.2f}", row.seconds)) +
                           element("td.lines", program)) +
         Html{"\n"};
}

// What is missed stands first.
Html planted_section(const Calibration& calibration) {
  Html rows;
  std::size_t found = 0;
  for (const bool wanted : {false, true}) {
    for (const Planted& row : calibration.planted) {
      if (row.found_by.empty() == wanted) continue;
      rows += planted_row(row);
      found += wanted ? 1 : 0;
    }
  }
  if (rows.markup.empty()) return {};
  return section("Planted bugs",
                 fmt::format("{} of {} are found by the campaign of cradle check; after how many "
                             "cases, and by what program.",
                             found, calibration.planted.size()),
                 table({"bug", "found by", ">cases", "profile", ">seconds", "program"}, rows));
}

Html cost_section(const Calibration& calibration) {
  Html rows;
  for (const Cost& row : calibration.cost) {
    const bool known = row.per_second > 0 && row.per_second < 1e15;
    rows +=
        element("tr",
                element("td", row.oracle) + element("td", row.shape) +
                    number_cell(grouped(row.nodes)) +
                    number_cell(known ? grouped(static_cast<std::uint64_t>(row.per_second)) : "-") +
                    number_cell(known ? fmt::format("{:.1f}", 1e6 / row.per_second) : "-")) +
        Html{"\n"};
  }
  if (rows.markup.empty()) return {};
  return section("Cost", "Programs judged on one core.",
                 table({"oracle", "shape", ">nodes", ">a second", ">microseconds each"}, rows));
}

}  // namespace

Html calibration_page(const StoredCalibration& stored) {
  const Calibration& calibration = stored.calibration;
  const std::string sentence =
      std::string(calibration.interrupted ? "Interrupted; so far: " : "") +
      (stored.good ? "No oracle alarms on an engine that is right, and no planted bug is missed."
                   : "An oracle alarms on an engine that is right, or a planted bug is missed.");
  const Headline top{stored.good ? "pass" : "fail",
                     "What the checks can see, on " + stored.engine,
                     sentence,
                     std::to_string(stored.seed),
                     calibration.seconds,
                     stored.command};
  return headline(top, stored.environment) + detection_section(stored) +
         alarms_section(calibration) + planted_section(calibration) + cost_section(calibration);
}

}  // namespace cradle
