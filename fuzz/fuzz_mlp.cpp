// Does an engine's own network compute what its ops say?
//
//   n = network(bytes): shape, losses, samples and parameters
//   t = the engine's network on n, u = the same network made op by op
//   network agrees on (n, t, u)

#include <cstddef>
#include <cstdint>
#include <utility>

#include "checks/engines/run.h"
#include "checks/oracles/network.h"
#include "checks/program/choices.h"
#include "checks/program/lower.h"
#include "checks/program/numbers.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

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
  return 0;
}
