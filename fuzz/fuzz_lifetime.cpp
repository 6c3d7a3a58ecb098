// Is every reference accounted for, whatever is retained, released, misused, or fails?
//
//   p = decode(bytes), actions and all
//   t = run(p), with one allocation a Value for half of the inputs
//   lifetime agrees on (p, t), forward with it

#include <cstddef>
#include <cstdint>

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
  cradle::require("lifetime", cradle::judge_lifetime(session.program, session.trace,
                                                     session.subject.capabilities));
  return 0;
}
