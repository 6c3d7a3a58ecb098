// Findings that another finding explains: a bug is told once.

#pragma once

#include <vector>

#include "checks/cradle/campaign.h"
#include "checks/cradle/result.h"

namespace cradle {

/// Leaves out what another finding explains: one that could not be confirmed alone, when there is a
/// firm one; a long program that hangs or dies, when a family shows that size is what matters.
void drop_echoes(std::vector<Finding>& findings);

/// Where the engine dies of its memory, leaves out findings of values and gradients that are other
/// numbers in each process (they are run again in some): they were read from memory that was
/// somebody else's by then. What kills the engine takes over their count, and says so.
void drop_damaged(const CampaignOptions& options, std::vector<Finding>& findings);

}  // namespace cradle
