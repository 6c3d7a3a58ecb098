// Names, applicability, and the one place that calls each oracle.

#include "checks/cradle/checks.h"

#include "checks/engines/capabilities_of.h"
#include "checks/engines/host.h"
#include "checks/oracles/death.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/lifetime.h"
#include "checks/oracles/local.h"
#include "checks/oracles/network.h"

namespace cradle {
namespace {

constexpr std::array<std::string_view, kCheckCount> kNames = {
    "survival", "forward", "local", "difference", "lifetime", "mlp", "corpus", "depth"};

}  // namespace

std::string_view name_of(CheckId check) { return kNames[static_cast<std::size_t>(check)]; }

std::string_view name_of(Stream stream) {
  static constexpr std::array<std::string_view, kStreamCount> kStreams = {"pure", "lifetime", "mlp",
                                                                          "corpus", "depth"};
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
      return capabilities.can_release ? "" : "the engine has no release";
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
  if (stream == Stream::mlp) return {CheckId::survival, CheckId::mlp};
  if (stream == Stream::corpus && !is_pure(program)) {
    return {CheckId::survival, CheckId::lifetime};
  }
  return {CheckId::survival, CheckId::forward, CheckId::local, CheckId::difference};
}

Judgement judge(CheckId check, const Job& job, const Trace& trace, const Trace* beside,
                const Capabilities& capabilities) {
  const Program& program = job.program;
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
    case CheckId::difference:
      return judge_difference(program, trace, capabilities);
    case CheckId::lifetime:
      return judge_lifetime(program, trace, capabilities);
    case CheckId::mlp:
      return judge_network(lower(*job.network), trace, beside, capabilities);
    default:
      return judged(Verdict::inconclusive, "no oracle of that name judges a single program");
  }
}

Capabilities probe(const cradle_engine& engine) {
  Capabilities capabilities = capabilities_of(engine);
  if (capabilities.second_backward != SecondBackward::unknown) return capabilities;
  // y = x + x, backward twice: micrograd adds 2 to x's gradient each time.
  Program program;
  program.code.resize(2);
  program.code[0].immediate = 1;
  program.code[1].op = Op::add;
  Action backward;
  backward.position = 2;
  backward.target = 1;
  program.actions = {backward, backward};
  Host host(engine, HostLimits{});
  const Trace trace = host.run(program);
  if (!fits(trace, program) || trace.after[0].status != 0) return capabilities;
  const double twice = trace.after[1].nodes[0].grad;
  capabilities.second_backward = trace.after[1].status != 0 ? SecondBackward::refuses
                                 : twice == 4               ? SecondBackward::accumulates
                                 : twice == 2               ? SecondBackward::resets
                                                            : SecondBackward::unknown;
  return capabilities;
}

}  // namespace cradle
