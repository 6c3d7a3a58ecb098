// Simplifying programs.
//
// A failing program is easier to understand when it is short. `simpler` lists programs that are
// strictly smaller than a given one; `minimise` (minimise.h) walks down that list while the failure
// persists.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "checks/program/program.h"

namespace cradle {

/// What "smaller" means: fewer lines, then simpler ops, then earlier operands, then shorter
/// numbers.
using SizeKey = std::array<std::uint64_t, 4>;
SizeKey size_key(const Program& program);

/// Calls `visit` with each simpler program, the boldest cuts first, until it returns true. Returns
/// whether it did.
///
/// Ensures  every visited q is well formed and size_key(q) < size_key(program); pure if `program`
/// is. Cost     O(n) programs of O(n) each.
bool for_each_simpler(const Program& program, const std::function<bool(const Program&)>& visit);

/// Returns all of them.
std::vector<Program> simpler(const Program& program);

}  // namespace cradle
