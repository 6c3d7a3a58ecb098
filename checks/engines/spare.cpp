// Taking traces apart.

#include "checks/engines/spare.h"

#include <cstddef>
#include <utility>

#include "checks/engines/run.h"

namespace cradle {

namespace {

constexpr std::size_t kSpareMax = 256;
constexpr std::size_t kSpareNodesMax = 4096;

}  // namespace

void recycle(Trace&& trace) {
  trace.after.push_back(std::move(trace.last));
  for (Snapshot& snapshot : trace.after) {
    std::vector<NodeState>& nodes = snapshot.nodes;
    if (spare.snapshots.size() == kSpareMax || nodes.capacity() > kSpareNodesMax) continue;
    nodes.clear();
    if (nodes.capacity() > 0) spare.snapshots.push_back(std::move(nodes));
  }
  if (trace.made.capacity() > kSpareNodesMax || trace.after.capacity() > kSpareNodesMax) return;
  trace.made.clear();
  trace.after.clear();
  trace.made.swap(spare.made);
  trace.after.swap(spare.after);
}

}  // namespace cradle
