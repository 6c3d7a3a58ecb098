// CoDiPack, its default tape: Jacobians, linear indices.

#include <codi.hpp>

#include <span>
#include <vector>

#include "bench/peers/peers.h"

namespace cradle::bench {
namespace {

struct CoDiPack {
  using Scalar = codi::RealReverse;
  using Network = ByOps<CoDiPack>;
  static constexpr const char* kName = "CoDiPack";
  static constexpr std::size_t kChainMax = 10'000'000;
  static constexpr bool kSharing = true;
  static constexpr bool kCounts = false;

  static Scalar::Tape& tape() { return Scalar::getTape(); }
  static void prepare(bool) {}
  static void begin(std::span<Scalar> leaves) {
    tape().setActive();
    for (Scalar& leaf : leaves) tape().registerInput(leaf);
  }
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    tape().registerOutput(root);
    tape().setPassive();
    root.setGradient(1.0);
    tape().evaluate();
    gradients.resize(leaves.size());
    for (std::size_t k = 0; k < leaves.size(); ++k) gradients[k] = leaves[k].getGradient();
  }
  static void end() { tape().reset(); }
  static void trim() { tape().resetHard(); }
  static Scalar relu(const Scalar& x) { return max(x, 0.0); }
  static Scalar square(const Scalar& x) { return x * x; }
  static double data(const Scalar& x) { return x.getValue(); }
  static void set(Scalar& x, double data) { x.setValue(data); }
};

}  // namespace

void register_codipack(const Suite& suite) { suite.add<CoDiPack>(); }

}  // namespace cradle::bench
