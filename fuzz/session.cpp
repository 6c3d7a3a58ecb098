// Decode, choose, run.

#include "fuzz/session.h"

#include "checks/engines/run.h"
#include "checks/program/codec.h"

namespace cradle {

Session::Session(std::span<const std::uint8_t> bytes)
    : program(decode(bytes, cradle::subject().options)),
      subject(subject_or_single(cradle::subject(), program, bytes)),
      running(program, subject.name),
      trace(run(program, *subject.engine)) {
  require_session(trace);
}

}  // namespace cradle
