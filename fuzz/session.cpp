// Decode, choose, run.

#include "fuzz/session.h"

#include <utility>

#include "checks/engines/run.h"
#include "checks/program/codec.h"

namespace cradle {
namespace {

Program& decoded(std::span<const std::uint8_t> bytes) {
  static Program program;
  decode(bytes, subject().options, program);
  return program;
}

}  // namespace

Session::Session(std::span<const std::uint8_t> bytes)
    : program(decoded(bytes)),
      subject(subject_or_single(cradle::subject(), program, bytes)),
      running(program, subject.name),
      trace(run(program, *subject.engine)) {
  require_session(trace);
}

Session::~Session() { recycle(std::move(trace)); }

}  // namespace cradle
