// Generating programs: choices in, a well-formed program out, always.

#pragma once

#include <cstdint>
#include <string_view>

#include "checks/program/choices.h"
#include "checks/program/limits.h"
#include "checks/program/program.h"
#include "checks/program/verbs.h"

namespace cradle {

/// Where the numbers of a program come from.
///
///   safe     away from kinks, domain edges and overflow
///   mlp      a lowered network of up to kGeneratedNodesMax nodes
///   special  zeros, subnormals, infinities, thresholds, exact kinks
///   wild     a safe program with a few instructions that look at nothing
///   raw      any bits in fixed-width records: what fuzz inputs are read with
enum class Profile : std::uint8_t { safe, mlp, special, wild, raw };
inline constexpr std::size_t kProfileCount = 5;

std::string_view name_of(Profile profile);

struct GenerateOptions {
  Profile profile = Profile::safe;
  OpSet ops = kSpecificationOps;  // which may appear; `input` always may
  VerbSet verbs = 0;              // which actions may appear; 0: a pure program
  bool swarm = true;              // false: every op may appear in every case
  bool even = false;              // operands evenly from all nodes: half of them lead nowhere
  std::size_t nodes_min = 1;      // of a pure program that is no network
  std::size_t nodes_max = kGeneratedNodesMax;
  std::size_t actions_max = kFuzzActionsMax;
};

/// Generates a program. Total: any choices give a well-formed program with at least one
/// instruction.
///
/// Ensures  pure when options.verbs is 0; ops and verbs within the options (an mlp program of an
/// engine
///          without neurons is expanded, and needs add, mul, pow and relu, or it becomes a safe
///          one).
Program generate(Choices& choices, const GenerateOptions& options);

/// Draws a profile in the default mix: safe 60, mlp 15, special 15, wild 10 per cent.
Profile draw_profile(Choices& choices);

/// Draws a subset of `ops` for one case, or all of it: a bug that needs two ops to meet often is
/// found when the others stay away. `input`, and one op with two operands where there is one,
/// always remain. Source  Groce et al., Swarm Testing, ISSTA 2012.
OpSet draw_swarm(Choices& choices, OpSet ops);

}  // namespace cradle
