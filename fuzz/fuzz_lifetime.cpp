// Is every reference accounted for, whatever is retained, released, misused, or fails?
//
//   p = decode(bytes), actions and all
//   t = run(p), with one allocation a Value for half of the inputs
//   forward and lifetime agree on (p, t)

#include <cstddef>
#include <cstdint>

#include "checks/engines/run.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/lifetime.h"
#include "checks/program/codec.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

const cradle::Subject& cradle::subject() {
  static const Subject chosen = subject_from_environment();
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cradle::Program program = cradle::decode({data, size}, cradle::subject().options);
  const cradle::Subject& subject =
      cradle::subject_or_single(cradle::subject(), program, {data, size});
  const cradle::Running running(program, subject.name);
  const cradle::Trace trace = cradle::run(program, *subject.engine);
  cradle::require_session(trace);
  cradle::require("forward", cradle::judge_forward(program, trace, subject.capabilities));
  cradle::require("lifetime", cradle::judge_lifetime(program, trace, subject.capabilities));
  return 0;
}
