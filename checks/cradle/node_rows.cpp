// Numbers in the spelling of the text form, so that they survive JSON.

#include "checks/cradle/node_rows.h"

#include "checks/oracles/local.h"
#include "checks/program/text.h"

namespace cradle {

std::vector<NodeRow> node_rows(const Program& program, const Trace& trace,
                               const Capabilities& capabilities) {
  if (program.code.size() > kNodeRowsMax || trace.death != Death::none || !fits(trace, program)) {
    return {};
  }
  const bool pure = is_pure(program);
  const std::vector<NodeState>& states = pure ? trace.after.front().nodes : trace.last.nodes;
  if (states.size() != program.code.size()) return {};
  std::vector<NodeRow> rows(states.size());
  for (std::size_t node = 0; node < rows.size(); ++node) {
    if (states[node].has_data()) rows[node].data = print(states[node].data);
    if (states[node].has_grad()) rows[node].grad = print(states[node].grad);
  }
  if (!pure) return rows;
  for (const NodeReport& judged : local_report(program, trace, capabilities)) {
    if (!judged.judged) continue;
    rows[judged.node].expected = print(judged.expected);
    rows[judged.node].ulps = print(judged.ulps);
    rows[judged.node].wrong = !judged.ok;
  }
  return rows;
}

}  // namespace cradle
