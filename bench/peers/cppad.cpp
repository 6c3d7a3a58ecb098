// CppAD.

#include <cppad/cppad.hpp>

#include <span>
#include <vector>

#include "bench/peers/peers.h"

namespace cradle::bench {
namespace {

struct Cppad {
  using Scalar = CppAD::AD<double>;
  using Network = ByOps<Cppad>;
  static constexpr const char* kName = "CppAD";
  static constexpr std::size_t kChainMax = 1'000'000;
  static constexpr bool kSharing = true;
  static constexpr bool kCounts = false;

  static void prepare(bool) { CppAD::thread_alloc::hold_memory(true); }
  // CppAD wants the vector of its inputs itself, and puts them on the tape there.
  static void begin(std::span<Scalar> leaves) {
    inputs.assign(leaves.begin(), leaves.end());
    CppAD::Independent(inputs);
    std::copy(inputs.begin(), inputs.end(), leaves.begin());
  }
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    std::vector<Scalar> outputs = {root};
    CppAD::ADFun<double> function;
    function.Dependent(inputs, outputs);
    std::vector<double> point(leaves.size());
    for (std::size_t k = 0; k < leaves.size(); ++k) {
      point[k] = CppAD::Value(CppAD::Var2Par(leaves[k]));
      leaves[k] = point[k];
    }
    root = CppAD::Value(CppAD::Var2Par(root));
    function.Forward(0, point);
    gradients = function.Reverse(1, std::vector<double>{1.0});
  }
  static void end() {}
  static void trim() {}
  static Scalar relu(const Scalar& x) { return CppAD::CondExpGt(x, Scalar(0), x, Scalar(0)); }
  static Scalar square(const Scalar& x) { return x * x; }
  static double data(const Scalar& x) { return CppAD::Value(CppAD::Var2Par(x)); }
  static void set(Scalar& x, double data) { x = data; }

  static inline std::vector<Scalar> inputs;
};

}  // namespace

void register_cppad(const Suite& suite) { suite.add<Cppad>(); }

}  // namespace cradle::bench
