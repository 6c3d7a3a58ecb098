// Do two engines that share no code agree, on a program and on its relatives?
//
//   p = decode(bytes), a function
//   t = run(p) on the engine, u_k = run(q_k) on the tape, for each relative q_k of p
//   metamorphic agrees on (p, t) and (q_k, u_k): bit for bit where the engine's order is fixed, as
//   the tape's is; within both radii elsewhere

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/engines/run.h"
#include "checks/engines/tape.h"
#include "checks/oracles/metamorphic.h"
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
  const std::vector<cradle::Program> related = cradle::related_programs(session.program, engine);
  std::vector<cradle::Trace> traces;
  for (const cradle::Program& relative : related) {
    traces.push_back(cradle::run(relative, *cradle::tape_engine()));
  }
  cradle::require("metamorphic", cradle::judge_metamorphic(session.program, session.trace, related,
                                                           traces, engine));
  return 0;
}
