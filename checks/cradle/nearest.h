// What somebody may have meant who mistyped a word.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cradle {

/// Returns the name nearest to a word: by the fewest letters that are missing, surplus, another, or
/// swapped with their neighbour, and no more than a third of the word; the first of equal ones.
/// Source  the optimal string alignment distance; Damerau, CACM 7 (1964).
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& names);

/// Returns ": did you mean NAME?" where a name is near, else nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& names);

}  // namespace cradle
