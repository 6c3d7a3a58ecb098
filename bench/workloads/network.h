// One step of training a network: a batch forward, the mean squared error, backward, gradient
// descent.
//
// Parameters, samples and targets are multiples of 1/8 between -1 and 1, so that every product and
// sum of the first step is a double: engines may add in any order and agree to the bit.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench/measure.h"
#include "checks/program/choices.h"

namespace cradle::bench {

struct NetworkShape {
  std::vector<std::uint32_t> widths;  // inputs, then each layer's outputs
  std::uint32_t samples = 1;          // a power of two: the mean is exact
};

inline std::size_t count_parameters(const std::vector<std::uint32_t>& widths) {
  std::size_t count = 0;
  for (std::size_t k = 1; k < widths.size(); ++k) {
    count += std::size_t{widths[k]} * (widths[k - 1] + 1);
  }
  return count;
}

/// The network as an engine of scalars has it: layer by layer, neuron by neuron, weights then bias.
template <typename E>
class ByOps {
 public:
  using Scalar = typename E::Scalar;

  explicit ByOps(std::vector<std::uint32_t> widths) : widths_(std::move(widths)) {
    const std::size_t count = count_parameters(widths_);
    parameters_.reserve(count);
    for (std::size_t k = 0; k < count; ++k) parameters_.emplace_back(0.0);
  }
  std::vector<Scalar>& parameters() { return parameters_; }

  std::vector<Scalar> operator()(const std::vector<Scalar>& x) {
    const Scalar* parameter = parameters_.data();
    std::vector<Scalar> values;
    for (std::size_t layer = 1; layer < widths_.size(); ++layer) {
      const std::vector<Scalar>& inputs = layer == 1 ? x : values;
      std::vector<Scalar> outputs;
      outputs.reserve(widths_[layer]);
      for (std::uint32_t k = 0; k < widths_[layer]; ++k) {
        Scalar sum = parameter[inputs.size()];
        for (std::size_t i = 0; i < inputs.size(); ++i) sum += parameter[i] * inputs[i];
        outputs.push_back(E::relu(sum));
        parameter += inputs.size() + 1;
      }
      values = std::move(outputs);
    }
    return values;
  }

 private:
  std::vector<std::uint32_t> widths_;
  std::vector<Scalar> parameters_;
};

/// The numbers of a training step, the same for every engine.
struct Dataset {
  explicit Dataset(const NetworkShape& shape) {
    const std::vector<std::uint32_t>& widths = shape.widths;
    SeedChoices choices(2);
    const std::size_t count = count_parameters(widths);
    // The output neurons are open: else nothing would have a gradient.
    const std::size_t last = std::size_t{widths.back()} * (widths[widths.size() - 2] + 1);
    for (std::size_t k = 0; k < count; ++k) {
      parameters.push_back(eighths(choices, k < count - last ? 8 : 0));
    }
    for (std::uint32_t k = 0; k < shape.samples * widths[0]; ++k) {
      inputs.push_back(eighths(choices, 8));
    }
    for (std::uint32_t k = 0; k < shape.samples * widths.back(); ++k) {
      targets.push_back(eighths(choices, 8));
    }
  }

  std::vector<double> parameters;
  std::vector<double> inputs;   // sample by sample
  std::vector<double> targets;  // sample by sample

 private:
  // A multiple of 1/8 in [-below / 8, 1].
  static double eighths(Choices& choices, std::uint64_t below) {
    const auto drawn = static_cast<double>(choices.below(below + 9));
    return (drawn - static_cast<double>(below)) / 8;
  }
};

/// A neuron of n inputs counts n products, n sums and its relu, however an engine makes it; an
/// output adds a difference, a square and a sum, and the mean is one product.
inline std::size_t count_ops(const NetworkShape& shape) {
  std::size_t count = std::size_t{3} * shape.widths.back();
  for (std::size_t layer = 1; layer < shape.widths.size(); ++layer) {
    count += std::size_t{shape.widths[layer]} * (2 * shape.widths[layer - 1] + 1);
  }
  return count * shape.samples + 1;
}

/// A rate that moves the parameters, and yet leaves the work of the next step the same.
constexpr double kRate = 0x1p-30;

template <typename E>
class Training {
 public:
  using Scalar = typename E::Scalar;

  explicit Training(const NetworkShape& shape)
      : shape_(shape), data_(shape), network_((E::prepare(false), shape.widths)) {
    for (std::size_t k = 0; k < data_.parameters.size(); ++k) {
      E::set(network_.parameters()[k], data_.parameters[k]);
    }
  }

  void forward() {
    E::begin(network_.parameters());
    Scalar total = 0.0;
    const std::size_t width = shape_.widths[0];
    std::vector<Scalar> x;
    x.reserve(width);
    for (std::uint32_t sample = 0; sample < shape_.samples; ++sample) {
      x.clear();
      for (std::size_t k = 0; k < width; ++k) x.emplace_back(data_.inputs[sample * width + k]);
      const std::vector<Scalar> y = network_(x);
      for (std::size_t k = 0; k < y.size(); ++k) {
        total += E::square(y[k] + Scalar(-data_.targets[sample * y.size() + k]));
      }
    }
    loss_.push_back(total * Scalar(1.0 / shape_.samples));
  }
  void backward() { E::backward(loss_.front(), network_.parameters(), gradients_); }
  void release() {
    loss_.clear();
    E::end();
  }
  void step() {
    std::vector<Scalar>& parameters = network_.parameters();
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      E::set(parameters[k], E::data(parameters[k]) - kRate * gradients_[k]);
    }
  }

  std::size_t ops() const { return count_ops(shape_); }
  Results results() {
    Results results{E::data(loss_.front()), gradients_, {}};
    if constexpr (E::kCounts) results.digest = E::digest(loss_.front(), ops());
    return results;
  }
  /// Lends the parameters.
  const std::vector<Scalar>& parameters() { return network_.parameters(); }

 private:
  NetworkShape shape_;
  Dataset data_;
  typename E::Network network_;
  std::vector<Scalar> loss_;
  std::vector<double> gradients_;
};

}  // namespace cradle::bench
