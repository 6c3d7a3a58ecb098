// The faults are actions in front of the program: each of its runs is judged by the lifetime model,
// which knows that an injected fault explains one failure.

#include "checks/oracles/faults.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "checks/oracles/lifetime.h"

namespace cradle {
namespace {

// A node and a table that grows are two allocations for each node, a backward or two have theirs.
constexpr std::uint32_t kFaultsMax = 32;
constexpr std::uint32_t kPairedMax = 6;

Program failing(const Program& program, std::initializer_list<std::uint32_t> numbers) {
  std::vector<Action> faults;
  for (const std::uint32_t number : numbers) {
    Action fail;
    fail.verb = Verb::fail;
    fail.count = number;
    faults.push_back(fail);
  }
  Program with = program;
  const PerformedActions performed(program);
  with.actions = faults;
  with.actions.insert(with.actions.end(), performed.begin(), performed.end());
  return with;
}

// Where a run is wrong: its place among the traces, and what is.
struct Wrong {
  std::size_t at = 0;
  Judgement judgement;
};

std::optional<Wrong> find_wrong(const std::vector<Program>& programs, std::span<const Trace> traces,
                                const Capabilities& capabilities) {
  for (std::size_t k = 0; k < traces.size(); ++k) {
    Judgement judgement = judge_lifetime(programs[k], traces[k], capabilities);  // or it died
    if (judgement.verdict == Verdict::disagree) return Wrong{k, std::move(judgement)};
  }
  return std::nullopt;
}

std::vector<Program> all_programs(const Program& program) {
  std::vector<Program> programs = {program};
  for (Program& each : failing_programs(program)) programs.push_back(std::move(each));
  return programs;
}

}  // namespace

bool has_faults(const Program& program) {
  return std::any_of(program.actions.begin(), program.actions.end(),
                     [](const Action& action) { return action.verb == Verb::fail; });
}

std::vector<Program> failing_programs(const Program& program) {
  if (has_faults(program) || program.code.size() > kFaultyNodesMax ||
      program.actions.size() > kFaultyActionsMax) {
    return {};
  }
  std::vector<Program> programs;
  for (std::uint32_t k = 1; k <= kFaultsMax; ++k) programs.push_back(failing(program, {k}));
  for (std::uint32_t second = 2; second <= kPairedMax; ++second) {
    for (std::uint32_t first = 1; first < second; ++first) {
      programs.push_back(failing(program, {first, second}));
    }
  }
  return programs;
}

Judgement judge_faults(const Program& program, std::span<const Trace> traces,
                       const Capabilities& capabilities) {
  const std::vector<Program> programs = all_programs(program);
  if (traces.size() != programs.size()) {
    return judged(Verdict::inconclusive, "it was not run with every fault");
  }
  auto wrong = find_wrong(programs, traces, capabilities);
  if (wrong && wrong->at == 0 && traces.size() > 1) {
    return judged(Verdict::inconclusive, "it is wrong without a fault: see lifetime");
  }
  if (wrong) return std::move(wrong->judgement);
  // Where the program decides nothing as it is, its runs with a fault decide no more.
  Judgement own = judge_lifetime(program, traces.front(), capabilities);
  if (own.verdict == Verdict::inconclusive || traces.size() == 1) return own;
  const std::uint64_t allocations = traces.front().end.allocations;
  if (allocations == kUnreadable || allocations <= kFaultsMax) return judged(Verdict::agree);
  return judged(Verdict::inconclusive, "of " + std::to_string(allocations) +
                                           " allocations the first " + std::to_string(kFaultsMax) +
                                           " were made to fail");
}

Program first_wrong(const Program& program, std::span<const Trace> traces,
                    const Capabilities& capabilities) {
  std::vector<Program> programs = all_programs(program);
  if (traces.size() != programs.size()) return program;
  const auto wrong = find_wrong(programs, traces, capabilities);
  return wrong ? programs[wrong->at] : program;
}

}  // namespace cradle
