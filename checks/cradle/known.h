// Findings that are known: an engine with history adopts cradle, and only what is new counts.
//
// A file has a line for each, CHECK/KIND and the op or the family where there is one:
//
//   # Issue 12: tanh overflows.
//   forward/value/tanh
//   depth/depth/chain
//   leaks/leak

#pragma once

#include <string>
#include <vector>

#include "checks/cradle/result.h"

namespace cradle {

/// Returns what a finding is known by: the same whatever the program, the numbers and the seed.
std::string key_of(const Finding& finding);

/// Reads the keys of a file.
/// Errors  throws UserError with kBadInput, the line and what is wrong with it.
std::vector<std::string> read_known(const std::string& path);

/// Moves the findings whose keys are among these from `findings` to `known`, and notes the keys
/// that nothing showed in `unseen`.
void set_aside(Result& result, const std::vector<std::string>& keys);

}  // namespace cradle
