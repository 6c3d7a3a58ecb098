// How the engine of rules_by_hand.h goes about it.

#pragma once

#include <cstdint>
#include <vector>

#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// What is wrong with it, or only different.
struct Ways {
  std::uint64_t seed = 1;  // of the orders
  bool any_order = true;   // false: as factors are written down
  bool fused = false;
  bool in_double = false;  // a float engine that works each contribution out in double
  Op scaled = Op::input;   // contributions of this op are multiplied by 1 + `ulps` ulps
  double ulps = 0;
  double factor = 1;                   // and by this
  std::vector<NodeState> before = {};  // gradients that are there already, and are added to
};

}  // namespace cradle
