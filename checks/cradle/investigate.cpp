// Confirming and minimising, every candidate in a child.

#include "checks/cradle/investigate.h"

#include <algorithm>
#include <chrono>

#include "checks/cradle/depth.h"
#include "checks/cradle/simpler_network.h"
#include "checks/oracles/network.h"
#include "checks/program/families.h"
#include "checks/program/lower.h"
#include "checks/program/minimise.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

constexpr std::size_t kCopies = 8;  // damaged memory often shows only when it is used again
constexpr std::size_t kLongLines = 40;
constexpr std::size_t kOfSizeLines = 24;
constexpr double kSecondsMax = 4;      // for minimising one finding
constexpr double kQuickSeconds = 0.1;  // for a candidate that hangs

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

Program runnable(const Program& program, const Capabilities& capabilities) {
  return contains(capabilities.ops, Op::neuron) ? program : expand(program);
}

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

}  // namespace

Investigator::Investigator(const cradle_engine& engine, const Capabilities& capabilities,
                           const HostLimits& limits, const std::atomic<bool>* stop)
    : capabilities_(capabilities),
      stop_(stop),
      confirming_(engine, limits),
      quick_(engine, quick(limits)) {}

Judgement Investigator::judge_alone(CheckId check, const Program& program, Kind kind) {
  confirming_.restart();
  const Trace trace = check == CheckId::survival && lines(program) <= kGeneratedNodesMax
                          ? run_copies(confirming_, program, kind == Kind::cost)
                          : confirming_.run(program);
  return judge(check, Job{program, std::nullopt}, trace, nullptr, capabilities_);
}

bool Investigator::fails(CheckId check, const Program& program, Kind kind) {
  // Survival needs a fresh child each time: a dead one's neighbour might have been the killer.
  const Trace trace = check == CheckId::survival ? run_copies(quick_, program, kind == Kind::cost)
                                                 : quick_.run(program);
  const Judgement judgement =
      judge(check, Job{program, std::nullopt}, trace, nullptr, capabilities_);
  return judgement.verdict == Verdict::disagree && judgement.kind == kind;
}

Finding Investigator::minimised(CheckId check, const Program& program, const Judgement& judgement) {
  const Stopwatch watch;
  quick_.restart();
  const Minimised small = minimise(program, [&](const Program& candidate) {
    return !stopped() && !watch.over(kSecondsMax) && fails(check, candidate, judgement.kind);
  });
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

std::optional<Finding> Investigator::as_family(CheckId check, const Judgement& judgement) {
  if (stopped()) return std::nullopt;
  if (judgement.kind == Kind::cost) return std::nullopt;  // growth in time is for the depth check
  for (const Growth& growth :
       {Growth{"chain", 2000}, {"fan_out", 1000}, {"ladder", 200}, {"dense", 40}}) {
    const auto member = [&](std::uint64_t length) {
      std::string error;
      return expand_family(growth.family, {length}, error);
    };
    const auto shows = [&](std::uint64_t length) {
      return fails(check, member(length), judgement.kind);
    };
    if (!shows(growth.length_max)) continue;
    const std::uint64_t length = smallest_failing_length(1, growth.length_max, shows);
    Finding finding;
    finding.check = name_of(check);
    finding.program = member(length);
    finding.family = std::string(growth.family) + ' ' + std::to_string(length);
    finding.judgement = judge_alone(check, finding.program, judgement.kind);
    if (finding.judgement.verdict == Verdict::disagree) return finding;
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
  for (std::size_t k = before.size(); k-- > 0 && !stopped() && !watch.over(kSecondsMax);) {
    if (before[k].network) continue;
    const Trace trace = run_copies(quick_, before[k].program, false);
    const Judgement judgement = judge(CheckId::survival, before[k], trace, nullptr, capabilities_);
    if (judgement.verdict == Verdict::disagree) {
      return minimised(CheckId::survival, before[k].program, judgement);
    }
  }
  return std::nullopt;
}

std::optional<Finding> Investigator::investigate_network(const Case& met) {
  // Most often the bug is in an op, and the lowered program shows it too.
  const Program lowered = runnable(met.job.program, capabilities_);
  for (const CheckId check :
       {CheckId::survival, CheckId::forward, CheckId::local, CheckId::difference}) {
    const Judgement judgement = judge_alone(check, lowered, Kind::value);
    if (judgement.verdict == Verdict::disagree) return minimised(check, lowered, judgement);
  }
  const auto judged_by = [&](Host& host, const Network& network) {
    const Lowered made = lower(network);
    const Job job{made.program, network};
    host.post({job, {beside_network(made, capabilities_.ops), std::nullopt}});
    const std::vector<Trace> traces = host.take();
    const bool died = traces[0].death != Death::none;
    return judge(died ? CheckId::survival : CheckId::mlp, job, traces[0], &traces[1],
                 capabilities_);
  };
  const Stopwatch watch;
  const Network small = simplest_network(*met.job.network, [&](const Network& network) {
    return !stopped() && !watch.over(kSecondsMax) &&
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

std::optional<Finding> Investigator::investigate(CheckId check, const Case& met,
                                                 const Judgement& judgement,
                                                 std::span<const Job> before) {
  std::optional<Finding> finding;
  if (met.job.network) {
    finding = investigate_network(met);
    if (!finding && judgement.kind == Kind::cost) return std::nullopt;  // the machine was busy
  } else {
    const Judgement alone = judge_alone(check, met.job.program, judgement.kind);
    if (alone.verdict == Verdict::disagree) {
      finding = smallest(check, met.job.program, alone);
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
    finding->judgement.message +=
        "; only after other programs had run in the same process: memory was damaged, or sessions "
        "are not independent";
  }
  finding->profile = met.profile;
  finding->index = met.index;
  return finding;
}

}  // namespace cradle
