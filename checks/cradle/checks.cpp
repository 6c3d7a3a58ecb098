// Names, applicability, and the one place that calls each oracle.

#include "checks/cradle/checks.h"

#include <algorithm>

#include "checks/engines/capabilities_of.h"
#include "checks/oracles/death.h"
#include "checks/oracles/deep.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/faults.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/leaks.h"
#include "checks/oracles/lifetime.h"
#include "checks/oracles/local.h"
#include "checks/oracles/metamorphic.h"
#include "checks/oracles/network.h"
#include "checks/oracles/probe.h"
#include "checks/program/numbers.h"

namespace cradle {
namespace {

constexpr auto kNames = std::to_array<std::string_view>({
    "survival",
    "forward",
    "local",
    "global",
    "difference",
    "metamorphic",
    "deep",
    "lifetime",
    "faults",
    "leaks",
    "mlp",
    "corpus",
    "depth",
});
static_assert(kNames.size() == kCheckCount, "each CheckId has a name here, in its order");

Judgement judge_ran_network(const Ran& ran, const Capabilities& capabilities) {
  Lowered lowered = lower(*ran.job.network);
  lowered.program = in_precision(std::move(lowered.program), capabilities.precision_bits);
  return judge_network(lowered, ran.traces.front(),
                       ran.traces.size() < 2 ? nullptr : &ran.traces[1], capabilities);
}

Judgement judge_with_companions(const Ran& ran, const Capabilities& capabilities) {
  for (std::size_t k = 1; k < ran.traces.size(); ++k) {
    const Judgement death = judge_death(ran.companions[k - 1], ran.traces[k]);
    if (death.verdict != Verdict::agree) {
      return judged(Verdict::inconclusive, "a related program: " + death.message);
    }
  }
  return judge_metamorphic(ran.job.program, ran.traces.front(), ran.companions,
                           ran.traces.subspan(1), capabilities);
}

}  // namespace

std::string_view name_of(CheckId check) { return kNames[static_cast<std::size_t>(check)]; }

std::string_view name_of(Stream stream) {
  static constexpr std::array<std::string_view, kStreamCount> kStreams = {
      "pure", "lifetime", "mlp", "corpus", "depth", "leaks", "edges", "faults"};
  return kStreams[static_cast<std::size_t>(stream)];
}

std::size_t check_named(std::string_view name) {
  std::size_t k = 0;
  while (k < kCheckCount && kNames[k] != name) ++k;
  return k;
}

std::string not_applicable(CheckId check, const Capabilities& capabilities) {
  switch (check) {
    case CheckId::local:
      return capabilities.interior_readable ? "" : "interior gradients cannot be read";
    case CheckId::lifetime:
      return capabilities.release == ReleaseKind::by_backward ? "backward consumes the graph" : "";
    case CheckId::faults:
      if (!capabilities.can_fail) return "the engine does not offer to let an allocation fail";
      return not_applicable(CheckId::lifetime, capabilities);
    case CheckId::leaks:
      if (!capabilities.heap_counted) return "allocations are counted for engines that are loaded";
      return capabilities.release == ReleaseKind::never ? "it says that it frees nothing" : "";
    case CheckId::mlp:
      return capabilities.has_network ? "" : "the engine offers no network of its own";
    case CheckId::depth:
      return capabilities.depth_max == 0
                 ? ""
                 : "it declares a depth limit of " + std::to_string(capabilities.depth_max);
    default:
      return "";
  }
}

std::vector<CheckId> checks_of(Stream stream, const Program& program) {
  if (stream == Stream::lifetime) return {CheckId::survival, CheckId::lifetime};
  if (stream == Stream::faults) return {CheckId::survival, CheckId::faults};
  if (stream == Stream::leaks) return {CheckId::survival, CheckId::leaks};
  if (stream == Stream::mlp) return {CheckId::survival, CheckId::mlp};
  if (stream == Stream::corpus && !is_pure(program)) {
    return {CheckId::survival, CheckId::lifetime};
  }
  std::vector<CheckId> checks = {CheckId::survival};
  checks.insert(checks.end(), kNumberChecks.begin(), kNumberChecks.end());
  checks.push_back(CheckId::metamorphic);
  checks.push_back(CheckId::deep);
  return checks;
}

Program fitted(const Program& program, const Capabilities& capabilities) {
  const bool expands = !contains(capabilities.ops, Op::neuron) &&
                       std::any_of(program.code.begin(), program.code.end(),
                                   [](const Instruction& line) { return line.op == Op::neuron; });
  return in_precision(expands ? expand(program) : program, capabilities.precision_bits);
}

std::vector<Program> companions_of(CheckId check, const Job& job,
                                   const Capabilities& capabilities) {
  if (check == CheckId::mlp && job.network) {
    Lowered lowered = lower(*job.network);
    lowered.program = in_precision(std::move(lowered.program), capabilities.precision_bits);
    return {beside_network(lowered, capabilities.ops)};
  }
  if (check == CheckId::faults) return failing_programs(job.program);
  if (check == CheckId::leaks && is_pure(job.program)) {
    return repeated_sessions(job.program, capabilities);
  }
  if (check == CheckId::metamorphic && is_pure(job.program)) {
    return related_programs(job.program, capabilities);
  }
  return {};
}

std::uint64_t share_of(CheckId check) {
  return check == CheckId::metamorphic ? 4 : check == CheckId::deep ? 100 : 1;
}

Judgement judge(CheckId check, const Ran& ran, const Capabilities& capabilities) {
  const Program& program = ran.job.program;
  const Trace& trace = ran.traces.front();
  const Judgement death = judge_death(program, trace);
  if (check == CheckId::survival || death.verdict != Verdict::agree) {
    if (check == CheckId::survival) return death;
    return judged(Verdict::inconclusive, death.message);
  }
  switch (check) {
    case CheckId::forward:
      return judge_forward(program, trace, capabilities);
    case CheckId::local:
      return judge_local(program, trace, capabilities);
    case CheckId::global:
      return judge_global(program, trace, capabilities);
    case CheckId::difference:
      return judge_difference(program, trace, capabilities);
    case CheckId::metamorphic:
      return judge_with_companions(ran, capabilities);
    case CheckId::deep:
      return judge_deep(program, trace, capabilities);
    case CheckId::lifetime:
      return judge_lifetime(program, trace, capabilities);
    case CheckId::faults:
      return judge_faults(program, ran.traces, capabilities);
    case CheckId::leaks:
      return judge_leaks(program, ran.traces, capabilities);
    case CheckId::mlp:
      return judge_ran_network(ran, capabilities);
    default:
      return judged(Verdict::inconclusive, "no oracle of that name judges a single program");
  }
}

Judgement judge(CheckId check, const Job& job, const Trace& trace,
                const Capabilities& capabilities) {
  return judge(check, Ran{job, {}, {&trace, 1}}, capabilities);
}

Judgement run_and_judge(Host& host, CheckId check, const Job& job,
                        const Capabilities& capabilities) {
  const std::vector<Program> companions = companions_of(check, job, capabilities);
  std::vector<Job> jobs = {job};
  for (const Program& companion : companions) jobs.push_back({companion, std::nullopt});
  host.post(std::move(jobs));
  const std::vector<Trace> traces = host.take();
  return judge(check, Ran{job, companions, traces}, capabilities);
}

Capabilities probe(const cradle_engine& engine, const HostLimits& limits) {
  const Capabilities declared = capabilities_of(engine);
  const std::vector<Program> programs = probe_programs(declared);
  if (programs.empty()) return declared;
  std::vector<Job> jobs;
  for (const Program& program : programs) jobs.push_back({program, std::nullopt});
  Host host(engine, limits);
  host.post(std::move(jobs));
  return settled_by(declared, programs, host.take());
}

}  // namespace cradle
