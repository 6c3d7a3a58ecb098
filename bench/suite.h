// What is measured. Each file of benchmarks registers its own, at toy size for the tests or at full
// size.

#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "bench/measure.h"
#include "bench/workloads/by_hand.h"
#include "bench/workloads/graphs.h"
#include "bench/workloads/network.h"

namespace cradle::bench {

enum class Size { toy, full };

/// The workloads at their sizes, each with the results that an engine has to have.
class Suite {
 public:
  explicit Suite(Size size);

  /// Registers every workload that E can do, as "workload size/engine".
  template <typename E>
  void add() const {
    add_chains<E>();
    add_subnormal_chain<E>();
    if constexpr (E::kSharing) add_random_graph<E>();
    add_networks<E>();
  }
  template <typename E>
  void add_chains() const {
    for (const Sized& chain : chains_) {
      if (chain.nodes <= E::kChainMax)
        add_one<E, Chain<E>>(chain.name, chain.nodes, chain.expected);
    }
  }
  template <typename E>
  void add_subnormal_chain() const {
    add_one<E, SubnormalChain<E>>(subnormal_.name, subnormal_.nodes, subnormal_.expected);
  }
  template <typename E>
  void add_random_graph() const {
    add_one<E, RandomGraph<E>>(random_.name, random_.nodes, random_.expected);
  }
  template <typename E>
  void add_networks() const {
    for (const Shaped& network : networks_) {
      add_one<E, Training<E>>(network.name, network.shape, network.expected);
    }
  }
  /// Registers the loops by hand.
  void add_by_hand() const;

 private:
  using Expected = std::shared_ptr<const Results>;
  struct Sized {
    std::string name;
    std::size_t nodes;
    Expected expected;
  };
  struct Shaped {
    std::string name;
    NetworkShape shape;
    Expected expected;
  };

  struct ByHand {
    static constexpr const char* kName = "loops by hand";
    static void trim() {}
  };

  template <typename E, typename Workload, typename Shape>
  static void add_one(const std::string& name, const Shape& shape, const Expected& expected) {
    benchmark::RegisterBenchmark((name + "/" + E::kName).c_str(),
                                 [shape, expected](benchmark::State& state) {
                                   E::trim();
                                   const auto workload = std::make_unique<Workload>(shape);
                                   measure(state, *workload, *expected);
                                 });
  }

  std::vector<Sized> chains_;
  Sized subnormal_;
  Sized random_;
  std::vector<Shaped> networks_;
};

/// microcrad and textbook, in all their forms, and loops by hand.
void register_engines(const Suite& suite);

/// The peers that were found when this was configured.
void register_peers(const Suite& suite);

/// What single properties of the engine cost: a small graph among many nodes, a node that is kept.
void register_properties(Size size);

/// Programs generated, run and judged per second.
void register_checks(Size size);

/// What the oracles of gradients cost beside textbook's own forward and backward.
void register_oracles(Size size);

}  // namespace cradle::bench
