// What most targets begin with: the bytes as a program, and the program on the engine.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "checks/program/program.h"
#include "checks/program/trace.h"
#include "fuzz/report.h"
#include "fuzz/subject.h"

namespace cradle {

/// An input that was run: on the target's engine, or for half of all inputs on microcrad:single
/// (subject_or_single). The empty input is libFuzzer's own and no target runs it: one that fails
/// there could not be fuzzed any further. Aborts when the engine opens no session. A Running while
/// it lives.
struct Session {
  explicit Session(std::span<const std::uint8_t> bytes);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Program& program;  // in memory that all sessions share
  const Subject& subject;
  Running running;
  Trace trace;
};

}  // namespace cradle
