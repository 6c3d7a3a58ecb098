// The reference engine: it records the instructions and sweeps them in reverse, by rules of its
// own.
//
// It offers every op of the language, so that whatever another engine has can be compared with it.
// It shares no code with an engine or with an oracle: its rules were typed independently, so that a
// slip in one of them is told by the others.

#pragma once

#include "checks/engines/engine.h"

namespace cradle {

const cradle_engine* tape_engine();

}  // namespace cradle
