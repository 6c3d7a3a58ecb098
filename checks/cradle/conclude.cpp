// From flags to options, from a result to an exit status.

#include "checks/cradle/conclude.h"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "checks/cradle/json_result.h"
#include "checks/cradle/junit.h"
#include "checks/cradle/page.h"
#include "checks/cradle/sarif.h"
#include "checks/cradle/terminal.h"

namespace cradle {
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

void require_writable(const Outputs& outputs) {
  for (const std::string& path : {outputs.json, outputs.html, outputs.junit, outputs.sarif}) {
    require_writable(path);
  }
}

void write_result(const std::string& json, const Outputs& outputs, const std::string& file) {
  const auto write = [](const std::string& path, const std::string& text) {
    std::string error;
    if (!write_file(path, text, error)) throw UserError{kBadInput, error};
  };
  if (!outputs.json.empty()) write(outputs.json, json);
  if (outputs.html.empty() && outputs.junit.empty() && outputs.sarif.empty()) return;
  const StoredFile stored = read_stored(json, file);
  if (!outputs.html.empty()) write(outputs.html, page(stored));
  if (outputs.junit.empty() && outputs.sarif.empty()) return;
  const auto* const result = std::get_if<StoredResult>(&stored);
  if (result == nullptr) {
    throw UserError{kBadInput,
                    file + ": what calibrate measured has no verdicts for JUnit or SARIF"};
  }
  if (!outputs.junit.empty()) write(outputs.junit, junit(*result));
  if (!outputs.sarif.empty()) write(outputs.sarif, sarif(*result, outputs.source));
}

int conclude(Result result, const CheckArguments& arguments, const Target& target,
             const std::string& failure) {
  result.failure = failure;
  result.policies = target.policies;
  for (Row& row : result.rows) row.harmless = arguments.strict ? 0 : row.harmless;
  const bool color = color_wanted(arguments.color);
  std::fputs(report(result, arguments.strict, color, output_columns()).c_str(), stdout);
  std::fflush(stdout);
  write_result(to_json(result, result.verdict(arguments.strict), target.capabilities),
               arguments.outputs);
  if (!failure.empty()) throw UserError{kDisagreed, failure};
  if (result.interrupted) return kInterrupted;
  return result.verdict(arguments.strict) == Verdict::agree ? kAgreed : kDisagreed;
}

}  // namespace cradle
