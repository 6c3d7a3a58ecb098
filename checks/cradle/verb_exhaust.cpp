// cradle exhaust: every small program, in one go or in many.

#include <fmt/format.h>

#include <cstdio>

#include "checks/cradle/campaign.h"
#include "checks/cradle/conclude.h"
#include "checks/cradle/enumeration.h"
#include "checks/cradle/interrupt.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/progress.h"
#include "checks/cradle/progress_file.h"
#include "checks/cradle/terminal.h"
#include "checks/cradle/verbs.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// How much of a run that dies is done again.
constexpr double kLegSeconds = 5;

// What an action can do to a reference or a gradient; faults and misuse have no end of places.
VerbSet exhausted_verbs(const Capabilities& capabilities) {
  return verbs_of(capabilities) &
         (bit(Verb::retain) | bit(Verb::release) | bit(Verb::backward) | bit(Verb::zero_grad));
}

CampaignOptions options_of(const ExhaustArguments& arguments, const Target& target) {
  CampaignOptions options = common_options(arguments.check, target);
  const OpSet ops = target.capabilities.ops;
  options.exhaust_length = arguments.length;
  options.selected[static_cast<std::size_t>(CheckId::survival)] = true;
  for (const CheckId check : kNumberChecks) {
    options.selected[static_cast<std::size_t>(check)] =
        not_applicable(check, target.capabilities).empty();
  }
  options.schedule.cases[static_cast<std::size_t>(Stream::pure)] =
      enumerated_count({arguments.length, ops, 0});
  if (!arguments.actions) return options;
  const std::string reason = not_applicable(CheckId::lifetime, target.capabilities);
  if (!reason.empty()) throw UserError{kBadEngine, "--actions: " + reason};
  options.selected[static_cast<std::size_t>(CheckId::lifetime)] = true;
  options.exhaust_verbs = exhausted_verbs(target.capabilities);
  options.schedule.cases[static_cast<std::size_t>(Stream::lifetime)] =
      enumerated_count({arguments.length, ops, options.exhaust_verbs});
  return options;
}

RunIdentity identity_of(const ExhaustArguments& arguments) {
  return {arguments.check.engine, arguments.length, arguments.actions, arguments.check.shard,
          arguments.check.shard_count};
}

// Leg after leg, each stored when it ends.
Result run_in_legs(const ExhaustArguments& arguments, const CampaignOptions& options,
                   std::string& failure) {
  const RunIdentity identity = identity_of(arguments);
  StoredRun run = read_progress(arguments.resume, identity);
  if (run.state.next_chunk > 0) {
    std::fprintf(stderr, "cradle: going on after %s cases from %s\n",
                 grouped(run.state.cases()).c_str(), arguments.resume.c_str());
  }
  const InterruptScope interrupt;
  Progress progress(options.progress);
  while (!run.state.finished && !InterruptScope::happened() && failure.empty()) {
    merge(run.result, run_leg(options, kLegSeconds, run.state, progress, failure));
    fold(run.result.findings);
    if (failure.empty()) write_progress(arguments.resume, identity, run);
  }
  progress.clear();
  run.result.interrupted = !run.state.finished && failure.empty();
  run.result.seconds = run.state.seconds;
  complete(options, run.result);
  return std::move(run.result);
}

std::string command_of(const ExhaustArguments& arguments) {
  std::string text = fmt::format("cradle exhaust --engine {} --length {}",
                                 as_word(arguments.check.engine), arguments.length);
  if (arguments.actions) text += " --actions";
  if (arguments.check.shard_count > 1) {
    text += fmt::format(" --shard {}/{}", arguments.check.shard, arguments.check.shard_count);
  }
  if (!arguments.resume.empty()) text += " --resume " + arguments.resume;
  return text;
}

}  // namespace

int exhaust_verb(const ExhaustArguments& arguments) {
  require_writable(arguments.check.outputs);
  require_writable(arguments.resume);
  const Target target = find_target(arguments.check.engine, arguments.check.limits);
  const CampaignOptions options = options_of(arguments, target);
  std::string failure;
  Result result = arguments.resume.empty() ? run_campaign(options, failure)
                                           : run_in_legs(arguments, options, failure);
  result.command = command_of(arguments);
  const auto planned = [&](Stream stream) {
    return grouped(options.schedule.cases[static_cast<std::size_t>(stream)]);
  };
  fmt::print("Every program of up to {} instructions: {}\n", arguments.length,
             planned(Stream::pure));
  if (arguments.actions) {
    fmt::print("Every program of up to {} instructions and actions: {}\n", arguments.length,
               planned(Stream::lifetime));
  }
  fmt::print("\n");
  return conclude(std::move(result), arguments.check, target, failure);
}

}  // namespace cradle
