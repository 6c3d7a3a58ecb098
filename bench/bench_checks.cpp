// The harness: how many programs a second are generated, run, and judged by each oracle, on one
// core.

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/suite.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/microcrad.h"
#include "checks/engines/run.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/lifetime.h"
#include "checks/oracles/local.h"
#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/verbs.h"

namespace cradle::bench {
namespace {

struct Cases {
  VerbSet verbs = 0;  // 0: functions, in the default mix of profiles
  std::vector<Program> programs;
  std::vector<Trace> traces;
};

Program make(const VerbSet verbs, std::uint64_t index, const Capabilities& capabilities) {
  SeedChoices choices(case_seed(1, 0, index));
  GenerateOptions options;
  options.ops = capabilities.ops;
  options.verbs = verbs;
  if (verbs == 0) options.profile = draw_profile(choices);
  return generate(choices, options);
}

std::shared_ptr<const Cases> make_cases(VerbSet verbs, std::size_t count) {
  const auto cases = std::make_shared<Cases>();
  const cradle_engine& engine = *microcrad_engine();
  const Capabilities capabilities = capabilities_of(engine);
  cases->verbs = verbs;
  for (std::size_t k = 0; k < count; ++k) {
    cases->programs.push_back(make(verbs, k, capabilities));
    cases->traces.push_back(run(cases->programs.back(), engine));
  }
  return cases;
}

void add(const std::string& name, const std::shared_ptr<const Cases>& cases,
         const std::function<void(std::size_t)>& work) {
  benchmark::RegisterBenchmark(name.c_str(), [cases, work](benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
      for (std::size_t k = 0; k < cases->programs.size(); ++k) work(k);
    }
    const auto programs = static_cast<double>(cases->programs.size());
    state.counters["programs/s"] =
        benchmark::Counter(programs, benchmark::Counter::kIsIterationInvariantRate);
  });
}

using Oracle = Judgement (*)(const Program&, const Trace&, const Capabilities&);

// True when the oracle agrees with some case and disagrees with none: its time is that of real
// work.
bool is_content(Oracle oracle, const Cases& cases, const Capabilities& capabilities) {
  bool agreed = false;
  for (std::size_t k = 0; k < cases.programs.size(); ++k) {
    const Verdict verdict = oracle(cases.programs[k], cases.traces[k], capabilities).verdict;
    if (verdict == Verdict::disagree) return false;
    agreed = agreed || verdict == Verdict::agree;
  }
  return agreed;
}

void add_oracle(const std::string& name, const std::shared_ptr<const Cases>& cases, Oracle oracle) {
  const Capabilities capabilities = capabilities_of(*microcrad_engine());
  if (!is_content(oracle, *cases, capabilities)) {
    benchmark::RegisterBenchmark(name.c_str(), [](benchmark::State& state) {
      state.SkipWithError("the oracle disagrees, or is never conclusive");
    });
    return;
  }
  add(name, cases, [cases, oracle, capabilities](std::size_t k) {
    benchmark::DoNotOptimize(oracle(cases->programs[k], cases->traces[k], capabilities));
  });
}

void add_making(const std::string& name, const std::shared_ptr<const Cases>& cases) {
  const Capabilities capabilities = capabilities_of(*microcrad_engine());
  add("generate " + name, cases, [cases, capabilities](std::size_t k) {
    benchmark::DoNotOptimize(make(cases->verbs, k, capabilities));
  });
  add("run " + name, cases, [cases](std::size_t k) {
    benchmark::DoNotOptimize(run(cases->programs[k], *microcrad_engine()));
  });
}

}  // namespace

void register_checks(Size size) {
  const std::size_t count = size == Size::toy ? 20 : 2'000;
  const auto functions = make_cases(0, count);
  const auto lifetimes = make_cases(kAllVerbs, count);
  add_making("pure", functions);
  add_oracle("forward", functions, judge_forward);
  add_oracle("local", functions, judge_local);
  add_oracle("difference", functions, judge_difference);
  add_making("lifetime", lifetimes);
  add_oracle("lifetime", lifetimes, judge_lifetime);
}

}  // namespace cradle::bench
