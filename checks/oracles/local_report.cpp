// LOCAL for people: every node with what was got and what may be got.

#include <cmath>

#include "checks/oracles/local.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

void fill(NodeReport& row, const GradientSum& sum, unsigned precision_bits) {
  const Range enclosure = sum.enclosure();
  row.expected = static_cast<double>(sum.exact());
  row.lower = enclosure.lower;
  row.upper = enclosure.upper;
  row.ulps = ulps_between(row.got, row.expected, precision_bits);
  row.judged = sum.decided();
  row.ok = !sum.decided() || sum.accepts(row.got);
}

void fill(NodeReport& row, double expected) {
  row.expected = row.lower = row.upper = expected;
  row.ulps = ulps_between(row.got, expected);
  row.judged = true;
  row.ok = row.got == expected;
}

}  // namespace

std::vector<NodeReport> local_report(const Program& program, const Trace& trace,
                                     const Capabilities& capabilities) {
  if (!fits(trace, program) || !is_pure(program) || program.code.empty()) return {};
  Sweep sweep;
  sweep.root = static_cast<NodeId>(program.code.size() - 1);
  sweep.after = trace.after.front().nodes;
  const bool judgeable = local_obstacle(capabilities).empty();
  const std::vector<std::uint8_t> reached = reached_from(program, sweep.root);
  const Uses uses(program, sweep.root, reached);
  std::vector<NodeReport> rows(program.code.size());
  for (NodeId node = 0; node < rows.size(); ++node) {
    NodeReport& row = rows[node];
    row.node = node;
    row.op = program.code[node].op;
    row.data = sweep.after[node].data;
    row.got = sweep.after[node].grad;
    row.reached = reached[node] != 0;
    bool known = judgeable && sweep.after[node].has_grad();
    for (const Use& use : uses.of(node)) {
      known = known && readable(program, use.consumer, sweep.after) &&
              passed_on_as_read(program, sweep, use.consumer, capabilities);
    }
    if (!known) continue;
    if (node == sweep.root) {
      fill(row, is_seed(row.got, capabilities) ? row.got : 1);
    } else {
      const GradientSum sum = sum_of_uses(program, sweep, uses.of(node), 0, capabilities);
      if (!may_be_clipped(sum, capabilities)) fill(row, sum, capabilities.precision_bits);
    }
  }
  return rows;
}

}  // namespace cradle
