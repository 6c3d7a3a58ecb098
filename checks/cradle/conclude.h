// The beginning and the end of a campaign's verb: options from flags, and a result put where the
// user wants it.

#pragma once

#include <string>

#include "checks/cradle/campaign.h"
#include "checks/cradle/result.h"
#include "checks/cradle/target.h"
#include "checks/cradle/verbs.h"

namespace cradle {

/// Returns the options that every campaign takes from its flags: no cases are planned yet.
CampaignOptions common_options(const CheckArguments& arguments, const Target& target);

/// Prints the report, writes the JSON file, and returns the exit status.
/// Errors  throws UserError when the file cannot be written, or with `failure` when a part of the
///         result was lost.
int conclude(Result result, const CheckArguments& arguments, const Target& target,
             const std::string& failure);

}  // namespace cradle
