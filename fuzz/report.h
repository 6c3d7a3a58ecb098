// How a fuzz target tells what it found: once, on standard error, and then it ends the process.

#pragma once

#include <string>
#include <string_view>

#include "checks/oracles/verdict.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// The program that an engine is running from now on, until this goes out of scope.
///
/// Should a sanitizer find something meanwhile, its report is followed by the program: whoever
/// reads it needs no decoder. At most one exists at a time, and it outlives neither of its
/// arguments.
class Running {
 public:
  Running(const Program& program, std::string_view engine);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
};

/// Aborts unless the session was opened: an engine that refuses one still holds what an earlier
/// program made. Requires a Running.
void require_session(const Trace& trace);

/// Aborts when the oracle of that name disagrees, after printing what it says, the program, and the
/// command that runs it again. Inconclusive is no finding, nor is a policy or an edge. Requires a
/// Running.
void require(std::string_view oracle, const Judgement& judgement);

/// From now on a sanitizer's error ends the process with one line, "ERROR: AddressSanitizer: KIND",
/// and the program, instead of a report that takes longer than the program; and a finding is also
/// written to `c_path` as a C program, where one can show it, unless that is empty.
void report_in_short(std::string c_path);

/// Aborts unless `holds`, after printing `message`: for what no engine runs.
void require(std::string_view check, bool holds, std::string_view message);

}  // namespace cradle
