// What findings have in common, and what that usually means.

#pragma once

#include <string>
#include <vector>

#include "checks/cradle/campaign.h"
#include "checks/cradle/result.h"

namespace cradle {

/// Gives those findings a `cause` that one mistake explains: gradients that a sweep with a known
/// mistake leaves (the programs are run once more, and a few that tell the mistakes apart), lengths
/// that break at one size, references that nobody gives back, numbers that are others in each
/// process. They are told as one.
void name_causes(const CampaignOptions& options, std::vector<Finding>& findings);

/// Returns what a finding of this kind usually is, for one that has no cause; may be empty.
/// `of_many` admits what is a chance in one finding, and none where several have it in common.
std::string usual_meaning(const Finding& finding, bool of_many = false);

}  // namespace cradle
