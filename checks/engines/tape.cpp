// The reference engine: the tape with the plain rules, as it is.

#include "checks/engines/tape.h"

#include "checks/engines/tape_engine.h"

namespace cradle {
namespace tape {
namespace {

struct Engine : Tape<Plain<double>> {
  static cradle_capabilities capabilities() { return plain_record("tape"); }
};

}  // namespace
}  // namespace tape

const cradle_engine* tape_engine() { return engine_of<tape::Engine>(); }

}  // namespace cradle
