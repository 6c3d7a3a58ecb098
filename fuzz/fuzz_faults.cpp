// What if memory runs out, at any moment?
//
//   p = decode(bytes), actions and all, its own faults left out
//   for each N: t = run(p with its N-th allocation failing), until none fails any more
//   where there are few, also for every two of them
//   lifetime agrees on each: an error comes back, nothing leaks, no count changed, and all that
//   follows works

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "checks/engines/run.h"
#include "checks/oracles/lifetime.h"
#include "checks/program/codec.h"
#include "checks/program/verbs.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

namespace {

// Each allocation costs a run, so that time grows with the square of a program.
constexpr std::size_t kNodesMax = 192;
constexpr std::size_t kActionsMax = 48;
constexpr std::uint32_t kFaultsMax = 4'000;
// Of this many every two fail in turn.
constexpr std::uint32_t kPairedMax = 12;

// What a run has to show for itself: which nodes were made, and how each action ended. A program
// may misuse its engine, so that some of it fails with all the memory there is.
using Outcomes = std::vector<int>;

cradle::Action failure(std::uint32_t count) {
  cradle::Action fail;
  fail.verb = cradle::Verb::fail;
  fail.count = count;
  return fail;
}

// Runs the program with the allocations of these numbers failing.
Outcomes run_failing(const cradle::Program& healthy, std::initializer_list<std::uint32_t> numbers) {
  const cradle::Subject& subject = cradle::subject();
  cradle::Program program = healthy;
  for (const std::uint32_t number : numbers) {
    program.actions.insert(program.actions.begin(), failure(number));
  }
  const cradle::Running running(program, subject.name);
  const cradle::Trace trace = cradle::run(program, *subject.engine);
  cradle::require_session(trace);
  cradle::require("lifetime", cradle::judge_lifetime(program, trace, subject.capabilities));
  Outcomes outcomes(trace.made.begin(), trace.made.end());
  for (std::size_t k = numbers.size(); k < trace.after.size(); ++k) {
    outcomes.push_back(trace.after[k].status);
  }
  return outcomes;
}

}  // namespace

const cradle::Subject& cradle::subject() {
  // One allocation a Value where it can be had, so that each can fail.
  static const Subject chosen = [] {
    cradle::Subject found = cradle::subject_from_environment();
    if (found.name == "microcrad") found = cradle::subject_named("microcrad:single");
    found.options.verbs &= ~cradle::bit(cradle::Verb::fail);
    found.options.nodes_max = kNodesMax;
    found.options.actions_max = kActionsMax;
    return found;
  }();
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  cradle::Program program = cradle::decode({data, size}, cradle::subject().options);
  const cradle::PerformedActions performed(program);
  program.actions.assign(performed.begin(), performed.end());
  const Outcomes healthy = run_failing(program, {});
  std::uint32_t count = 1;
  while (count <= kFaultsMax && run_failing(program, {count}) != healthy) ++count;
  if (count > kPairedMax) return 0;
  for (std::uint32_t second = 2; second < count; ++second) {
    for (std::uint32_t first = 1; first < second; ++first) run_failing(program, {first, second});
  }
  return 0;
}
