// The canary: an engine with a planted bug, which must be found.
//
// When it is not, fuzzing itself is broken, and the silence of the other targets means nothing.
//
//   p = decode(bytes), a function
//   t = run(p), on an engine that counts a once in the gradient of a * a
//   local agrees on (p, t): sooner or later it must not

#include <cstddef>
#include <cstdint>

#include "checks/engines/run.h"
#include "checks/oracles/local.h"
#include "checks/program/codec.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_actions(subject_named("faulty:mul_same_operand"));
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cradle::Subject& subject = cradle::subject();
  const cradle::Program program = cradle::decode({data, size}, subject.options);
  const cradle::Running running(program, subject.name);
  const cradle::Trace trace = cradle::run(program, *subject.engine);
  cradle::require_session(trace);
  cradle::require("local", cradle::judge_local(program, trace, subject.capabilities));
  return 0;
}
