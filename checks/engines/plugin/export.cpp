// A built-in engine as a plug-in, for tests: EXPORTS is the function that gives its table.

#include "checks/engines/microcrad.h"
#include "checks/engines/tape.h"
#include "checks/engines/textbook_engine.h"

extern "C" const cradle_engine* cradle_engine_v1();
extern "C" const cradle_engine* cradle_engine_v1() { return cradle::EXPORTS(); }
