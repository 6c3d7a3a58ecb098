// Greedy descent, and bisection for sizes.

#include "checks/program/minimise.h"

#include <algorithm>
#include <optional>

#include "checks/program/simpler.h"

namespace cradle {

Minimised minimise(const Program& program, const std::function<bool(const Program&)>& fails,
                   std::size_t tries_max) {
  Minimised result;
  result.program = program;
  for (bool improved = true; improved;) {
    std::optional<Program> next;
    improved = for_each_simpler(result.program, [&](const Program& candidate) {
      if (result.tried == tries_max) return true;
      ++result.tried;
      if (fails(candidate)) next = candidate;
      return next.has_value();
    });
    if (improved && !next) return result;  // the tries ran out
    if (improved) result.program = std::move(*next);
  }
  result.finished = true;
  return result;
}

std::uint64_t smallest_failing_length(std::uint64_t smallest, std::uint64_t length,
                                      const std::function<bool(std::uint64_t)>& fails) {
  if (smallest >= length || fails(smallest)) return std::min(smallest, length);
  std::uint64_t failing = length;
  std::uint64_t passing = smallest;
  for (std::uint64_t step = 1; step < length - smallest; step *= 2) {
    if (fails(smallest + step)) {
      failing = smallest + step;
      break;
    }
    passing = smallest + step;
  }
  while (failing - passing > 1) {
    const std::uint64_t middle = passing + (failing - passing) / 2;
    (fails(middle) ? failing : passing) = middle;
  }
  return failing;
}

}  // namespace cradle
