// The canary: an engine with a planted bug, which must be found.
//
// When it is not, fuzzing itself is broken, and the silence of the other targets means nothing.
//
//   p = decode(bytes), a function
//   t = run(p), on an engine that counts a once in the gradient of a * a
//   local agrees on (p, t): sooner or later it must not

#include <cstddef>
#include <cstdint>

#include "checks/oracles/local.h"
#include "fuzz/session.h"
#include "fuzz/subject.h"

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_actions(subject_named("faulty:mul_same_operand"));
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const cradle::Session session({data, size});
  cradle::require(
      "local", cradle::judge_local(session.program, session.trace, session.subject.capabilities));
  return 0;
}
