// cradle calibrate: what the checks can see.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "checks/cradle/calibrate.h"
#include "checks/cradle/calibrate_report.h"
#include "checks/cradle/conclude.h"
#include "checks/cradle/gradcheck.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/target.h"
#include "checks/cradle/verbs.h"
#include "checks/engines/faulty.h"
#include "checks/oracles/environment.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

void select_parts(const CalibrateArguments& arguments, CalibrateOptions& options) {
  if (!arguments.only.empty()) options.parts.fill(false);
  for (const std::string& name : arguments.only) {
    const auto* const part = std::find(kPartNames.begin(), kPartNames.end(), name);
    if (part == kPartNames.end()) {
      throw UserError{kBadInput, "--only: there is no part " + in_quotes(name) +
                                     "; there are false_alarms, detection, planted and cost"};
    }
    options.parts[static_cast<std::size_t>(part - kPartNames.begin())] = true;
  }
}

void select_oracles(const CalibrateArguments& arguments, CalibrateOptions& options) {
  for (const std::string& name : arguments.oracles) {
    if (std::find(kCalibratedOracles.begin(), kCalibratedOracles.end(), name) ==
        kCalibratedOracles.end()) {
      throw UserError{kBadInput, "--oracles: there is no oracle " + in_quotes(name) +
                                     "; there are forward, local, global, difference, "
                                     "metamorphic and gradcheck"};
    }
    options.oracles.push_back(name == "gradcheck" ? kGradcheckName : name);
  }
}

void select_profiles(const CalibrateArguments& arguments, CalibrateOptions& options) {
  const std::vector<std::string> names = false_alarm_profiles();
  for (const std::string& name : arguments.profiles) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw UserError{kBadInput, fmt::format("--profiles: there is no profile {}; there are {}",
                                             in_quotes(name), fmt::join(names, ", "))};
    }
    options.profiles.push_back(name);
  }
}

void select_bugs(const CalibrateArguments& arguments, CalibrateOptions& options) {
  const auto& bugs = planted_bugs();
  for (const std::string& name : arguments.bugs) {
    const auto same = [&](const PlantedBug& bug) {
      return bug.name == name || bug.name == "faulty:" + name;
    };
    const auto bug = std::find_if(bugs.begin(), bugs.end(), same);
    if (bug == bugs.end()) {
      throw UserError{
          kBadInput, "--bugs: there is no planted bug " + in_quotes(name) + "; see cradle engines"};
    }
    options.bugs.emplace_back(bug->name);
  }
}

std::string listed(const char* flag, const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text.empty() ? text : fmt::format(" {} {}", flag, text);
}

std::string command_of(const CalibrateArguments& arguments) {
  return fmt::format("cradle calibrate --engine {} --seed {} --graphs {} --nodes {}{}{}{}{}",
                     as_word(arguments.engine), arguments.seed, arguments.graphs, arguments.nodes,
                     listed("--only", arguments.only), listed("--oracles", arguments.oracles),
                     listed("--profiles", arguments.profiles), listed("--bugs", arguments.bugs));
}

void write(const std::string& path, const std::string& text) {
  std::string error;
  if (!path.empty() && !write_file(path, text, error)) throw UserError{kBadInput, error};
}

}  // namespace

int calibrate_verb(const CalibrateArguments& arguments) {
  require_writable(arguments.outputs);
  CalibrateOptions options;
  select_parts(arguments, options);
  select_oracles(arguments, options);
  select_profiles(arguments, options);
  select_bugs(arguments, options);
  const Target target = find_target(arguments.engine);
  options.engine = target.engine;
  options.capabilities = target.capabilities;
  options.capabilities.name = target.name;
  options.graphs = arguments.graphs;
  options.nodes = arguments.nodes;
  options.seed = arguments.seed;
  options.jobs =
      arguments.jobs > 0 ? arguments.jobs : std::max(1u, std::thread::hardware_concurrency());
  const Calibration result = calibrate(options);
  const std::string command = command_of(arguments);
  std::fputs(report(result, options, command).c_str(), stdout);
  std::fflush(stdout);
  write_result(to_json(result, options, command), arguments.outputs);
  write(arguments.markdown, markdown(result, options, command));
  write(arguments.data, plot_data(result));
  if (!arguments.programs.empty()) write(arguments.programs, graphs_text(options));
  if (!result.failure.empty()) throw UserError{kDisagreed, result.failure};
  if (result.interrupted) return kInterrupted;
  return result.good() ? kAgreed : kDisagreed;
}

}  // namespace cradle
