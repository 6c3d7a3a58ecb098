// Names for the two engines that checks/CMakeLists.txt compiles from the sources of the tape and of
// the textbook engine, in namespaces of their own.

#include "checks/engines/fast.h"

namespace cradle {

// What `tape_engine` and `textbook_engine` are called there.
const cradle_engine* tape_compiled_fast();
const cradle_engine* textbook_compiled_fast();

namespace {

struct Renamed {
  Renamed(const cradle_engine& engine, const char* name)
      : record(*engine.capabilities), table(engine) {
    record.name = name;
    record.neuron_in_order = record.fixed_order = 0;  // in order, but fused
    table.capabilities = &record;
  }
  Renamed(const Renamed&) = delete;
  Renamed& operator=(const Renamed&) = delete;

  cradle_capabilities record;
  cradle_engine table;
};

}  // namespace

const cradle_engine* tape_fast_engine() {
  static const Renamed engine(*tape_compiled_fast(), "tape:fast");
  return &engine.table;
}

const cradle_engine* textbook_fast_engine() {
  static const Renamed engine(*textbook_compiled_fast(), "textbook:fast");
  return &engine.table;
}

}  // namespace cradle
