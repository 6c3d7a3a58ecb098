// A result by check: what other machines are told, which know no profiles.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checks/cradle/stored_result.h"

namespace cradle {

/// How a check ended: `undecided` where none of its cases was conclusive, which is a failure, too.
enum class Ending : std::uint8_t { passed, failed, undecided, skipped };

/// A check with all of its rows and findings.
struct CheckSum {
  std::string check;
  Ending ending = Ending::passed;
  std::string reason;  // why it was skipped, or is undecided
  double seconds = 0;
  std::vector<const Row*> rows;
  std::vector<const Finding*> findings;
};

/// Returns a sum for each check of a result, in the order of its rows.
///
/// Ensures  one at least failed or is undecided if and only if the result does not agree: where no
///          check says so, there is one more, "result", which does.
std::vector<CheckSum> sums_of(const StoredResult& stored);

/// What a check asks, for those who meet it for the first time; empty for one of another name.
std::string_view question_of(std::string_view check);

}  // namespace cradle
