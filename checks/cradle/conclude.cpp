// From flags to options, from a result to an exit status.

#include "checks/cradle/conclude.h"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "checks/cradle/json_result.h"
#include "checks/cradle/terminal.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

std::vector<Policy> policies_of(const Capabilities& capabilities) {
  std::vector<Policy> policies;
  switch (capabilities.second_backward) {
    case SecondBackward::accumulates:
      policies.push_back({"a second backward", "accumulates, as micrograd does"});
      break;
    case SecondBackward::resets:
      policies.push_back({"a second backward", "resets the gradients first"});
      break;
    case SecondBackward::refuses:
      policies.push_back({"a second backward", "is refused"});
      break;
    case SecondBackward::unknown:
      policies.push_back({"a second backward", "does none of what is known"});
      break;
  }
  policies.push_back({"relu' at 0", print(capabilities.relu_at_zero)});
  return policies;
}

}  // namespace

CampaignOptions common_options(const CheckArguments& arguments, const Target& target) {
  CampaignOptions options;
  options.engine = target.engine;
  options.capabilities = target.capabilities;
  options.capabilities.name = target.name;
  options.cases.seed = arguments.seed;
  options.cases.profile = arguments.profile;
  options.schedule.shard = arguments.shard;
  options.schedule.shard_count = arguments.shard_count;
  options.seconds = arguments.seconds;
  options.jobs =
      arguments.jobs > 0 ? arguments.jobs : std::max(1u, std::thread::hardware_concurrency());
  options.limits = arguments.limits;
  return options;
}

int conclude(Result result, const CheckArguments& arguments, const Target& target,
             const std::string& failure) {
  result.failure = failure;
  result.policies = policies_of(target.capabilities);
  std::fputs(report(result, arguments.strict, color_wanted(arguments.color)).c_str(), stdout);
  std::fflush(stdout);
  if (!arguments.json.empty()) {
    std::string error;
    if (!write_file(arguments.json,
                    to_json(result, result.verdict(arguments.strict), target.capabilities),
                    error)) {
      throw UserError{kBadInput, error};
    }
  }
  if (!failure.empty()) throw UserError{kDisagreed, failure};
  if (result.interrupted) return kInterrupted;
  return result.verdict(arguments.strict) == Verdict::agree ? kAgreed : kDisagreed;
}

}  // namespace cradle
