// Is every reference accounted for, whatever is retained, released, misused, or fails?
//
//   p = decode(bytes), actions and all
//   t = run(p), with one allocation a Value for half of the inputs
//   forward and lifetime agree on (p, t)

#include <cstddef>
#include <cstdint>

#include "checks/oracles/forward.h"
#include "checks/oracles/lifetime.h"
#include "fuzz/session.h"
#include "fuzz/subject.h"

const cradle::Subject& cradle::subject() {
  static const Subject chosen = subject_from_environment();
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const cradle::Session session({data, size});
  const cradle::Capabilities& engine = session.subject.capabilities;
  cradle::require("forward", cradle::judge_forward(session.program, session.trace, engine));
  cradle::require("lifetime", cradle::judge_lifetime(session.program, session.trace, engine));
  return 0;
}
