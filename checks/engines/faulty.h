// The engines that are wrong on purpose: the textbook engine, or the tape for ops that it has not,
// with one planted bug each, to see that a check finds it. A bug counts as found only by a finding
// that its base engine does not have.

#pragma once

#include <string_view>
#include <vector>

#include "checks/engines/engine.h"

namespace cradle {

struct PlantedBug {
  std::string_view name;  // of the engine: "faulty:" and the bug
  std::string_view description;
  // The engine without it: "textbook", "textbook_iterative" for bugs of size, or "tape".
  std::string_view base;
  const cradle_engine* engine;
};

/// Returns the planted bugs, in a fixed order.
const std::vector<PlantedBug>& planted_bugs();

/// Those of them whose base is the tape.
std::vector<PlantedBug> bent_tapes();

}  // namespace cradle
