// The memory of traces that nobody needs any more, for the sources of `run` alone.

#pragma once

#include <vector>

#include "checks/program/trace.h"

namespace cradle {

/// Of this thread: of snapshots, and of the rest.
struct Spare {
  std::vector<std::vector<NodeState>> snapshots;
  std::vector<Snapshot> after;
  std::vector<bool> made;
};
inline thread_local Spare spare;

}  // namespace cradle
