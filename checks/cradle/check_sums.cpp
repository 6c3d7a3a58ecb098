// Adding up rows, by the rules that give the verdict of the whole.

#include "checks/cradle/check_sums.h"

#include <algorithm>
#include <array>
#include <utility>

#include "checks/cradle/checks.h"

namespace cradle {
namespace {

CheckSum& sum_named(std::vector<CheckSum>& sums, const std::string& check) {
  const auto same = std::find_if(sums.begin(), sums.end(),
                                 [&](const CheckSum& sum) { return sum.check == check; });
  if (same != sums.end()) return *same;
  CheckSum sum;
  sum.check = check;
  sums.push_back(std::move(sum));
  return sums.back();
}

// A finding that was declared to be known leaves its row as it is.
bool has_known(const StoredResult& stored, const std::string& check) {
  return std::any_of(stored.known_keys.begin(), stored.known_keys.end(),
                     [&](const std::string& key) { return key.starts_with(check + '/'); });
}

bool disagrees(const CheckSum& sum, const StoredResult& stored) {
  const bool counted = std::any_of(sum.findings.begin(), sum.findings.end(),
                                   [](const Finding* one) { return counts(one->judgement.kind); });
  const bool row = std::any_of(sum.rows.begin(), sum.rows.end(), [](const Row* one) {
    return one->applicable && one->verdict() == Verdict::disagree;
  });
  return counted || (row && !has_known(stored, sum.check));
}

void settle(CheckSum& sum, const StoredResult& stored) {
  std::uint64_t cases = 0;
  std::uint64_t conclusive = 0;
  bool applicable = !sum.findings.empty();
  for (const Row* row : sum.rows) {
    if (sum.reason.empty()) sum.reason = row->reason;
    if (!row->applicable) continue;
    applicable = true;
    sum.seconds += row->seconds;
    cases += row->cases;
    conclusive += row->agree + row->disagree;
  }
  if (!applicable || (cases == 0 && sum.findings.empty())) {
    sum.ending = Ending::skipped;
    if (sum.reason.empty()) sum.reason = "it had no case";
  } else if (stored.verdict != Verdict::agree && disagrees(sum, stored)) {
    sum.ending = Ending::failed;
  } else if (stored.verdict != Verdict::agree && conclusive == 0) {
    sum.ending = Ending::undecided;
    if (sum.reason.empty()) sum.reason = "no case was conclusive";
  }
}

// The verdict may come from outside of the checks: a part of the result was lost, nothing was run.
CheckSum sum_of_result(const StoredResult& stored) {
  CheckSum sum;
  sum.check = "result";
  const bool failed = stored.verdict == Verdict::disagree;
  sum.ending = failed ? Ending::failed : Ending::undecided;
  sum.reason = failed ? "it disagrees" : "what was asked for is not decided";
  return sum;
}

}  // namespace

std::vector<CheckSum> sums_of(const StoredResult& stored) {
  std::vector<CheckSum> sums;
  for (const Row& row : stored.result.rows) sum_named(sums, row.check).rows.push_back(&row);
  for (const Finding& finding : stored.result.findings) {
    sum_named(sums, finding.check).findings.push_back(&finding);
  }
  for (CheckSum& sum : sums) settle(sum, stored);
  const bool told = std::any_of(sums.begin(), sums.end(), [](const CheckSum& sum) {
    return sum.ending == Ending::failed || sum.ending == Ending::undecided;
  });
  if (!told && stored.verdict != Verdict::agree) sums.push_back(sum_of_result(stored));
  return sums;
}

std::string_view question_of(std::string_view check) {
  static constexpr auto kQuestions = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"survival", "does the engine live through it?"},
      {"forward", "are the values right?"},
      {"local", "does each gradient follow from its consumers'?"},
      {"global", "are the gradients of the inputs those of the function?"},
      {"difference", "is it the derivative at all?"},
      {"metamorphic", "do equal programs agree?"},
      {"deep", "what does arithmetic of many digits say?"},
      {"lifetime", "is every reference accounted for?"},
      {"faults", "what if memory runs out?"},
      {"leaks", "does it give back what it took?"},
      {"mlp", "do its networks compute what they should?"},
      {"corpus", "the programs that are kept for ever"},
      {"depth", "does it survive size?"},
  });
  static_assert(kQuestions.size() == kCheckCount, "each CheckId has a question here");
  for (const auto& [name, question] : kQuestions) {
    if (name == check) return question;
  }
  return {};
}

}  // namespace cradle
