// Findings that another finding explains: a bug is told once.

#pragma once

#include <vector>

#include "checks/cradle/result.h"

namespace cradle {

/// Leaves out what another finding explains: one that could not be confirmed alone, when there is a
/// firm one; a long program that hangs or dies, when a family shows that size is what matters.
void drop_echoes(std::vector<Finding>& findings);

}  // namespace cradle
