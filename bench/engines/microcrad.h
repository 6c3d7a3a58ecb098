// microcrad: through its C functions, and through the C++ face, which inlines what is hot; with
// networks made op by op, or of fused neurons.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bench/engines/counted.h"
#include "bench/workloads/network.h"
#include "microcrad/microcrad.h"
#include "microcrad/microcrad.hpp"

namespace cradle::bench {

struct MicrocradFunctions {
  using Node = ::Value;
  static Node* leaf(double data) { return value_create_leaf(data); }
  static Node* add(Node* a, Node* b) { return value_add(a, b); }
  static Node* mul(Node* a, Node* b) { return value_mul(a, b); }
  static void retain(Node* node) { value_retain(node); }
  static void release(Node* node) { value_release(node); }
};

struct Microcrad {
  using Scalar = Counted<MicrocradFunctions>;
  using Network = ByOps<Microcrad>;
  static constexpr const char* kName = "microcrad";
  static constexpr std::size_t kChainMax = 10'000'000;
  static constexpr bool kSharing = true;
  static constexpr bool kCounts = true;

  static void prepare(bool) {}
  static void begin(std::span<Scalar>) {}
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    value_backward(root.get());
    take_gradients<Scalar>(leaves, gradients);
  }
  static void end() {}
  static void trim() { microcrad_thread_release(); }
  static Scalar relu(const Scalar& x) { return Scalar::adopt(value_relu(x.get())); }
  static Scalar square(const Scalar& x) { return Scalar::adopt(value_pow(x.get(), 2)); }
  static std::optional<std::uint64_t> digest(const Scalar& x, std::size_t ops) {
    return digest_of(x.get(), ops);
  }
  static double data(const Scalar& x) { return x.get()->data; }
  static void set(Scalar& x, double data) { x.get()->data = data; }
};

/// The same engine by its C++ handle.
struct MicrocradInline : Microcrad {
  using Scalar = microcrad::Var;
  using Network = ByOps<MicrocradInline>;
  static constexpr const char* kName = "microcrad inline";

  static void begin(std::span<Scalar>) {}
  static void backward(Scalar& root, std::span<Scalar> leaves, std::vector<double>& gradients) {
    root.backward();
    take_gradients<Scalar>(leaves, gradients);
  }
  static Scalar relu(const Scalar& x) { return microcrad::relu(x); }
  static Scalar square(const Scalar& x) { return pow(x, 2); }
  static std::optional<std::uint64_t> digest(const Scalar& x, std::size_t ops) {
    return digest_of(x.get(), ops);
  }
  static double data(const Scalar& x) { return x.data(); }
  static void set(Scalar& x, double data) { x.set_data(data); }
};

/// A network of the engine's own, whose neurons are a node each.
template <typename E>
class Fused {
 public:
  using Scalar = typename E::Scalar;

  explicit Fused(std::vector<std::uint32_t> widths)
      : network_(mlp_create(widths[0], widths.data() + 1,
                            static_cast<std::uint32_t>(widths.size() - 1))),
        width_(widths.back()) {
    Vector* const list = mlp_parameters(network_);
    for (std::size_t k = 0; k < list->size; ++k) {
      value_retain(list->items[k]);
      parameters_.push_back(Scalar::adopt(list->items[k]));
    }
    vector_free(list);
  }
  ~Fused() { mlp_free(network_); }
  Fused(const Fused&) = delete;
  Fused& operator=(const Fused&) = delete;

  std::vector<Scalar>& parameters() { return parameters_; }
  std::vector<Scalar> operator()(const std::vector<Scalar>& x) {
    lent_.clear();
    for (const Scalar& input : x) lent_.push_back(input.get());
    Value** const made = mlp_forward(network_, lent_.data());
    std::vector<Scalar> outputs;
    outputs.reserve(width_);
    for (std::size_t k = 0; k < width_; ++k) outputs.push_back(Scalar::adopt(made[k]));
    value_array_free(made);
    return outputs;
  }

 private:
  MLP* network_;
  std::size_t width_;
  std::vector<Scalar> parameters_;
  std::vector<Value*> lent_;
};

struct MicrocradNetwork : Microcrad {
  using Network = Fused<Microcrad>;
  static constexpr const char* kName = "microcrad MLP";
  static constexpr bool kCounts = false;  // fewer nodes: another graph than the yardstick's
};

struct MicrocradNetworkInline : MicrocradInline {
  using Network = Fused<MicrocradInline>;
  static constexpr const char* kName = "microcrad MLP inline";
  static constexpr bool kCounts = false;
};

}  // namespace cradle::bench
