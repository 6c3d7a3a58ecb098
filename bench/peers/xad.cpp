// XAD.

#include <XAD/XAD.hpp>

#include <span>
#include <vector>

#include "bench/peers/peers.h"

namespace cradle::bench {
namespace {

using Mode = xad::adj<double>;

struct Xad {
  using Scalar = Mode::active_type;
  using Network = ByOps<Xad>;
  static constexpr const char* kName = "XAD";
  static constexpr std::size_t kChainMax = 1'000'000;
  static constexpr bool kSharing = true;
  static constexpr bool kCounts = false;

  // Never destroyed: leaves of a workload may outlive it.
  static Mode::tape_type& tape() {
    static Mode::tape_type* const only = new Mode::tape_type;  // active from now on
    return *only;
  }
  static void prepare(bool) { tape(); }
  static void begin(std::span<Scalar> leaves) {
    for (Scalar& leaf : leaves) tape().registerInput(leaf);
    tape().newRecording();
  }
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    tape().registerOutput(root);
    xad::derivative(root) = 1.0;
    tape().computeAdjoints();
    gradients.resize(leaves.size());
    for (std::size_t k = 0; k < leaves.size(); ++k) gradients[k] = xad::derivative(leaves[k]);
  }
  static void end() {}
  static void trim() {}
  static Scalar relu(const Scalar& x) { return x > 0 ? x : Scalar(0); }  // max halves ties
  static Scalar square(const Scalar& x) { return x * x; }
  static double data(const Scalar& x) { return xad::value(x); }
  static void set(Scalar& x, double data) { xad::value(x) = data; }
};

}  // namespace

void register_xad(const Suite& suite) { suite.add<Xad>(); }

}  // namespace cradle::bench
