// Which finding is the cause, and which the echo.

#include "checks/cradle/echoes.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "checks/cradle/checks.h"
#include "checks/cradle/finding_words.h"
#include "checks/cradle/investigate.h"
#include "checks/engines/host.h"

namespace cradle {
namespace {

// Addresses differ from process to process, and what is read through a stale one with them. An
// order that follows addresses gives few numbers, and gives them again.
constexpr std::size_t kProcesses = 5;

bool differs_in_each_process(Host& host, const Finding& finding, const Capabilities& capabilities) {
  const auto check = static_cast<CheckId>(check_named(finding.check));
  const Job job{fitted(finding.program, capabilities), std::nullopt};
  std::set<std::tuple<Verdict, NodeId, std::uint64_t>> seen;
  for (std::size_t k = 0; k < kProcesses; ++k) {
    host.restart();
    const Judgement judgement = run_and_judge(host, check, job, capabilities);
    seen.insert({judgement.verdict, judgement.node, std::bit_cast<std::uint64_t>(judgement.got)});
  }
  return seen.size() + 1 >= kProcesses;
}

}  // namespace

void drop_echoes(std::vector<Finding>& findings) {
  std::size_t firm = 0;
  for (const Finding& finding : findings) {
    const Kind kind = finding.judgement.kind;
    firm += is_after_others(finding) || !counts(kind) ? 0u : 1u;
  }
  if (firm > 0) std::erase_if(findings, is_after_others);
  const std::vector<Finding> all = findings;
  std::erase_if(findings, [&](const Finding& finding) {
    if (!finding.family.empty() || finding.program.code.size() <= kReadableLines) return false;
    return std::any_of(all.begin(), all.end(), [&](const Finding& other) {
      if (other.family.empty()) return false;
      const Kind kind = finding.judgement.kind;
      // What kills a family is of kind depth; a network of its size dies of it too.
      const bool as_large = finding.program.code.size() >= other.program.code.size() / 2;
      return other.judgement.kind == kind ||
             (other.judgement.kind == Kind::depth && kind == Kind::memory && as_large);
    });
  });
}

void drop_damaged(const CampaignOptions& options, std::vector<Finding>& findings) {
  const auto deadly = [](const Finding& finding) {
    return finding.check == name_of(CheckId::survival) && finding.judgement.kind == Kind::memory &&
           !is_after_others(finding);
  };
  const auto numbers = [](const Finding& finding) {
    const Kind kind = finding.judgement.kind;
    return (kind == Kind::value || kind == Kind::gradient) && finding.family.empty() &&
           finding.check != name_of(CheckId::mlp);
  };
  const auto killer = std::find_if(findings.begin(), findings.end(), deadly);
  if (killer == findings.end() || std::none_of(findings.begin(), findings.end(), numbers)) return;
  Host host(*options.engine, options.limits);
  std::uint64_t met = 0;
  std::set<std::string> checks;
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    if (numbers(finding) && differs_in_each_process(host, finding, options.capabilities)) {
      met += finding.met;
      checks.insert(finding.check);
    } else {
      kept.push_back(std::move(finding));
    }
  }
  findings = std::move(kept);
  if (checks.empty()) return;
  Finding& cause = *std::find_if(findings.begin(), findings.end(), deadly);
  cause.met += met;
  cause.explanation +=
      fmt::format("  {} saw numbers that are others in each process\n", fmt::join(checks, ", "));
}

}  // namespace cradle
