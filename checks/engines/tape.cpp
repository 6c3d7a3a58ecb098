// The reference engine: the tape with the plain rules, as it is.

#include "checks/engines/tape.h"

#include "checks/engines/tape_engine.h"

namespace cradle {
namespace tape {
namespace {

struct Engine : Tape<Plain<double>> {
  static cradle_capabilities capabilities() {
    cradle_capabilities record = plain_record("tape");
    record.fixed_order = 1;
    return record;
  }
};

}  // namespace
}  // namespace tape

const cradle_engine* tape_engine() { return engine_of<tape::Engine>(); }

}  // namespace cradle
