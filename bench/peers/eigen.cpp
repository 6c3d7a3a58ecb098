// Eigen's AutoDiffScalar: forward mode, a vector of derivatives along with each number.

#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include <span>
#include <vector>

#include "bench/peers/peers.h"

namespace cradle::bench {
namespace {

template <int kLeaves>
struct EigenForward {
  using Derivatives = Eigen::Matrix<double, kLeaves, 1>;
  using Scalar = Eigen::AutoDiffScalar<Derivatives>;
  using Network = ByOps<EigenForward>;
  static constexpr const char* kName = "Eigen, forward";
  static constexpr std::size_t kChainMax = 1'000'000;
  static constexpr bool kSharing = true;
  static constexpr bool kCounts = false;

  static void prepare(bool) {}
  static void begin(std::span<Scalar> leaves) {
    const auto count = static_cast<Eigen::Index>(leaves.size());
    for (Eigen::Index k = 0; k < count; ++k) {
      leaves[static_cast<std::size_t>(k)].derivatives() = Derivatives::Unit(count, k);
    }
  }
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    gradients.assign(leaves.size(), 0.0);
    const auto& derivatives = root.derivatives();
    for (Eigen::Index k = 0; k < derivatives.size(); ++k) {
      gradients[static_cast<std::size_t>(k)] = derivatives[k];
    }
  }
  static void end() {}
  static void trim() {}
  static Scalar relu(const Scalar& x) { return x.value() > 0 ? x : Scalar(0); }
  static Scalar square(const Scalar& x) { return x * x; }
  static double data(const Scalar& x) { return x.value(); }
  static void set(Scalar& x, double data) { x.value() = data; }
};

}  // namespace

// As many derivatives as each workload has leaves. Not the networks: with 25,000 derivatives beside
// each number a step of the largest takes two seconds.
void register_eigen(const Suite& suite) {
  suite.add_chains<EigenForward<8>>();
  suite.add_subnormal_chain<EigenForward<3>>();
  suite.add_random_graph<EigenForward<16>>();
}

}  // namespace cradle::bench
