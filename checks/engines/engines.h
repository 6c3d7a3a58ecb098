// The engines that are always present.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checks/engines/engine.h"

namespace cradle {

struct EngineEntry {
  std::string name;
  std::string description;
  std::string base;  // of a planted bug: the engine without it; otherwise empty
};

/// Returns the engine of that name, or NULL.
const cradle_engine* find_engine(std::string_view name);

/// Lists the engines in a fixed order, planted bugs last.
std::vector<EngineEntry> engine_list();

}  // namespace cradle
