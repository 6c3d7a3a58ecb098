// Merging and folding.

#include "checks/cradle/result.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <tuple>

#include "checks/cradle/checks.h"
#include "checks/program/text.h"

namespace cradle {

Verdict Row::verdict() const {
  if (disagree > harmless) return Verdict::disagree;
  return agree + harmless > 0 ? Verdict::agree : Verdict::inconclusive;
}

std::size_t error_class(double share) {
  if (!(share > 0)) return 0;
  constexpr int kLast = static_cast<int>(ErrorCounts{}.size()) - 1;
  int exponent = 0;  // share = f 2^exponent, 1/2 <= f < 1
  const bool is_power = std::frexp(share, &exponent) == 0.5;
  return static_cast<std::size_t>(std::clamp(kLast + exponent - (is_power ? 1 : 0), 1, kLast));
}

Verdict Result::verdict(bool strict) const {
  for (const Finding& finding : findings) {
    if (strict || counts(finding.judgement.kind)) return Verdict::disagree;
  }
  // A check is the sum of its rows: a profile of infinities may well decide nothing.
  bool any = false;
  for (const Row& row : rows) {
    if (!row.applicable) continue;
    std::uint64_t cases = 0;
    std::uint64_t conclusive = 0;
    for (const Row& other : rows) {
      if (other.check != row.check) continue;
      cases += other.cases;
      conclusive += other.agree + other.disagree;
    }
    if (cases > 0 && conclusive == 0) return Verdict::inconclusive;
    any = any || conclusive > 0;
  }
  return any && failure.empty() ? Verdict::agree : Verdict::inconclusive;
}

void count(Histogram& histogram, const Program& program, std::string_view profile) {
  for (const Instruction& line : program.code) ++histogram.ops[static_cast<std::size_t>(line.op)];
  const std::size_t size = program.code.size();
  const std::size_t size_class = size <= 2 ? 0 : std::bit_width(size - 1) - 1;
  ++histogram.sizes[std::min(size_class, histogram.sizes.size() - 1)];
  for (std::size_t k = 0; k < kProfileCount; ++k) {
    if (name_of(static_cast<Profile>(k)) == profile) ++histogram.profiles[k];
  }
}

Row& row_of(Result& result, std::string_view check, std::string_view profile) {
  for (Row& row : result.rows) {
    if (row.check == check && row.profile == profile) return row;
  }
  Row row;
  row.check = check;
  row.profile = profile;
  result.rows.push_back(std::move(row));
  return result.rows.back();
}

void merge(Result& whole, Result part) {
  for (Row& row : part.rows) {
    const auto same = std::find_if(whole.rows.begin(), whole.rows.end(), [&](const Row& other) {
      return other.check == row.check && other.profile == row.profile;
    });
    if (same == whole.rows.end()) {
      whole.rows.push_back(std::move(row));
      continue;
    }
    same->cases += row.cases;
    same->agree += row.agree;
    same->disagree += row.disagree;
    same->harmless += row.harmless;
    same->inconclusive += row.inconclusive;
    same->seconds += row.seconds;
    for (std::size_t k = 0; k < row.errors.size(); ++k) same->errors[k] += row.errors[k];
    if (same->reason.empty()) same->reason = row.reason;
    if (row.threshold && row.threshold < same->threshold.value_or(*row.threshold + 1)) {
      same->threshold = row.threshold;
    }
  }
  std::move(part.findings.begin(), part.findings.end(), std::back_inserter(whole.findings));
  whole.deaths += part.deaths;
  for (std::size_t k = 0; k < kOpCount; ++k) whole.histogram.ops[k] += part.histogram.ops[k];
  for (std::size_t k = 0; k < whole.histogram.sizes.size(); ++k) {
    whole.histogram.sizes[k] += part.histogram.sizes[k];
  }
  for (std::size_t k = 0; k < kProfileCount; ++k) {
    whole.histogram.profiles[k] += part.histogram.profiles[k];
  }
}

std::string signature(const std::string& check, const Judgement& judgement) {
  std::string text = check + '/' + std::string(name_of(judgement.kind)) + '/';
  if (judgement.has_node) text += info(judgement.op).name;
  return text;
}

std::vector<std::vector<std::size_t>> same_programs(const std::vector<Finding>& findings) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t k = 0; k < findings.size(); ++k) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      const Finding& first = findings[group.front()];
      if (!first.cause.empty() && first.cause == findings[k].cause) return true;
      return first.family == findings[k].family && first.program == findings[k].program;
    });
    if (same == groups.end()) {
      groups.push_back({k});
    } else {
      same->push_back(k);
    }
  }
  const auto place = [&](std::size_t k) {
    const Finding& finding = findings[k];
    // Of a family that was read from a file there is only the name.
    const std::size_t size = finding.family.empty() ? finding.program.code.size() : ~std::size_t{0};
    return std::make_tuple(finding.judgement.kind, finding.check == "metamorphic", size,
                           finding.check != "local", check_named(finding.check));
  };
  for (auto& group : groups) {
    std::sort(group.begin(), group.end(),
              [&](std::size_t lhs, std::size_t rhs) { return place(lhs) < place(rhs); });
  }
  return groups;
}

void fold(std::vector<Finding>& findings, std::size_t most) {
  const auto key = [](const Finding& finding) {
    // Families are all of one index: which worker was the first is not to be seen.
    return std::make_tuple(finding.judgement.kind, finding.check, finding.index, finding.profile);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& lhs, const Finding& rhs) { return key(lhs) < key(rhs); });
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const Finding& other) {
      if (other.check != finding.check) return false;
      if (!other.family.empty() || !finding.family.empty()) {
        const auto name = [](const Finding& f) { return f.family.substr(0, f.family.find(' ')); };
        return name(other) == name(finding) && other.judgement.kind == finding.judgement.kind &&
               (finding.check != name_of(CheckId::depth) || other.profile == finding.profile);
      }
      return other.program == finding.program ||
             signature(other.check, other.judgement) == signature(finding.check, finding.judgement);
    });
    const auto of_check = std::count_if(kept.begin(), kept.end(), [&](const Finding& other) {
      return other.check == finding.check && other.family.empty() == finding.family.empty();
    });
    if (same == kept.end() && of_check >= static_cast<std::ptrdiff_t>(most)) continue;
    if (same == kept.end()) {
      kept.push_back(std::move(finding));
    } else {
      same->met += finding.met;
    }
  }
  findings = std::move(kept);
}

}  // namespace cradle
