// What if memory runs out, at any moment?
//
//   p = decode(bytes), actions and all, its own faults left out
//   for each N: t = run(p with its N-th allocation failing), until none fails any more, or 48 have
//   lifetime agrees on each: an error comes back, nothing leaks, no count changed, and all that
//   follows works

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "checks/engines/run.h"
#include "checks/oracles/lifetime.h"
#include "checks/program/codec.h"
#include "checks/program/verbs.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

namespace {

// Beyond it no allocation is made to fail: programs of more take their square in time.
constexpr std::uint32_t kFaultsMax = 48;

bool nothing_failed(const cradle::Trace& trace) {
  return std::all_of(trace.made.begin(), trace.made.end(), [](bool made) { return made; }) &&
         std::all_of(trace.after.begin(), trace.after.end(),
                     [](const cradle::Snapshot& after) { return after.status == 0; });
}

}  // namespace

const cradle::Subject& cradle::subject() {
  // One allocation a Value where it can be had, so that each can fail.
  static const Subject chosen = [] {
    cradle::Subject found = cradle::subject_from_environment();
    if (found.name == "microcrad") found = cradle::subject_named("microcrad:single");
    found.options.verbs &= ~cradle::bit(cradle::Verb::fail);
    return found;
  }();
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cradle::Subject& subject = cradle::subject();
  cradle::Program program = cradle::decode({data, size}, subject.options);
  program.actions = cradle::performed_actions(program);
  cradle::Action fail;
  fail.verb = cradle::Verb::fail;
  program.actions.insert(program.actions.begin(), fail);
  for (std::uint32_t k = 1; k <= kFaultsMax; ++k) {
    program.actions.front().count = k;
    const cradle::Running running(program, subject.name);
    const cradle::Trace trace = cradle::run(program, *subject.engine);
    cradle::require_session(trace);
    cradle::require("lifetime", cradle::judge_lifetime(program, trace, subject.capabilities));
    if (nothing_failed(trace)) break;
  }
  return 0;
}
