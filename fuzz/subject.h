// What a fuzz target tests: an engine, and what its inputs may ask of it.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "checks/engines/engine.h"
#include "checks/program/capabilities.h"
#include "checks/program/generate.h"
#include "checks/program/lower.h"
#include "checks/program/program.h"

namespace cradle {

/// What the bytes of an input are to a target.
enum class InputKind {
  program,  // records of the language
  network,  // the choices that draw a network
  text,     // the text of a program, or not
  other     // nothing that could be told as a program
};

struct Subject {
  std::string name;
  const cradle_engine* engine = nullptr;
  Capabilities capabilities;
  GenerateOptions options;  // what inputs are decoded with: the engine's own ops and actions only
  InputKind input = InputKind::program;
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

/// Returns the same subject for inputs that draw networks.
/// Errors  ends the process with status 3 and one line when the engine has none of its own.
Subject with_network(Subject chosen);

/// Returns the subject of a target that runs no engine.
Subject without_engine(InputKind input);

/// Returns the network that these bytes draw: up to three layers of up to six neurons, up to three
/// samples.
Network network_of_input(std::span<const std::uint8_t> bytes);

/// Returns `chosen`, or for half of all inputs microcrad:single when it is microcrad and can run
/// the program: one allocation a Value, so that a memory checker sees each.
///
/// The sum of the bytes decides, so that an input always means the same.
const Subject& subject_or_single(const Subject& chosen, const Program& program,
                                 std::span<const std::uint8_t> bytes);

}  // namespace cradle
