// Confirming and minimising, every candidate in a child.

#include "checks/cradle/investigate.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "checks/cradle/explain.h"
#include "checks/cradle/finding_words.h"
#include "checks/cradle/node_rows.h"
#include "checks/cradle/simpler_network.h"
#include "checks/cradle/stack_names.h"
#include "checks/oracles/faults.h"
#include "checks/program/lower.h"
#include "checks/program/minimise.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

constexpr std::size_t kCopies = 8;  // damaged memory often shows only when it is used again
constexpr std::size_t kLongLines = 40;
constexpr std::size_t kOfSizeLines = 24;
constexpr std::size_t kFewLines = 4;
constexpr double kMinimisingSeconds = 4;  // one finding
constexpr double kQuickSeconds = 0.1;     // for a candidate that hangs

HostLimits quick(HostLimits limits) {
  limits.seconds = std::min(limits.seconds, kQuickSeconds);
  limits.seconds_a_node = std::min(limits.seconds_a_node, 5e-6);
  return limits;
}

class Stopwatch {
 public:
  bool over(double seconds) const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count() >
           seconds;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::size_t lines(const Program& program) { return program.code.size() + program.actions.size(); }

// The trace of a death among copies of one program, or the first trace. One copy is enough to hang.
Trace run_copies(Host& host, const Program& program, bool hangs) {
  host.restart();
  if (hangs) return host.run(program);
  host.post(std::vector<Job>(kCopies, Job{program, std::nullopt}));
  std::vector<Trace> traces = host.take();
  for (Trace& trace : traces) {
    if (trace.death != Death::none) return std::move(trace);
  }
  return std::move(traces.front());
}

// A program of more instructions than this is worth another attempt.
constexpr std::size_t kSmallEnough = 5;

// Inputs a ninth larger: numbers that were made simple have short mantissas, and where a bug is one
// of rounding, it takes more instructions to round them at all.
Program with_uneven_inputs(Program program) {
  for (Instruction& line : program.code) {
    if (line.op == Op::input) line.immediate = line.immediate == 0 ? 0.1 : line.immediate / 0.9;
  }
  return program;
}

}  // namespace

Investigator::Investigator(const cradle_engine& engine, const Capabilities& capabilities,
                           const HostLimits& limits, const std::atomic<bool>* stop)
    : capabilities_(capabilities),
      stop_(stop),
      confirming_(engine, limits),
      quick_(engine, quick(limits)) {}

Judgement Investigator::judge_alone(CheckId check, const Program& program, Kind kind) {
  const Job job{fitted(program, capabilities_), std::nullopt};
  if (check == CheckId::survival && lines(program) <= kGeneratedNodesMax) {
    return judge(check, job, run_copies(confirming_, job.program, kind == Kind::cost),
                 capabilities_);
  }
  confirming_.restart();
  return run_and_judge(confirming_, check, job, capabilities_);
}

bool Investigator::fails(CheckId check, const Program& program, Kind kind) {
  const Job job{fitted(program, capabilities_), std::nullopt};
  if (check == CheckId::faults && !has_faults(program)) return false;
  // Survival needs a fresh child each time: a dead one's neighbour might have been the killer.
  const Judgement judgement =
      check == CheckId::survival
          ? judge(check, job, run_copies(quick_, job.program, kind == Kind::cost), capabilities_)
          : run_and_judge(quick_, check, job, capabilities_);
  return judgement.verdict == Verdict::disagree && judgement.kind == kind;
}

Finding Investigator::minimised(CheckId check, const Program& program, const Judgement& judgement) {
  const Stopwatch watch;
  quick_.restart();
  const auto still_fails = [&](const Program& candidate) {
    return !stopped() && !watch.over(kMinimisingSeconds) && fails(check, candidate, judgement.kind);
  };
  Minimised small = minimise(program, still_fails);
  if (small.program.code.size() > kSmallEnough) {
    const Program uneven = with_uneven_inputs(small.program);
    if (still_fails(uneven)) {
      Minimised other = minimise(uneven, still_fails);
      if (other.program.code.size() < small.program.code.size()) small = std::move(other);
    }
  }
  Finding finding;
  finding.check = name_of(check);
  finding.program = small.program;
  finding.judgement = judge_alone(check, small.program, judgement.kind);
  if (finding.judgement.verdict != Verdict::disagree) {  // it needs the process that it was met in
    finding.program = program;
    finding.judgement = judgement;
  }
  return finding;
}

void Investigator::add_explanation(Finding& finding) {
  const Judgement& judgement = finding.judgement;
  const bool harmful = finding.check == name_of(CheckId::survival) || judgement.kind == Kind::cost;
  if (!judgement.has_node && (harmful || !finding.family.empty())) return;
  const Program program = fitted(finding.program, capabilities_);
  const Trace trace = confirming_.run(program);
  finding.explanation = explain(program, trace, judgement, capabilities_);
  // Of an engine without neurons the nodes are others than those of the program that is shown.
  if (program.code.size() != finding.program.code.size()) return;
  finding.nodes = node_rows(program, trace, capabilities_);
}

// One bug is met by several checks: where they show it by one program, it is told once.
std::optional<Finding> Investigator::shown_by(std::span<const Finding> known, CheckId check,
                                              const Judgement& judgement) {
  for (const Finding& other : known) {
    if (other.check == name_of(check) || !other.family.empty() || stopped()) continue;
    const Judgement alone = judge_alone(check, other.program, judgement.kind);
    if (alone.verdict != Verdict::disagree || alone.kind != judgement.kind) continue;
    if (alone.op != judgement.op) continue;  // another bug
    Finding finding;
    finding.check = name_of(check);
    finding.program = other.program;
    finding.judgement = alone;
    return finding;
  }
  return std::nullopt;
}

Finding Investigator::smallest(CheckId check, const Program& program, const Judgement& judgement) {
  // A family is found, and brought down, far sooner than a long program is minimised.
  if (lines(program) > kLongLines) {
    if (auto family = as_family(check, judgement)) {
      if (lines(family->program) > kOfSizeLines) return *family;
      return minimised(check, family->program, family->judgement);
    }
  }
  Finding finding = minimised(check, program, judgement);
  if (lines(finding.program) > kReadableLines) {
    if (auto family = as_family(check, judgement)) return *family;
  }
  return finding;
}

std::optional<Finding> Investigator::find_culprit(std::span<const Job> before) {
  const Stopwatch watch;
  for (std::size_t k = before.size(); k-- > 0 && !stopped() && !watch.over(kMinimisingSeconds);) {
    if (before[k].network) continue;
    const Trace trace = run_copies(quick_, before[k].program, false);
    const Judgement judgement = judge(CheckId::survival, before[k], trace, capabilities_);
    if (judgement.verdict == Verdict::disagree) {
      return minimised(CheckId::survival, before[k].program, judgement);
    }
  }
  return std::nullopt;
}

std::optional<Finding> Investigator::by_one_trace(const Program& program) {
  for (const CheckId check : {CheckId::survival, CheckId::forward, CheckId::local, CheckId::global,
                              CheckId::difference}) {
    if (!not_applicable(check, capabilities_).empty()) continue;
    const Judgement judgement = judge_alone(check, program, Kind::value);
    if (judgement.verdict == Verdict::disagree) return smallest(check, program, judgement);
  }
  return std::nullopt;
}

// Relations depend on every bit of a program, so that a small one may have no relative that shows
// the bug. Where a single trace shows it too, its own or a relative's, that is the plainer way to
// tell.
Finding Investigator::plainer(Finding finding) {
  if (lines(finding.program) <= kFewLines) return finding;
  const Job job{finding.program, std::nullopt};
  std::vector<Program> programs = companions_of(CheckId::metamorphic, job, capabilities_);
  programs.insert(programs.begin(), finding.program);
  for (const Program& program : programs) {
    if (auto other = by_one_trace(program)) return std::move(*other);
  }
  return finding;
}

std::optional<Finding> Investigator::investigate_network(const Case& met) {
  // Most often the bug is in an op, and the lowered program shows it too.
  const Program lowered = fitted(met.job.program, capabilities_);
  if (auto finding = by_one_trace(lowered)) return finding;
  const auto judged_by = [&](Host& host, const Network& network) {
    const Job job{lower(network).program, network};
    const std::vector<Program> companions = companions_of(CheckId::mlp, job, capabilities_);
    std::vector<Job> jobs = {job};
    for (const Program& companion : companions) jobs.push_back({companion, std::nullopt});
    host.post(std::move(jobs));
    const std::vector<Trace> traces = host.take();
    const bool died = traces.front().death != Death::none;
    return judge(died ? CheckId::survival : CheckId::mlp, Ran{job, companions, traces},
                 capabilities_);
  };
  const Stopwatch watch;
  const Network small = simplest_network(*met.job.network, [&](const Network& network) {
    return !stopped() && !watch.over(kMinimisingSeconds) &&
           judged_by(quick_, network).verdict == Verdict::disagree;
  });
  confirming_.restart();
  Finding finding;
  finding.check = name_of(CheckId::mlp);
  finding.program = lower(small).program;
  finding.judgement = judged_by(confirming_, small);
  if (finding.judgement.verdict != Verdict::disagree) return std::nullopt;
  return finding;
}

// With the allocations that must fail among its actions: it can then be run by itself.
Program Investigator::faulty(CheckId check, const Program& program) {
  const std::vector<Program> programs =
      check == CheckId::faults ? failing_programs(program) : std::vector<Program>();
  if (programs.empty()) return program;
  std::vector<Job> jobs = {{program, std::nullopt}};
  for (const Program& each : programs) jobs.push_back({each, std::nullopt});
  confirming_.restart();
  confirming_.post(std::move(jobs));
  return first_wrong(program, confirming_.take(), capabilities_);
}

std::optional<Finding> Investigator::investigate(CheckId check, const Case& met,
                                                 const Judgement& judgement,
                                                 std::span<const Job> before,
                                                 std::span<const Finding> known) {
  std::optional<Finding> finding;
  if (met.job.network) {
    finding = investigate_network(met);
    if (!finding && judgement.kind == Kind::cost) return std::nullopt;  // the machine was busy
  } else {
    const Program program = faulty(check, met.job.program);
    Judgement alone = judge_alone(check, program, judgement.kind);
    if (check == CheckId::faults && alone.verdict == Verdict::inconclusive) {
      check = CheckId::survival;  // it died of the fault
      alone = judge_alone(check, program, judgement.kind);
    }
    if (alone.verdict == Verdict::disagree) {
      finding = shown_by(known, check, alone);
      if (!finding) finding = smallest(check, program, alone);
      if (check == CheckId::metamorphic) *finding = plainer(std::move(*finding));
    } else if (judgement.kind == Kind::cost) {
      return std::nullopt;  // the machine was busy
    } else {
      finding = find_culprit(before);
    }
  }
  if (!finding) {
    finding.emplace();
    finding->check = name_of(check);
    finding->program = met.job.program;
    finding->judgement = judgement;
    finding->judgement.kind = Kind::memory;
    finding->judgement.message += kAfterOthers;
    finding->judgement.message += ": memory was damaged, or sessions are not independent";
  }
  finding->judgement.message = with_names(finding->judgement.message);
  finding->profile = met.profile;
  finding->index = met.index;
  if (!met.job.network || finding->check != name_of(CheckId::mlp)) {
    add_explanation(*finding);
  }
  return finding;
}

}  // namespace cradle
