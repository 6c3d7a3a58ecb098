// Do two engines that share no code agree, on a program and on its relatives?
//
//   p = decode(bytes), a function
//   t = run(p) on the engine, u_k = run(q_k) on the tape, for each relative q_k of p
//   metamorphic agrees on (p, t) and (q_k, u_k): bit for bit where the engine's order is fixed, as
//   the tape's is, and both gave p the same values; within both radii elsewhere

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/engines/run.h"
#include "checks/engines/tape.h"
#include "checks/oracles/metamorphic.h"
#include "checks/program/numbers.h"
#include "fuzz/session.h"
#include "fuzz/subject.h"

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_actions(subject_from_environment());
  return chosen;
}

namespace {

// A library's pow of x and 2 is not always x * x, which the one or the other may take: what follows
// from other values has other bits, too.
bool has_equal_values(const cradle::Trace& lhs, const cradle::Trace& rhs) {
  if (lhs.after.empty() || rhs.after.empty()) return false;
  const std::vector<cradle::NodeState>& these = lhs.after.front().nodes;
  const std::vector<cradle::NodeState>& others = rhs.after.front().nodes;
  return std::equal(these.begin(), these.end(), others.begin(), others.end(),
                    [](const cradle::NodeState& a, const cradle::NodeState& b) {
                      return std::bit_cast<std::uint64_t>(cradle::canonical(a.data)) ==
                             std::bit_cast<std::uint64_t>(cradle::canonical(b.data));
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
  engine.fixed_order =
      engine.fixed_order &&
      has_equal_values(session.trace, cradle::run(session.program, *cradle::tape_engine()));
  cradle::require("metamorphic", cradle::judge_metamorphic(session.program, session.trace, related,
                                                           traces, engine));
  return 0;
}
