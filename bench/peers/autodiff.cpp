// autodiff's var: a tree of shared pointers that is walked along every path, and recursively.

#include <autodiff/reverse/var/var.hpp>

#include <span>
#include <vector>

#include "bench/peers/peers.h"

namespace cradle::bench {
namespace {

struct Autodiff {
  using Scalar = autodiff::var;
  using Network = ByOps<Autodiff>;
  static constexpr const char* kName = "autodiff";
  static constexpr std::size_t kChainMax = 10'000;  // its recursion ends on a long one
  static constexpr bool kSharing = false;           // one walk for each path: exponential
  static constexpr bool kCounts = false;

  static void prepare(bool) {}
  // Fresh leaves: old ones would be the roots of what was made of them.
  static void begin(std::span<Scalar> leaves) {
    for (Scalar& leaf : leaves) leaf = val(leaf);
  }
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    gradients.assign(leaves.size(), 0.0);
    for (std::size_t k = 0; k < leaves.size(); ++k) leaves[k].expr->bind_value(&gradients[k]);
    root.expr->propagate(1.0);
    for (Scalar& leaf : leaves) leaf.expr->bind_value(nullptr);
  }
  static void end() {}
  static void trim() {}
  static Scalar relu(const Scalar& x) { return max(x, Scalar(0.0)); }
  static Scalar square(const Scalar& x) { return x * x; }
  static double data(const Scalar& x) { return val(x); }
  static void set(Scalar& x, double data) { x = data; }
};

}  // namespace

void register_autodiff(const Suite& suite) { suite.add<Autodiff>(); }

}  // namespace cradle::bench
