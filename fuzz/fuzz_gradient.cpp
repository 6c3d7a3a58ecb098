// Are values and gradients right, whatever the program?
//
//   p = decode(bytes), a function: its inputs have no actions
//   t = run(p)
//   forward, local and difference agree on (p, t)

#include <cstddef>
#include <cstdint>

#include "checks/engines/run.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/local.h"
#include "checks/program/codec.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_actions(subject_from_environment());
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cradle::Subject& subject = cradle::subject();
  const cradle::Program program = cradle::decode({data, size}, subject.options);
  const cradle::Running running(program, subject.name);
  const cradle::Trace trace = cradle::run(program, *subject.engine);
  cradle::require_session(trace);
  cradle::require("forward", cradle::judge_forward(program, trace, subject.capabilities));
  cradle::require("local", cradle::judge_local(program, trace, subject.capabilities));
  cradle::require("difference", cradle::judge_difference(program, trace, subject.capabilities));
  return 0;
}
