// Do two engines that share no code agree, on a program and on its relatives?
//
//   p = decode(bytes), a function
//   t = run(p) on the engine, u_k = run(q_k) on the tape, for each relative q_k of p
//   metamorphic agrees on (p, t) and (q_k, u_k): bit for bit where the engine's order is fixed, as
//   the tape's is; within both radii elsewhere, and where only a power's last bit may tell them
//   apart, if forward and local agree that it is one

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/engines/run.h"
#include "checks/engines/tape.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/local.h"
#include "checks/oracles/metamorphic.h"
#include "fuzz/session.h"
#include "fuzz/subject.h"

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_actions(subject_from_environment());
  return chosen;
}

namespace {

// x^2 may be a library's power or a product, for a value or a slope: an ulp apart for one x in
// 1,200.
bool takes_powers(const cradle::Program& program) {
  return std::any_of(program.code.begin(), program.code.end(), [](const cradle::Instruction& line) {
    return line.op == cradle::Op::pow || line.op == cradle::Op::powv;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const cradle::Session session({data, size});
  cradle::Capabilities engine = session.subject.capabilities;
  const std::vector<cradle::Program> related = cradle::related_programs(session.program, engine);
  std::vector<cradle::Trace> traces;
  for (const cradle::Program& relative : related) {
    traces.push_back(cradle::run(relative, *cradle::tape_engine()));
  }
  cradle::Judgement judgement =
      cradle::judge_metamorphic(session.program, session.trace, related, traces, engine);
  if (judgement.verdict == cradle::Verdict::disagree && takes_powers(session.program)) {
    cradle::require("forward", cradle::judge_forward(session.program, session.trace, engine));
    cradle::require("local", cradle::judge_local(session.program, session.trace, engine));
    engine.fixed_order = false;
    judgement = cradle::judge_metamorphic(session.program, session.trace, related, traces, engine);
  }
  cradle::require("metamorphic", judgement);
  return 0;
}
