// One program, every oracle.

#include "checks/cradle/single.h"

#include "checks/cradle/explain.h"
#include "checks/cradle/node_rows.h"
#include "checks/cradle/stack_names.h"

namespace cradle {

std::optional<std::pair<CheckId, Judgement>> SingleRun::disagreement() const {
  for (const auto& each : judgements) {
    if (each.second.verdict == Verdict::disagree) return each;
  }
  return std::nullopt;
}

Verdict SingleRun::verdict() const {
  bool agreed = false;
  for (const auto& [check, judgement] : judgements) {
    if (judgement.verdict == Verdict::disagree && counts(judgement.kind)) return Verdict::disagree;
    // To survive is not to be right.
    agreed = agreed || (judgement.verdict == Verdict::agree && check != CheckId::survival);
  }
  return agreed ? Verdict::agree : Verdict::inconclusive;
}

SingleRun run_single(const Target& target, const Program& program, const HostLimits& limits,
                     bool deep) {
  SingleRun run;
  Host host(*target.engine, limits);
  run.trace = host.run(program);
  const Job job{program, std::nullopt};
  std::vector<CheckId> checks = checks_of(Stream::corpus, program);
  if (is_pure(program)) checks.insert(checks.end(), {CheckId::lifetime, CheckId::leaks});
  for (const CheckId check : checks) {
    if (!not_applicable(check, target.capabilities).empty()) continue;
    if (check == CheckId::deep && !deep) continue;
    // One that compares runs the program once more, beside its companions.
    const bool compares = check == CheckId::metamorphic || check == CheckId::leaks;
    const bool again = run.trace.death == Death::none && compares;
    Judgement judgement = again ? run_and_judge(host, check, job, target.capabilities)
                                : judge(check, job, run.trace, target.capabilities);
    judgement.message = with_names(judgement.message);
    run.judgements.emplace_back(check, std::move(judgement));
  }
  return run;
}

Result single_result(const Target& target, const Program& program, const std::string& family,
                     const SingleRun& run, const std::string& command) {
  Result result;
  result.engine = target.name;
  result.command = command;
  result.policies = target.policies;
  const std::vector<NodeRow> nodes = node_rows(program, run.trace, target.capabilities);
  for (const auto& [check, judgement] : run.judgements) {
    Row row;
    row.check = name_of(check);
    row.profile = "-";
    row.cases = 1;
    if (judgement.verdict == Verdict::agree) row.count_agreement(judgement.share);
    row.disagree = judgement.verdict == Verdict::disagree ? 1 : 0;
    row.harmless = counts(judgement.kind) ? 0 : row.disagree;
    row.inconclusive = judgement.verdict == Verdict::inconclusive ? 1 : 0;
    if (judgement.verdict == Verdict::inconclusive) row.reason = judgement.message;
    result.rows.push_back(row);
    if (judgement.verdict != Verdict::disagree) continue;
    Finding finding;
    finding.check = row.check;
    finding.profile = row.profile;
    finding.program = program;
    finding.family = family;
    finding.judgement = judgement;
    finding.explanation = explain(program, run.trace, judgement, target.capabilities);
    finding.nodes = nodes;
    result.findings.push_back(std::move(finding));
  }
  return result;
}

}  // namespace cradle
