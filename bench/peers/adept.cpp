// Adept 2.

#include <adept.h>

#include <span>
#include <vector>

#include "bench/peers/peers.h"

namespace cradle::bench {
namespace {

struct Adept {
  using Scalar = adept::adouble;
  using Network = ByOps<Adept>;
  static constexpr const char* kName = "Adept 2";
  static constexpr std::size_t kChainMax = 1'000'000;
  static constexpr bool kSharing = true;
  static constexpr bool kCounts = false;

  // Never destroyed: leaves of a workload may outlive it.
  static adept::Stack& stack() {
    static adept::Stack* const only = new adept::Stack;
    return *only;
  }
  static void prepare(bool) { stack(); }
  static void begin(std::span<Scalar>) { stack().new_recording(); }
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    root.set_gradient(1.0);
    stack().compute_adjoint();
    gradients.resize(leaves.size());
    for (std::size_t k = 0; k < leaves.size(); ++k) gradients[k] = leaves[k].get_gradient();
  }
  static void end() {}
  static void trim() { stack(); }
  static Scalar relu(const Scalar& x) {
    using std::max;
    return max(x, 0.0);
  }
  static Scalar square(const Scalar& x) { return x * x; }
  static double data(const Scalar& x) { return x.value(); }
  static void set(Scalar& x, double data) { x.set_value(data); }
};

}  // namespace

void register_adept(const Suite& suite) { suite.add<Adept>(); }

}  // namespace cradle::bench
