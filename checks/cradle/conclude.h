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

/// Throws UserError when an output that is to be written at the end cannot be.
void require_writable(const Outputs& outputs);

/// Writes a result, which is made of its JSON, in every form that is asked for; `file` names it in
/// errors.
/// Errors  throws UserError when a file cannot be written, when the JSON is no result, and when the
///         form does not fit what it is of.
void write_result(const std::string& json, const Outputs& outputs,
                  const std::string& file = "the result");

/// Prints the report, writes the outputs, and returns the exit status.
/// Errors  throws UserError when a file cannot be written, or with `failure` when a part of the
///         result was lost.
int conclude(Result result, const CheckArguments& arguments, const Target& target,
             const std::string& failure);

}  // namespace cradle
