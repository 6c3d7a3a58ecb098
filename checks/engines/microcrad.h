// microcrad as an engine under test.

#pragma once

#include "checks/engines/engine.h"

namespace cradle {

/// With segments as shipped, and with one allocation for each Value, so that a memory checker and a
/// fault program meet each of them.
const cradle_engine* microcrad_engine();
const cradle_engine* microcrad_single_engine();

}  // namespace cradle
