// microcrad's workloads at sizes that an emulator can afford.

#include "bench/passes.h"

#include <fmt/format.h>

#include "bench/engines/microcrad.h"
#include "bench/workloads/graphs.h"
#include "bench/workloads/network.h"

namespace cradle::bench {
namespace {

constexpr std::size_t kNodes = 10'000;

template <typename Workload, typename Shape>
std::size_t pass(const Shape& shape, std::size_t passes) {
  Workload workload(shape);
  for (std::size_t k = 0; k < passes; ++k) {
    workload.forward();
    workload.backward();
    workload.release();
    workload.step();
  }
  return workload.ops();
}

template <typename E>
std::size_t pass_network(std::size_t passes) {
  return pass<Training<E>>(NetworkShape{{16, 32, 32, 1}, 4}, passes);
}

struct Named {
  const char* name;
  std::size_t (*run)(std::size_t passes);  // returns the ops of one
};

constexpr Named kWorkloads[] = {
    {"chain", [](std::size_t passes) { return pass<Chain<Microcrad>>(kNodes, passes); }},
    {"chain inline",
     [](std::size_t passes) { return pass<Chain<MicrocradInline>>(kNodes, passes); }},
    {"random graph",
     [](std::size_t passes) { return pass<RandomGraph<Microcrad>>(kNodes, passes); }},
    {"random graph inline",
     [](std::size_t passes) { return pass<RandomGraph<MicrocradInline>>(kNodes, passes); }},
    {"network by ops", pass_network<Microcrad>},
    {"network by ops inline", pass_network<MicrocradInline>},
    {"network MLP", pass_network<MicrocradNetwork>},
};

}  // namespace

void print_passes() {
  for (const Named& workload : kWorkloads) fmt::print("{}\t{}\n", workload.name, workload.run(0));
}

bool run_passes(const std::string& name, std::size_t passes) {
  for (const Named& workload : kWorkloads) {
    if (name != workload.name) continue;
    workload.run(passes);
    return true;
  }
  return false;
}

}  // namespace cradle::bench
