// The graphs that are measured: a long chain, one whose adjoints are subnormal, and a random graph
// with heavy sharing.
//
// All numbers are small integers or powers of two, and so are all results and gradients: below 2^53
// every sum is exact.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "bench/measure.h"
#include "checks/program/choices.h"

namespace cradle::bench {

/// What the graphs have in common: leaves, nodes that are held, of which the last is the root, and
/// the phases.
template <typename E>
class Graph {
 public:
  using Scalar = typename E::Scalar;

  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  void backward() { E::backward(made_.back(), leaves_, gradients_); }
  void release() {
    while (!made_.empty()) made_.pop_back();
    E::end();
  }
  void step() {}
  std::size_t ops() const { return ops_; }
  Results results() {
    Results results{E::data(made_.back()), gradients_, {}};
    if constexpr (E::kCounts) results.digest = E::digest(made_.back(), ops_);
    return results;
  }

 protected:
  Graph(bool is_deep, std::size_t ops) : ops_(ops) { E::prepare(is_deep); }
  ~Graph() = default;

  std::vector<Scalar> leaves_;  // NOLINT(misc-non-private-member-variables-in-classes)
  std::vector<Scalar> made_;    // NOLINT(misc-non-private-member-variables-in-classes)

 private:
  std::size_t ops_;
  std::vector<double> gradients_;
};

/// x <- x f and x <- x + b in turn, on eight leaves: f = -1, b = 1, 2, 3, 4.
template <typename E>
class Chain : public Graph<E> {
 public:
  explicit Chain(std::size_t nodes) : Graph<E>(true, nodes), nodes_(nodes) {
    this->leaves_.reserve(8);
    for (std::size_t k = 0; k < 4; ++k) this->leaves_.emplace_back(-1.0);
    for (std::size_t k = 0; k < 4; ++k) this->leaves_.emplace_back(static_cast<double>(k + 1));
  }

  void forward() {
    auto& leaf = this->leaves_;
    E::begin(leaf);
    typename E::Scalar x = leaf[4] * leaf[0];
    for (std::size_t k = 1; k < nodes_; ++k) {
      if (k % 2 == 1) {
        x = x + leaf[4 + k / 2 % 4];
      } else {
        x = x * leaf[k / 2 % 4];
      }
    }
    this->made_.push_back(std::move(x));
  }

 private:
  std::size_t nodes_;
};

/// How many times the subnormal chain is halved in the end.
inline constexpr std::size_t kDecay = 1'060;

/// x <- 2 x and x <- x / 2 in turn, then 1,060 times x <- x / 2: data stay normal, and all adjoints
/// but the last thousand lie between 2^-1060 and 2^-1059. What that costs is the processor's: loops
/// by hand pay, too.
template <typename E>
class SubnormalChain : public Graph<E> {
 public:
  explicit SubnormalChain(std::size_t nodes)
      : Graph<E>(true, nodes + kDecay), nodes_(nodes + kDecay) {
    this->leaves_.reserve(3);
    for (const double leaf : {0x1p800, 2.0, 0.5}) this->leaves_.emplace_back(leaf);
  }

  void forward() {
    auto& leaf = this->leaves_;
    E::begin(leaf);
    typename E::Scalar x = leaf[0] * leaf[1];
    for (std::size_t k = 1; k < nodes_; ++k) {
      x = x * leaf[k % 2 == 0 && k + kDecay < nodes_ ? 1 : 2];
    }
    this->made_.push_back(std::move(x));
  }

 private:
  std::size_t nodes_;
};

/// How a random graph is made, for whoever makes it: each node reads nodes anywhere before it, and
/// the last ones sum all sinks.
struct Recipe {
  static constexpr std::size_t kLeaves = 16;
  enum class Kind : std::uint8_t { add, mul, relu };
  struct Node {
    Kind kind = Kind::add;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
  };

  explicit Recipe(std::size_t count) {
    SeedChoices choices(3);
    std::vector<bool> used(count, false);
    std::vector<std::uint32_t> sinks;
    for (std::size_t k = kLeaves; k < count; ++k) {
      Node node;
      const std::uint64_t kind = choices.below(20);
      node.kind = kind < 9 ? Kind::add : kind < 17 ? Kind::mul : Kind::relu;
      node.a = static_cast<std::uint32_t>(choices.below(k));
      node.b = static_cast<std::uint32_t>(  // a factor is 1 or -1
          choices.below(node.kind == Kind::mul ? kLeaves : k));
      used[node.a] = true;
      if (node.kind != Kind::relu) used[node.b] = true;
      nodes.push_back(node);
    }
    for (std::uint32_t k = kLeaves; k < count; ++k) {
      if (!used[k]) sinks.push_back(k);
    }
    std::uint32_t sum = sinks[0];
    for (std::size_t k = 1; k < sinks.size(); ++k) {
      nodes.push_back({Kind::add, sum, sinks[k]});
      sum = static_cast<std::uint32_t>(kLeaves + nodes.size() - 1);
    }
  }
  static double leaf(std::size_t k) { return k % 2 == 0 ? 1 : -1; }

  std::vector<Node> nodes;
};

template <typename E>
class RandomGraph : public Graph<E> {
 public:
  explicit RandomGraph(std::size_t nodes) : RandomGraph(Recipe(nodes)) {}
  void forward() {
    E::begin(this->leaves_);
    for (const Recipe::Node& node : recipe_.nodes) {
      if (node.kind == Recipe::Kind::add) {
        this->made_.push_back(at(node.a) + at(node.b));
      } else if (node.kind == Recipe::Kind::mul) {
        this->made_.push_back(at(node.a) * at(node.b));
      } else {
        this->made_.push_back(E::relu(at(node.a)));
      }
    }
  }

 private:
  explicit RandomGraph(Recipe recipe)
      : Graph<E>(false, recipe.nodes.size()), recipe_(std::move(recipe)) {
    this->leaves_.reserve(Recipe::kLeaves);
    for (std::size_t k = 0; k < Recipe::kLeaves; ++k) this->leaves_.emplace_back(Recipe::leaf(k));
    this->made_.reserve(recipe_.nodes.size());
  }

  const typename E::Scalar& at(std::uint32_t k) const {
    return k < Recipe::kLeaves ? this->leaves_[k] : this->made_[k - Recipe::kLeaves];
  }

  Recipe recipe_;
};

}  // namespace cradle::bench
