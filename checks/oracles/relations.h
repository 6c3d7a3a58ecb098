// Programs that must agree with a given one, and how their nodes correspond.

#pragma once

#include <cstdint>
#include <vector>

#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

/// How a program was made from another one.
///
///   same        not at all
///   identity    x + (-0.0), x * 1 or x^1 stands between a node and all who use it
///   leaf        one more input, on which nothing depends
///   scaled      the last node, multiplied by a power of two
///   duplicated  a node is made twice, and one of its uses is of the second
enum class Relation : std::uint8_t { same, identity, leaf, scaled, duplicated };

const char* name_of(Relation relation);

struct Related {
  Relation relation = Relation::same;
  Program program;
  std::vector<NodeId> node;  // of each node of the original program: which one it is here
  NodeId extra = 0;          // leaf: the input on which nothing depends
  int exponent = 0;          // scaled: by 2^exponent
};

/// Returns the relatives of a program: each relation once, where the engine has the op it takes.
///
/// Which node, which identity and which power follow from the program's own bits.
///
/// Requires  well_formed(program).
/// Ensures   each is well formed and pure, with at most two more nodes. Empty unless the program is
///           pure and has a node.
std::vector<Related> relatives(const Program& program, const Capabilities& capabilities);

}  // namespace cradle
