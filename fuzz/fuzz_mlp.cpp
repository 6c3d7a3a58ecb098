// Does an engine's own network compute what its ops say?
//
//   n = network(bytes): shape, losses, samples and parameters
//   t = the engine's network on n, u = the same network made op by op
//   network agrees on (n, t, u)
//   where n is small, for each N: t = the same with its N-th allocation failing, until none fails;
//   network_faults agrees on each: an error comes back, nothing leaks, no count changed

#include <cstddef>
#include <cstdint>
#include <utility>

#include "checks/engines/run.h"
#include "checks/oracles/network.h"
#include "checks/oracles/network_faults.h"
#include "checks/program/choices.h"
#include "checks/program/lower.h"
#include "checks/program/numbers.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

namespace {

// Each allocation costs a run, so that time grows with the square of a network.
constexpr std::size_t kNodesMax = 64;
constexpr std::uint32_t kFaultsMax = 1'000;

void fail_each_allocation(const cradle::Network& network, const cradle::Lowered& lowered,
                          const cradle::Subject& subject) {
  for (std::uint32_t number = 1; number <= kFaultsMax; ++number) {
    const cradle::Lowered faulty = cradle::with_fault(lowered, number);
    const cradle::Running running(faulty.program, subject.name);
    cradle::Trace trace = cradle::run_network(network, faulty, *subject.engine);
    cradle::require_session(trace);
    cradle::require("network faults",
                    cradle::judge_network_faults(faulty, trace, subject.capabilities));
    const std::uint64_t allocations = trace.end.allocations;
    const bool failed = trace.after.back().status != 0;
    cradle::recycle(std::move(trace));
    if (allocations == cradle::kUnreadable ? !failed : number > allocations) return;
  }
}

}  // namespace

const cradle::Subject& cradle::subject() {
  static const Subject chosen = with_network(subject_from_environment());
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cradle::Network network = cradle::network_of_input({data, size});
  cradle::Lowered lowered = cradle::lower(network);
  const cradle::Subject& subject =
      cradle::subject_or_single(cradle::subject(), lowered.program, {data, size});
  lowered.program =
      cradle::in_precision(std::move(lowered.program), subject.capabilities.precision_bits);
  const cradle::Program program = cradle::beside_network(lowered, subject.capabilities.ops);
  const cradle::Running running(program, subject.name);
  const cradle::Trace trace = cradle::run_network(network, lowered, *subject.engine);
  cradle::require_session(trace);
  const cradle::Trace beside = cradle::run(program, *subject.engine);
  cradle::require_session(beside);
  cradle::require("network", cradle::judge_network(lowered, trace, &beside, subject.capabilities));
  if (subject.capabilities.can_fail && lowered.program.code.size() <= kNodesMax) {
    fail_each_allocation(network, lowered, subject);
  }
  return 0;
}
