// The engines on graphs: nanoseconds an op, forward, backward and release apart.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/engines.h"
#include "bench/measure.h"
#include "bench/suite.h"
#include "bench/workloads.h"

namespace cradle::bench {
namespace {

template <typename Workload>
void add(const std::string& name, std::size_t nodes, const Results& expected) {
  benchmark::RegisterBenchmark(name.c_str(), [nodes, expected](benchmark::State& state) {
    const auto workload = std::make_unique<Workload>(nodes);
    measure(state, *workload, expected);
  });
}

void add_chain(std::size_t nodes) {
  const std::string name = "chain " + std::to_string(nodes) + "/";
  const Results expected = results_of(Chain<Textbook>(nodes));
  add<Chain<Microcrad>>(name + Microcrad::kName, nodes, expected);
  add<Chain<Textbook>>(name + Textbook::kName, nodes, expected);
}

void add_random_graph(std::size_t nodes) {
  const std::string name = "random graph " + std::to_string(nodes) + "/";
  const Results expected = results_of(RandomGraph<Textbook>(nodes));
  add<RandomGraph<Microcrad>>(name + Microcrad::kName, nodes, expected);
  add<RandomGraph<Textbook>>(name + Textbook::kName, nodes, expected);
}

}  // namespace

void register_engines(Size size) {
  const bool toy = size == Size::toy;
  const std::vector<std::size_t> chains =
      toy ? std::vector<std::size_t>{10, 1'000} : std::vector<std::size_t>{100, 10'000, 1'000'000};
  for (const std::size_t nodes : chains) add_chain(nodes);
  add_random_graph(toy ? 200 : 10'000);
}

}  // namespace cradle::bench
