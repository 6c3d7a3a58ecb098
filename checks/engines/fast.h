// The tape and the textbook engine, compiled again as an impatient user would: -O3 -march=native
// -ffp-contract=fast. Their products and sums may be fused, so that their bits are others; they are
// as right as before.

#pragma once

#include "checks/engines/engine.h"

namespace cradle {

const cradle_engine* tape_fast_engine();
const cradle_engine* textbook_fast_engine();

}  // namespace cradle
