// Distances between words, three rows at a time.

#include "checks/cradle/nearest.h"

#include <algorithm>
#include <numeric>

namespace cradle {
namespace {

std::size_t distance(std::string_view lhs, std::string_view rhs) {
  std::vector<std::size_t> before_last(rhs.size() + 1);
  std::vector<std::size_t> last(rhs.size() + 1);
  std::vector<std::size_t> row(rhs.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= lhs.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= rhs.size(); ++j) {
      const std::size_t other = lhs[i - 1] == rhs[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
      const bool swapped = i > 1 && j > 1 && lhs[i - 1] == rhs[j - 2] && lhs[i - 2] == rhs[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[rhs.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& names) {
  std::optional<std::string> best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  if (word.size() > 100) return best;  // nobody mistypes that
  for (const std::string& name : names) {
    const std::size_t far = distance(word, name);
    if (far >= least) continue;
    least = far;
    best = name;
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
  const std::optional<std::string> name = nearest(word, names);
  return name ? ": did you mean " + *name + '?' : std::string();
}

}  // namespace cradle
