// Whether a trace can be one of a program: asked before any oracle indexes into it.

#include "checks/program/trace.h"

namespace cradle {

bool fits(const Trace& trace, const Program& program) {
  const PerformedActions actions(program);
  if (trace.death != Death::none || trace.made.size() != program.code.size()) return false;
  if (trace.after.size() != actions.size()) return false;
  for (std::size_t k = 0; k < actions.size(); ++k) {
    if (trace.after[k].nodes.size() != actions[k].position) return false;
  }
  if (trace.last.nodes.size() != (is_pure(program) ? 0 : program.code.size())) return false;
  if (!trace.end.nodes.empty()) return false;
  if (trace.identity.empty()) return true;
  if (trace.identity.size() != program.code.size()) return false;
  for (NodeId node = 0; node < trace.identity.size(); ++node) {
    if (trace.identity[node] > node) return false;
  }
  return true;
}

}  // namespace cradle
