// cradle check: a campaign of random programs, the corpus, networks, and size.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checks/cradle/campaign.h"
#include "checks/cradle/conclude.h"
#include "checks/cradle/depth.h"
#include "checks/cradle/json_result.h"
#include "checks/cradle/known.h"
#include "checks/cradle/nearest.h"
#include "checks/cradle/target.h"
#include "checks/cradle/usage.h"
#include "checks/cradle/verbs.h"
#include "checks/oracles/leaks.h"
#include "checks/program/edges.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

// More than any machine can do before the time is up.
constexpr std::uint64_t kEndless = std::uint64_t{1} << 40;

std::array<bool, kCheckCount> select(const CheckArguments& arguments,
                                     const Capabilities& capabilities) {
  std::array<bool, kCheckCount> selected;
  selected.fill(arguments.only.empty());
  selected[static_cast<std::size_t>(CheckId::deep)] = arguments.deep;
  bool oracle = arguments.only.empty();
  for (const std::string& name : arguments.only) {
    const std::size_t check = check_named(name);
    selected[check] = true;
    oracle = oracle || (check >= static_cast<std::size_t>(CheckId::forward) &&
                        check <= static_cast<std::size_t>(CheckId::lifetime));
  }
  // `--only corpus` means the corpus under every oracle; a death is worth knowing in any case.
  if (!oracle && selected[static_cast<std::size_t>(CheckId::corpus)]) {
    for (const CheckId check : kNumberChecks) selected[static_cast<std::size_t>(check)] = true;
    for (const CheckId check : {CheckId::metamorphic, CheckId::lifetime}) {
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

bool named(const CheckArguments& arguments, std::string_view name) {
  const std::vector<std::string>& only = arguments.only;
  return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
}

// Whether a check is named that judges programs that are functions.
bool judges_pure_programs(const CheckArguments& arguments) {
  const std::vector<CheckId> checks = checks_of(Stream::pure, {});
  return std::any_of(checks.begin(), checks.end(),
                     [&](CheckId check) { return named(arguments, name_of(check)); });
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
  set(Stream::pure, judges_pure_programs(arguments), endless ? kEndless : arguments.pure);
  set(Stream::lifetime, named(arguments, "lifetime") && selected(CheckId::lifetime),
      endless ? kEndless : arguments.lifetime);
  const std::uint64_t edges = edge_count(options.capabilities.ops);
  set(Stream::edges, !arguments.profile && cases[static_cast<std::size_t>(Stream::pure)] >= edges,
      edges);
  set(Stream::faults, selected(CheckId::faults), endless ? kEndless : arguments.lifetime / 10);
  set(Stream::mlp, selected(CheckId::mlp), endless ? kEndless : arguments.mlp);
  set(Stream::corpus, named(arguments, "corpus"), options.cases.corpus.size());
  set(Stream::leaks, selected(CheckId::leaks), leak_programs(options.capabilities).size());
  set(Stream::depth, selected(CheckId::depth), depth_case_count());
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
  std::string text =
      fmt::format("cradle check --engine {} --seed {} --cases {}", as_word(arguments.engine),
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
  if (arguments.deep) text += " --deep";
  if (!arguments.known.empty()) text += " --known " + as_word(arguments.known);
  return text + (arguments.strict ? " --strict" : "");
}

}  // namespace

int check_verb(const CheckArguments& arguments) {
  require_writable(arguments.outputs);
  for (const std::string& name : arguments.only) {
    if (check_named(name) < kCheckCount) continue;
    const std::vector<std::string> names = words_of_value("CHECK");
    const std::string meant = did_you_mean(name, names);
    throw UserError{
        kBadInput,
        "--only: there is no check " + in_quotes(name) +
            (meant.empty() ? fmt::format("; there are {}", fmt::join(names, ", ")) : meant)};
  }
  const Target target = find_target(arguments.engine, arguments.limits);
  CampaignOptions options = common_options(arguments, target);
  std::string error;
  options.cases.corpus = read_corpus(arguments.corpus, error);
  if (!error.empty()) throw UserError{kBadInput, error};
  const std::size_t corpus_size = options.cases.corpus.size();
  const std::size_t left_out = std::erase_if(options.cases.corpus, [&](const CorpusEntry& entry) {
    return !lacking_for(target, entry.program).empty();
  });
  if (!arguments.known.empty()) options.known = read_known(arguments.known);
  options.selected = select(arguments, target.capabilities);
  plan_cases(arguments, options);
  std::string failure;
  Result result = run_campaign(options, failure);
  if (left_out > 0) {
    Row row;
    row.check = name_of(CheckId::corpus);
    row.profile = "corpus";
    row.applicable = false;
    row.reason =
        fmt::format("to {} of {} programs: they need what the engine lacks", left_out, corpus_size);
    result.rows.push_back(std::move(row));
  }
  result.command = command_text(options, result, arguments);
  return conclude(std::move(result), arguments, target, failure);
}

}  // namespace cradle
