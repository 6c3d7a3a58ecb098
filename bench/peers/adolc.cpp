// ADOL-C: a trace, and one reverse pass over it.

#include <adolc/adolc.h>

#include <span>
#include <vector>

#include "bench/peers/peers.h"

namespace cradle::bench {
namespace {

struct AdolC {
  using Scalar = adouble;
  using Network = ByOps<AdolC>;
  static constexpr const char* kName = "ADOL-C";
  static constexpr std::size_t kChainMax = 1'000'000;
  static constexpr bool kSharing = true;
  static constexpr bool kCounts = false;
  static constexpr short kTag = 1;
  // In memory: what does not fit goes to files in the current folder.
  static constexpr unsigned int kBuffer = 1U << 25;

  static void prepare(bool) {}
  static void begin(std::span<Scalar> leaves) {
    constexpr int kKeepValues = 1;
    trace_on(kTag, kKeepValues, kBuffer, kBuffer, kBuffer, kBuffer, 0);
    for (Scalar& leaf : leaves) leaf <<= leaf.getValue();
  }
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    double value = 0;
    root >>= value;
    trace_off();
    gradients.resize(leaves.size());
    double weight = 1;
    fos_reverse(kTag, 1, static_cast<int>(leaves.size()), &weight, gradients.data());
  }
  static void end() {}
  static void trim() {}
  // fmax warns of ties, and divides them.
  static Scalar relu(const Scalar& x) {
    Scalar result;
    condassign(result, x, x, Scalar(0));
    return result;
  }
  static Scalar square(const Scalar& x) { return x * x; }
  static double data(const Scalar& x) { return x.getValue(); }
  static void set(Scalar& x, double data) { x = data; }
};

}  // namespace

void register_adolc(const Suite& suite) { suite.add<AdolC>(); }

}  // namespace cradle::bench
