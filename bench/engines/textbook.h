// The yardstick: the specification read literally.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bench/engines/counted.h"
#include "bench/workloads/network.h"
#include "checks/engines/textbook.h"
#include "checks/engines/textbook_memory.h"

namespace cradle::bench {

/// Bugs in the yardstick, planted to see that a wrong result is told: a wrong gradient, and one
/// reference too many to a leaf while there is a graph.
inline textbook::Fault planted_fault = textbook::Fault::none;
inline bool planted_retain = false;

struct TextbookFunctions {
  using Node = textbook::Value;
  static Node* leaf(double data) { return textbook::value_create_leaf(data); }
  static Node* add(Node* a, Node* b) { return textbook::value_add(a, b); }
  static Node* mul(Node* a, Node* b) { return textbook::value_mul(a, b); }
  static void retain(Node* node) { textbook::value_retain(node); }
  static void release(Node* node) { textbook::value_release(node); }
};

struct Textbook {
  using Scalar = Counted<TextbookFunctions>;
  using Network = ByOps<Textbook>;
  static constexpr const char* kName = "textbook";
  static constexpr std::size_t kChainMax = 1'000'000;  // 10^7 nodes would take it 2 GB
  static constexpr bool kSharing = true;
  static constexpr bool kCounts = true;

  /// Recursion is what the textbook says; it ends at some depth, and the same engine without it
  /// does not.
  static void prepare(bool is_deep) {
    textbook::memory.reset();
    textbook::options = {planted_fault, is_deep, is_deep};
  }
  static void begin(std::span<Scalar> leaves) {
    if (planted_retain) extra.push_back(leaves[0]);
  }
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    textbook::value_backward(root.get());
    take_gradients<Scalar>(leaves, gradients);
  }
  static void end() { extra.clear(); }
  static void trim() {}
  static Scalar relu(const Scalar& x) { return Scalar::adopt(textbook::value_relu(x.get())); }
  static Scalar square(const Scalar& x) { return Scalar::adopt(textbook::value_pow(x.get(), 2)); }
  static std::optional<std::uint64_t> digest(const Scalar& x, std::size_t ops) {
    return digest_of(x.get(), ops);
  }
  static double data(const Scalar& x) { return x.get()->data; }
  static void set(Scalar& x, double data) { x.get()->data = data; }

  static inline std::vector<Scalar> extra;
};

}  // namespace cradle::bench
