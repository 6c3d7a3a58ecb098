// A C++ handle for engines of C functions, one call out of line for each thing done.
//
// It is what a careful user would write around such an interface: copies retain, the last one
// releases, a result that is moved is not counted.

#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cradle::bench {

/// One reference to a node of an engine whose functions are `Functions`.
template <typename Functions>
class Counted {
 public:
  using Node = typename Functions::Node;

  Counted(double data) : node_(Functions::leaf(data)) {}  // NOLINT(google-explicit-constructor)
  static Counted adopt(Node* node) { return Counted(node); }
  static Counted share(Node* node) {
    Functions::retain(node);
    return Counted(node);
  }
  Counted(const Counted& other) : node_(other.node_) { Functions::retain(node_); }
  Counted(Counted&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Counted& operator=(Counted other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Counted() {
    if (node_ != nullptr) Functions::release(node_);
  }
  Node* get() const { return node_; }

  friend Counted operator+(const Counted& a, const Counted& b) {
    return Counted(Functions::add(a.node_, b.node_));
  }
  friend Counted operator*(const Counted& a, const Counted& b) {
    return Counted(Functions::mul(a.node_, b.node_));
  }
  Counted& operator+=(const Counted& other) { return *this = *this + other; }

 private:
  explicit Counted(Node* node) : node_(node) {}

  Node* node_;
};

/// Leaves the gradients of the leaves in `gradients`, and zero on them for the next step.
template <typename Scalar>
void take_gradients(std::span<const Scalar> leaves, std::vector<double>& gradients) {
  gradients.resize(leaves.size());
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    gradients[k] = leaves[k].get()->grad;
    leaves[k].get()->grad = 0;
  }
}

/// A digest of the graph below a node: of each node, in the order of a depth-first walk, its data,
/// its count and which operands it has. Two engines that made the same graph have the same. Not of
/// more than 200,000 ops: walking takes longer than what is measured.
template <typename Node>
std::optional<std::uint64_t> digest_of(Node* root, std::size_t ops) {
  if (ops > 200'000) return std::nullopt;
  std::unordered_map<Node*, std::uint64_t> numbers;
  std::vector<Node*> stack = {root};
  std::uint64_t digest = 14695981039346656037U;  // FNV-1a, over words
  const auto take = [&](std::uint64_t word) { digest = (digest ^ word) * 1099511628211U; };
  while (!stack.empty()) {
    Node* const node = stack.back();
    stack.pop_back();
    const auto [place, is_new] = numbers.emplace(node, numbers.size());
    take(place->second);
    if (!is_new) continue;
    take(node->ref_count);
    take(node->n_prevs);
    take(std::bit_cast<std::uint64_t>(node->data));
    for (std::uint32_t k = 0; k < node->n_prevs; ++k) stack.push_back(node->prev[k]);
  }
  return digest;
}

}  // namespace cradle::bench
