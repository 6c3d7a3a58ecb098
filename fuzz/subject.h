// What a fuzz target tests: an engine, and what its inputs may ask of it.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "checks/engines/engine.h"
#include "checks/program/capabilities.h"
#include "checks/program/generate.h"
#include "checks/program/program.h"

namespace cradle {

struct Subject {
  std::string name;
  const cradle_engine* engine = nullptr;
  Capabilities capabilities;
  GenerateOptions options;  // what inputs are decoded with: the engine's own ops and actions only
};

/// Returns the subject of this target. Each target defines it; the same in every call.
const Subject& subject();

/// Returns the engine of that name.
/// Errors  ends the process with status 3 and one line when there is none.
Subject subject_named(const std::string& name);

/// Returns the engine that the environment variable CRADLE_ENGINE names, or microcrad.
Subject subject_from_environment();

/// Returns the same subject for programs that are functions: inputs have no actions.
Subject without_actions(Subject chosen);

/// Returns `chosen`, or for half of all inputs microcrad:single when it is microcrad and can run
/// the program: one allocation a Value, so that a memory checker sees each.
///
/// The sum of the bytes decides, so that an input always means the same.
const Subject& subject_or_single(const Subject& chosen, const Program& program,
                                 std::span<const std::uint8_t> bytes);

}  // namespace cradle
