// How near the healthy cases came to the tolerance: a histogram for each check that measures it.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "checks/cradle/page_parts.h"
#include "checks/cradle/terminal.h"

namespace cradle {
namespace {

// Of the drawing, in its own units: bars stand on the line at kBarFoot.
constexpr double kBarWidth = 29;
constexpr double kBarFoot = 112;
constexpr double kHighest = 92;
constexpr double kDrawnWidth = kBarWidth * 11 + 8;

constexpr int kClasses = static_cast<int>(ErrorCounts{}.size());

// The upper end of a class, in tolerances.
std::string end_of(int error_class) {
  const int power = kClasses - 1 - error_class;
  if (error_class == 0) return "0";
  return power == 0 ? "1" : fmt::format("1/{}", 1 << power);
}

std::string class_in_words(int error_class) {
  if (error_class == 0) return "no error";
  if (error_class == 1) return "up to " + end_of(1) + " of the tolerance";
  return fmt::format("{} to {} of the tolerance", end_of(error_class - 1), end_of(error_class));
}

// A count in the space above a bar.
std::string short_count(std::uint64_t count) {
  const auto number = static_cast<double>(count);
  if (count < 1000) return std::to_string(count);
  return count < 1'000'000 ? fmt::format("{:.3g}k", number / 1e3)
                           : fmt::format("{:.3g}M", number / 1e6);
}

std::uint64_t sum_of(const ErrorCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// A few cases near the tolerance are what matters, so that heights are logarithms.
std::string bars(const ErrorCounts& counts) {
  const auto height = [](std::uint64_t count) { return std::log1p(static_cast<double>(count)); };
  const double most = height(*std::max_element(counts.begin(), counts.end()));
  std::string text;
  for (int k = 0; k < kClasses; ++k) {
    const std::uint64_t count = counts[static_cast<std::size_t>(k)];
    const double left = 4 + kBarWidth * k;
    const double middle = left + kBarWidth / 2;
    if (count > 0) {
      const double high = std::max(2.0, kHighest * height(count) / most);
      text += fmt::format(
          "<g><title>{}: {} cases</title><rect class=\"bar{}\" x=\"{:.1f}\" y=\"{:.1f}\" "
          "width=\"{:.1f}\" height=\"{:.1f}\"></rect><text x=\"{:.1f}\" y=\"{:.1f}\" "
          "text-anchor=\"middle\">{}</text></g>\n",
          class_in_words(k), grouped(count), k == kClasses - 1 ? " last" : "", left + 2,
          kBarFoot - high, kBarWidth - 4, high, middle, kBarFoot - high - 4, short_count(count));
    }
    // Every other one: the words of all would touch.
    if (k % 2 == 0) {
      text += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", middle,
                          kBarFoot + 15, end_of(k));
    }
  }
  return text +
         fmt::format("<line class=\"axis\" x1=\"4\" x2=\"{0}\" y1=\"{1}\" y2=\"{1}\"></line>\n",
                     kDrawnWidth - 4, kBarFoot);
}

Html histogram(const std::string& check, const ErrorCounts& counts) {
  int nearest = kClasses - 1;
  while (nearest > 0 && counts[static_cast<std::size_t>(nearest)] == 0) --nearest;
  const std::string words = fmt::format("{}: {} cases, {} without an error; the nearest: {}", check,
                                        grouped(sum_of(counts)), percent(counts[0], sum_of(counts)),
                                        class_in_words(nearest));
  // The name of a check may be anybody's: it is in the caption, escaped, and not in the drawing.
  const Html svg = Html{fmt::format(
      "<svg viewBox=\"0 0 {} 136\" role=\"img\" aria-label=\"cases by their largest error in units "
      "of the tolerance\">\n{}</svg>",
      kDrawnWidth, bars(counts))};
  return element("figure", svg + element("figcaption", words)) + Html{"\n"};
}

}  // namespace

Html errors_section(const Result& result) {
  std::vector<std::pair<std::string, ErrorCounts>> checks;
  for (const Row& row : result.rows) {
    if (sum_of(row.errors) == 0) continue;
    if (checks.empty() || checks.back().first != row.check) {
      checks.emplace_back(row.check, ErrorCounts{});
    }
    for (std::size_t k = 0; k < row.errors.size(); ++k) checks.back().second[k] += row.errors[k];
  }
  if (checks.empty()) return {};
  Html figures;
  for (const auto& [check, counts] : checks) figures += histogram(check, counts);
  const Html about = element(
      "p.note",
      "Of the cases that agree, by their largest error in units of the tolerance: how far a "
      "correct engine may be off, by the bound that was derived for that number. Heights are "
      "logarithms of the counts above the bars; below a bar is the upper end of its class.");
  return element("section", element("h2", "How near to the tolerance") + about +
                                element("div.errors", figures)) +
         Html{"\n"};
}

}  // namespace cradle
