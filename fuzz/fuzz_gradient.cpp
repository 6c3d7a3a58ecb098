// Are values and gradients right, whatever the program?
//
//   p = decode(bytes), a function: its inputs have no actions
//   t = run(p)
//   forward, local and difference agree on (p, t)

#include <cstddef>
#include <cstdint>

#include "checks/oracles/difference.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/local.h"
#include "fuzz/session.h"
#include "fuzz/subject.h"

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_actions(subject_from_environment());
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const cradle::Session session({data, size});
  const cradle::Capabilities& engine = session.subject.capabilities;
  cradle::require("forward", cradle::judge_forward(session.program, session.trace, engine));
  cradle::require("local", cradle::judge_local(session.program, session.trace, engine));
  cradle::require("difference", cradle::judge_difference(session.program, session.trace, engine));
  return 0;
}
