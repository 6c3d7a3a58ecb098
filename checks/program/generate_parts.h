// The parts that `generate` is made of: raw records, and programs with actions. Nobody else calls
// them.

#pragma once

#include <vector>

#include "checks/program/generate.h"

namespace cradle {

/// Returns the ops of a set in table order, without `input`.
std::vector<Op> list_ops(OpSet ops);

/// Returns the verbs of a set in table order.
std::vector<Verb> list_verbs(VerbSet verbs);

Program generate_raw(Choices& choices, const GenerateOptions& options);
Program generate_lifetime(Choices& choices, const GenerateOptions& options);

}  // namespace cradle
