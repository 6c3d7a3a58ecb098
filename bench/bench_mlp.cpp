// The engines on networks: nanoseconds an op of a whole training step.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "bench/engines.h"
#include "bench/measure.h"
#include "bench/suite.h"
#include "bench/training.h"

namespace cradle::bench {
namespace {

template <typename E>
void add(const std::string& name, const NetworkShape& shape, const Results& expected) {
  benchmark::RegisterBenchmark((name + E::kName).c_str(),
                               [shape, expected](benchmark::State& state) {
                                 const auto workload = std::make_unique<Training<E>>(shape);
                                 measure(state, *workload, expected);
                               });
}

void add_network(const NetworkShape& shape) {
  std::string name = "network";
  for (const std::uint32_t width : shape.widths) name += " " + std::to_string(width);
  name += " x " + std::to_string(shape.samples) + "/";
  const Results expected = results_of(Training<Textbook>(shape));
  add<Microcrad>(name, shape, expected);
  add<MicrocradOps>(name, shape, expected);
  add<Textbook>(name, shape, expected);
}

}  // namespace

void register_training(Size size) {
  if (size == Size::toy) return add_network({{3, 4, 1}, 2});
  add_network({{16, 32, 32, 1}, 32});
  add_network({{3, 4, 1}, 1});
}

}  // namespace cradle::bench
