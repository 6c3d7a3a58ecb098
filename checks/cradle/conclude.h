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

/// Writes a result as JSON and as a page; an empty path is no file.
/// Errors  throws UserError when a file cannot be written.
void write_result(const std::string& json, const std::string& path, const std::string& page_path);

/// Prints the report, writes the JSON file and the page, and returns the exit status.
/// Errors  throws UserError when a file cannot be written, or with `failure` when a part of the
///         result was lost.
int conclude(Result result, const CheckArguments& arguments, const Target& target,
             const std::string& failure);

}  // namespace cradle
