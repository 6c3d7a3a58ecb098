// The graphs that are measured: a long chain, and a random graph with heavy sharing.
//
// All numbers are small integers, and so are all results and gradients: below 2^53 every sum is
// exact.

#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "bench/measure.h"
#include "checks/program/choices.h"

namespace cradle::bench {

/// x <- x f and x <- x + b in turn, on eight leaves: f = -1, b = 1, 2, 3, 4.
template <typename E>
class Chain {
 public:
  explicit Chain(std::size_t nodes) : nodes_(nodes) {
    E::prepare(true);
    for (std::size_t k = 0; k < 4; ++k) {
      leaves_[k] = E::leaf(-1);
      leaves_[k + 4] = E::leaf(static_cast<double>(k + 1));
    }
  }
  ~Chain() {
    for (auto* leaf : leaves_) E::release(leaf);
  }
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  void forward() {
    root_ = E::mul(leaves_[4], leaves_[0]);
    for (std::size_t k = 1; k < nodes_; ++k) {
      auto* const next =
          k % 2 == 1 ? E::add(root_, leaves_[4 + k / 2 % 4]) : E::mul(root_, leaves_[k / 2 % 4]);
      E::release(root_);
      root_ = next;
    }
  }
  void backward() { E::backward(root_); }
  void release() { E::release(root_); }
  void step() {
    for (auto* leaf : leaves_) leaf->grad = 0;
  }

  std::size_t ops() const { return nodes_; }
  Results results() const {
    Results results{root_->data, {}};
    for (const auto* leaf : leaves_) results.gradients.push_back(leaf->grad);
    return results;
  }

 private:
  std::size_t nodes_;
  std::array<typename E::Value*, 8> leaves_ = {};
  typename E::Value* root_ = nullptr;
};

/// A random graph: each node reads nodes anywhere before it, the last one is the sum of all sinks.
template <typename E>
class RandomGraph {
 public:
  explicit RandomGraph(std::size_t nodes) : recipe_(nodes) {
    E::prepare(false);
    SeedChoices choices(3);
    std::vector<bool> used(nodes, false);
    for (std::size_t k = kLeaves; k < nodes; ++k) {
      Node& node = recipe_[k];
      const std::uint64_t kind = choices.below(20);
      node.kind = kind < 9 ? Kind::add : kind < 17 ? Kind::mul : Kind::relu;
      node.a = choices.below(k);
      node.b = choices.below(node.kind == Kind::mul ? kLeaves : k);  // a factor is 1 or -1
      used[node.a] = true;
      if (node.kind != Kind::relu) used[node.b] = true;
    }
    for (std::size_t k = kLeaves; k < nodes; ++k) {
      if (!used[k]) sinks_.push_back(k);
    }
    for (std::size_t k = 0; k < kLeaves; ++k) values_.push_back(E::leaf(k % 2 == 0 ? 1 : -1));
  }
  ~RandomGraph() {
    for (auto* leaf : values_) E::release(leaf);
  }
  RandomGraph(const RandomGraph&) = delete;
  RandomGraph& operator=(const RandomGraph&) = delete;

  void forward() {
    for (std::size_t k = kLeaves; k < recipe_.size(); ++k) {
      const Node& node = recipe_[k];
      values_.push_back(node.kind == Kind::add   ? E::add(values_[node.a], values_[node.b])
                        : node.kind == Kind::mul ? E::mul(values_[node.a], values_[node.b])
                                                 : E::relu(values_[node.a]));
    }
    root_ = values_[sinks_[0]];
    for (std::size_t k = 1; k < sinks_.size(); ++k) {
      values_.push_back(E::add(root_, values_[sinks_[k]]));
      root_ = values_.back();
    }
  }
  void backward() { E::backward(root_); }
  void release() {
    for (; values_.size() > kLeaves; values_.pop_back()) E::release(values_.back());
  }
  void step() {
    for (auto* leaf : values_) leaf->grad = 0;
  }

  std::size_t ops() const { return recipe_.size() - kLeaves + sinks_.size() - 1; }
  Results results() const {
    Results results{root_->data, {}};
    for (std::size_t k = 0; k < kLeaves; ++k) results.gradients.push_back(values_[k]->grad);
    return results;
  }

 private:
  static constexpr std::size_t kLeaves = 16;
  enum class Kind : std::uint8_t { add, mul, relu };
  struct Node {
    Kind kind = Kind::add;
    std::size_t a = 0;
    std::size_t b = 0;
  };

  std::vector<Node> recipe_;
  std::vector<std::size_t> sinks_;
  std::vector<typename E::Value*> values_;  // the leaves; between forward and release all nodes
  typename E::Value* root_ = nullptr;
};

}  // namespace cradle::bench
