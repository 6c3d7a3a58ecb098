// What single properties of the engine cost: a small graph among many nodes must not pay for those,
// and a node that is kept must not pin the memory of all that were made with it.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/comparison.h"
#include "bench/engines/microcrad.h"
#include "bench/engines/textbook.h"
#include "bench/measure.h"
#include "bench/suite.h"
#include "bench/workloads/network.h"

namespace cradle::bench {
namespace {

// Two ops, with `between` live nodes made in between that they do not depend on.
template <typename E>
void measure_sparse(benchmark::State& state, std::size_t between) {
  using Scalar = typename E::Scalar;
  E::trim();
  E::prepare(true);
  std::vector<Scalar> leaves;
  leaves.emplace_back(3.0);
  leaves.emplace_back(5.0);
  const Scalar product = leaves[0] * leaves[1];
  std::vector<Scalar> others;
  others.reserve(between);
  for (std::size_t k = 0; k < between; ++k) others.push_back(leaves[0] + leaves[1]);
  Scalar root = product + leaves[0];
  std::vector<double> gradients;
  double spent = 0;
  for ([[maybe_unused]] auto _ : state) {
    // Not the clock's own time: a hundred passes each time it is read.
    spent += seconds([&] {
      for (int pass = 0; pass < 100; ++pass) E::backward(root, leaves, gradients);
    });
  }
  state.counters["ns"] = spent * 1e7 / static_cast<double>(state.iterations());
}

// Twenty training steps, late in each of which a product of two parameters is made and kept: how
// much memory is alive in the middle of each, with a whole graph, and at its end.
template <typename E>
void measure_kept(benchmark::State& state, const NetworkShape& shape) {
  constexpr int kSteps = 20;
  std::vector<double> alive;
  for ([[maybe_unused]] auto _ : state) {
    E::trim();
    Training<E> training(shape);
    std::vector<typename E::Scalar> kept;
    kept.reserve(kSteps);
    alive.assign(1, 0);
    alive.reserve(2 * kSteps + 1);  // so that its own memory is not among what is alive
    const double before = allocated_bytes();
    for (int step = 0; step < kSteps; ++step) {
      training.forward();
      kept.push_back(training.parameters()[0] * training.parameters()[1]);
      training.backward();
      alive.push_back(allocated_bytes() - before);
      training.release();
      training.step();
      alive.push_back(allocated_bytes() - before);
    }
  }
  for (std::size_t moment = 0; moment < alive.size(); ++moment) {
    state.counters[counter_of_moment(moment)] = alive[moment];
  }
  state.counters["bytes alive"] = alive.back();
}

template <typename E>
void add(Size size) {
  const bool toy = size == Size::toy;
  const std::string name = E::kName;
  for (const std::size_t between : {std::size_t{0}, std::size_t{toy ? 1'000U : 1'000'000U}}) {
    benchmark::RegisterBenchmark(
        ("backward of two ops among " + std::to_string(between) + " others/" + name).c_str(),
        [between](benchmark::State& state) { measure_sparse<E>(state, between); });
  }
  const NetworkShape shape = toy ? NetworkShape{{3, 4, 1}, 2} : NetworkShape{{16, 32, 32, 1}, 32};
  benchmark::RegisterBenchmark(("a node kept of each of 20 steps/" + name).c_str(),
                               [shape](benchmark::State& state) { measure_kept<E>(state, shape); });
}

}  // namespace

void register_properties(Size size) {
  add<Microcrad>(size);
  add<Textbook>(size);
}

}  // namespace cradle::bench
