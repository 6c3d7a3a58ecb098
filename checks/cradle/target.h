// The engine that the user names, and the environment it is judged in.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "checks/engines/engine.h"
#include "checks/engines/foreign.h"
#include "checks/engines/host.h"
#include "checks/oracles/probe.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// Exit statuses of the command.
inline constexpr int kAgreed = 0;
inline constexpr int kDisagreed = 1;  // or a check had no conclusive case
inline constexpr int kBadInput = 2;   // arguments, files, programs
inline constexpr int kBadEngine = 3;  // it could not be loaded, or lacks what was asked
inline constexpr int kInterrupted = 130;

/// A mistake of the user's: a message and an exit status. `main` prints it and ends.
struct UserError {
  int status;
  std::string message;
};

struct Target {
  std::shared_ptr<const ForeignEngine> foreign;  // that `engine` belongs to, if it is one
  const cradle_engine* engine = nullptr;
  std::string name;  // as the user wrote it
  Capabilities capabilities;
  std::vector<Policy> policies;  // what was found out, not declared
};

/// Finds an engine by name, or loads the shared object of that path in a child, and settles its
/// capabilities. Errors  throws UserError with kBadEngine.
Target find_target(const std::string& name, const HostLimits& limits = {});

/// Returns what the engine lacks to run a program, after neurons are expanded where it has none.
std::string lacking_for(const Target& target, const Program& program);

/// Reads a program, in the engine's own ops: neurons are expanded where it has none.
/// Errors  throws UserError with kBadInput; with kBadEngine when the engine lacks what the program
/// needs.
Program read_for(const Target& target, const std::string& path, std::string* family = nullptr);

}  // namespace cradle
