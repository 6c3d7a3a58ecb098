// The power of detection as a chart: one line for each oracle, amounts from large to small.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "checks/cradle/gradcheck.h"
#include "checks/cradle/page_parts.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// Of the drawing, in its own units.
constexpr double kLeft = 52;
constexpr double kRight = 462;
constexpr double kTop = 14;
constexpr double kBottom = 246;

using Shares = std::array<std::pair<std::uint64_t, std::uint64_t>, kDeltas.size()>;

// One ulp counts as 2^-53 of a contribution, its least relative size.
double amount(std::size_t delta) {
  const std::string name = kDeltas[delta];
  if (name == "1 ulp") return 0x1p-53;
  if (name == "2^-52") return 0x1p-52;
  return parse_number(name).value_or(1);
}

double across(std::size_t delta) {
  const double first = std::log10(amount(0));
  const double last = std::log10(amount(kDeltas.size() - 1));
  return kLeft + (kRight - kLeft) * (std::log10(amount(delta)) - first) / (last - first);
}

double up(double share) { return kBottom - (kBottom - kTop) * share; }

std::string axes() {
  std::string text;
  for (const int percent : {0, 25, 50, 75, 100}) {
    const double y = up(percent / 100.0);
    text += fmt::format(
        "<line class=\"{}\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"></line>"
        "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{} %</text>\n",
        percent == 0 ? "axis" : "grid", kLeft, kRight, y, y, kLeft - 8, y + 4, percent);
  }
  for (std::size_t delta = 0; delta < kDeltas.size(); ++delta) {
    const std::string name = kDeltas[delta];
    if (name == "1e-15" || name == "2^-52") continue;  // too near to their neighbours
    text += fmt::format(
        "<line class=\"axis\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"></line>"
        "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
        across(delta), kBottom, kBottom + 5, kBottom + 20, name);
  }
  return text + fmt::format(
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">one rule is wrong by "
                    "this share of what it passes on</text>\n",
                    (kLeft + kRight) / 2, kBottom + 42);
}

std::string line_of(const Shares& shares, const std::string& classes) {
  std::string points;
  std::string dots;
  for (std::size_t delta = 0; delta < shares.size(); ++delta) {
    const auto& [found, affected] = shares[delta];
    if (affected == 0) continue;
    const double y = up(static_cast<double>(found) / static_cast<double>(affected));
    points += fmt::format("{:.1f},{:.1f} ", across(delta), y);
    dots += fmt::format("<circle class=\"series {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\"></circle>",
                        classes, across(delta), y);
  }
  return fmt::format("<polyline class=\"series {}\" points=\"{}\"></polyline>{}\n", classes, points,
                     dots);
}

Html legend_entry(const std::string& name, const std::string& classes) {
  const std::string swatch = fmt::format(
      "<svg viewBox=\"0 0 32 10\" aria-hidden=\"true\"><line class=\"series {}\" x1=\"0\" "
      "x2=\"32\" y1=\"5\" y2=\"5\"></line></svg>",
      classes);
  return element("li", Html{swatch} + escaped(name, 100));
}

}  // namespace

std::optional<Html> detection_chart(const Calibration& calibration, const std::string& graphs) {
  std::map<std::pair<std::string, std::string>, Shares> lines;  // by oracle and form
  std::vector<std::string> oracles;
  bool any = false;
  for (const Detection& row : calibration.detection) {
    if (row.graphs != graphs) continue;
    if (std::find(oracles.begin(), oracles.end(), row.oracle) == oracles.end()) {
      oracles.push_back(row.oracle);
    }
    auto& [found, affected] = lines[{row.oracle, row.form}][row.delta];
    found += row.found;
    affected += row.affected;
    any = any || row.affected > 0;
  }
  if (!any) return std::nullopt;
  std::string drawn;
  Html legend;
  for (std::size_t place = 0; place < oracles.size(); ++place) {
    for (const auto& [key, shares] : lines) {
      if (key.first != oracles[place]) continue;
      const bool by_union = key.second == "union";
      const std::string classes = fmt::format("s{}{}", place % 6, by_union ? " dashed" : "");
      drawn += line_of(shares, classes);
      legend += legend_entry(key.first + (by_union ? ", any legal form" : ""), classes);
    }
  }
  const std::string svg = fmt::format(
      "<svg viewBox=\"0 0 484 300\" role=\"img\" aria-label=\"share of affected graphs found "
      "against the amount\">\n{}{}</svg>",
      axes(), drawn);
  return element("div.chart", Html{svg}, "tabindex=\"0\"") + element("ul.legend", legend);
}

}  // namespace cradle
