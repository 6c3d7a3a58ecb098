// cradle check and cradle exhaust: campaigns.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "checks/cradle/campaign.h"
#include "checks/cradle/depth.h"
#include "checks/cradle/enumeration.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/target.h"
#include "checks/cradle/terminal.h"
#include "checks/cradle/verbs.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// More than any machine can do before the time is up.
constexpr std::uint64_t kEndless = std::uint64_t{1} << 40;

std::array<bool, kCheckCount> select(const CheckArguments& arguments,
                                     const Capabilities& capabilities) {
  std::array<bool, kCheckCount> selected;
  selected.fill(arguments.only.empty());
  bool oracle = arguments.only.empty();
  for (const std::string& name : arguments.only) {
    const std::size_t check = check_named(name);
    selected[check] = true;
    oracle = oracle || (check >= static_cast<std::size_t>(CheckId::forward) &&
                        check <= static_cast<std::size_t>(CheckId::lifetime));
  }
  // `--only corpus` means the corpus under every oracle; a death is worth knowing in any case.
  if (!oracle && selected[static_cast<std::size_t>(CheckId::corpus)]) {
    for (const CheckId check :
         {CheckId::forward, CheckId::local, CheckId::difference, CheckId::lifetime}) {
      selected[static_cast<std::size_t>(check)] = true;
    }
  }
  selected[static_cast<std::size_t>(CheckId::survival)] = true;
  for (std::size_t k = 0; k < kCheckCount; ++k) {
    const std::string reason = not_applicable(static_cast<CheckId>(k), capabilities);
    if (reason.empty()) continue;
    if (selected[k] && !arguments.only.empty()) {
      throw UserError{kBadEngine, fmt::format("{} cannot be checked: {}",
                                              name_of(static_cast<CheckId>(k)), reason)};
    }
    selected[k] = false;
  }
  return selected;
}

bool named(const CheckArguments& arguments, std::initializer_list<const char*> names) {
  if (arguments.only.empty()) return true;
  return std::any_of(names.begin(), names.end(), [&](const char* name) {
    return std::find(arguments.only.begin(), arguments.only.end(), name) != arguments.only.end();
  });
}

void plan_cases(const CheckArguments& arguments, CampaignOptions& options) {
  const bool endless = arguments.seconds.has_value();
  auto& cases = options.schedule.cases;
  const auto set = [&](Stream stream, bool wanted, std::uint64_t count) {
    cases[static_cast<std::size_t>(stream)] = wanted ? count : 0;
  };
  const auto selected = [&](CheckId check) {
    return options.selected[static_cast<std::size_t>(check)];
  };
  set(Stream::pure, named(arguments, {"survival", "forward", "local", "difference"}),
      endless ? kEndless : arguments.pure);
  set(Stream::lifetime, named(arguments, {"lifetime"}) && selected(CheckId::lifetime),
      endless ? kEndless : arguments.lifetime);
  set(Stream::mlp, selected(CheckId::mlp), endless ? kEndless : arguments.mlp);
  set(Stream::corpus, named(arguments, {"corpus"}), options.cases.corpus.size());
  set(Stream::depth, selected(CheckId::depth), growths().size());
}

std::string cases_text(const CampaignOptions& options, const Result& result,
                       const CheckArguments& arguments) {
  if (!arguments.seconds) {
    return fmt::format("pure={},lifetime={},mlp={}", arguments.pure, arguments.lifetime,
                       arguments.mlp);
  }
  // After --time: what was reached.
  const auto reached = [&](const char* profile_of_stream, CheckId check) {
    std::uint64_t cases = 0;
    for (const Row& row : result.rows) {
      const bool generated = row.profile != "corpus";
      if (row.check == name_of(check) && generated &&
          (*profile_of_stream == '\0' ? row.profile != "actions" && row.profile != "networks"
                                      : row.profile == profile_of_stream)) {
        cases += row.cases;
      }
    }
    return cases * options.schedule.shard_count;
  };
  return fmt::format("pure={},lifetime={},mlp={}", reached("", CheckId::survival),
                     reached("actions", CheckId::survival), reached("networks", CheckId::survival));
}

std::string command_text(const CampaignOptions& options, const Result& result,
                         const CheckArguments& arguments) {
  std::string text = fmt::format("cradle check --engine {} --seed {} --cases {}", arguments.engine,
                                 arguments.seed, cases_text(options, result, arguments));
  if (arguments.profile) text += fmt::format(" --profile {}", name_of(*arguments.profile));
  for (std::size_t k = 0; k < arguments.only.size(); ++k) {
    text += (k == 0 ? " --only " : ",") + arguments.only[k];
  }
  if (arguments.shard_count > 1) {
    text += fmt::format(" --shard {}/{}", arguments.shard, arguments.shard_count);
  }
  const HostLimits usual;
  if (arguments.limits.seconds != usual.seconds) {
    text += fmt::format(" --timeout {}s", arguments.limits.seconds);
  }
  if (arguments.limits.memory_bytes != usual.memory_bytes) {
    text += fmt::format(" --memory {}", arguments.limits.memory_bytes);
  }
  if (arguments.limits.stack_bytes != usual.stack_bytes) {
    text += fmt::format(" --stack {}", arguments.limits.stack_bytes);
  }
  return text + (arguments.strict ? " --strict" : "");
}

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

}  // namespace

int check_verb(const CheckArguments& arguments) {
  for (const std::string& name : arguments.only) {
    if (check_named(name) < kCheckCount) continue;
    throw UserError{kBadInput, "--only: there is no check " + quoted(name) +
                                   "; there are survival, forward, local, difference, lifetime, "
                                   "mlp, corpus and depth"};
  }
  const Target target = find_target(arguments.engine);
  CampaignOptions options = common_options(arguments, target);
  std::string error;
  options.cases.corpus = read_corpus(arguments.corpus, error);
  if (!error.empty()) throw UserError{kBadInput, error};
  const std::size_t left_out = std::erase_if(options.cases.corpus, [&](const CorpusEntry& entry) {
    return !lacking_for(target, entry.program).empty();
  });
  options.selected = select(arguments, target.capabilities);
  plan_cases(arguments, options);
  std::string failure;
  Result result = run_campaign(options, failure);
  if (left_out > 0) {
    Row row;
    row.check = name_of(CheckId::corpus);
    row.profile = "corpus";
    row.applicable = false;
    row.reason = fmt::format("{} programs need what the engine lacks", left_out);
    result.rows.push_back(std::move(row));
  }
  result.command = command_text(options, result, arguments);
  return conclude(std::move(result), arguments, target, failure);
}

int exhaust_verb(const ExhaustArguments& arguments) {
  const Target target = find_target(arguments.check.engine);
  CampaignOptions options = common_options(arguments.check, target);
  for (const CheckId check :
       {CheckId::survival, CheckId::forward, CheckId::local, CheckId::difference}) {
    options.selected[static_cast<std::size_t>(check)] =
        not_applicable(check, target.capabilities).empty();
  }
  options.exhaust_length = arguments.length;
  const std::uint64_t count = enumerated_count(arguments.length, target.capabilities.ops);
  options.schedule.cases[static_cast<std::size_t>(Stream::pure)] = count;
  std::string failure;
  Result result = run_campaign(options, failure);
  result.command = fmt::format("cradle exhaust --engine {} --length {}", arguments.check.engine,
                               arguments.length);
  if (arguments.check.shard_count > 1) {
    result.command +=
        fmt::format(" --shard {}/{}", arguments.check.shard, arguments.check.shard_count);
  }
  fmt::print("Every program of up to {} instructions: {}\n\n", arguments.length, grouped(count));
  return conclude(std::move(result), arguments.check, target, failure);
}

}  // namespace cradle
