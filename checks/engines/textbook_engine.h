// The textbook engine as an engine under test.

#pragma once

#include "checks/engines/engine.h"

namespace cradle {

/// The engine as it is, and the same without recursion.
const cradle_engine* textbook_engine();
const cradle_engine* textbook_iterative_engine();

}  // namespace cradle
