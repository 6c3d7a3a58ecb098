// One step of training a network: a batch forward, the mean squared error, backward, gradient
// descent.
//
// Parameters, samples and targets are multiples of 1/8 between -1 and 1, so that every product and
// sum of the first step is a double: engines may add in any order and agree to the bit.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/measure.h"
#include "checks/program/choices.h"

namespace cradle::bench {

struct NetworkShape {
  std::vector<std::uint32_t> widths;  // inputs, then each layer's outputs; the last one is 1
  std::uint32_t samples = 1;          // a power of two: the mean is exact
};

template <typename E>
class Training {
 public:
  explicit Training(const NetworkShape& shape) : shape_(shape) {
    E::prepare(false);
    std::vector<std::uint32_t> outputs(shape_.widths.begin() + 1, shape_.widths.end());
    network_ =
        E::network(shape_.widths[0], outputs.data(), static_cast<std::uint32_t>(outputs.size()));
    parameters_ = E::parameters(network_);
    SeedChoices choices(2);
    for (std::size_t k = 0; k < parameters_->size; ++k) {
      parameters_->items[k]->data = eighths(choices, 8);
    }
    // The output neuron is open: else nothing would have a gradient.
    const std::size_t last = outputs.size() > 1 ? outputs[outputs.size() - 2] : shape_.widths[0];
    for (std::size_t k = parameters_->size - last - 1; k < parameters_->size; ++k) {
      parameters_->items[k]->data = eighths(choices, 0);
    }
    for (std::uint32_t k = 0; k < shape_.samples * shape_.widths[0]; ++k) {
      inputs_.push_back(eighths(choices, 8));
    }
    for (std::uint32_t k = 0; k < shape_.samples; ++k) targets_.push_back(eighths(choices, 8));
  }
  ~Training() {
    E::free(parameters_);
    E::free(network_);
  }
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  void forward() {
    auto* total = E::leaf(0);
    std::vector<typename E::Value*> x(shape_.widths[0]);
    for (std::uint32_t sample = 0; sample < shape_.samples; ++sample) {
      for (std::uint32_t k = 0; k < x.size(); ++k) {
        x[k] = E::leaf(inputs_[sample * x.size() + k]);
      }
      auto** const y = E::forward(network_, x.data());
      auto* const target = E::leaf(-targets_[sample]);
      auto* const difference = E::add(y[0], target);
      auto* const square = E::pow(difference, 2);
      auto* const sum = E::add(total, square);
      for (auto* value : {y[0], target, difference, square, total}) E::release(value);
      for (auto* value : x) E::release(value);
      E::free_array(y);
      total = sum;
    }
    auto* const share = E::leaf(1.0 / shape_.samples);
    loss_ = E::mul(total, share);
    E::release(total);
    E::release(share);
  }
  void backward() { E::backward(loss_); }
  void release() { E::release(loss_); }

  /// A rate that moves the parameters, and yet leaves the work of the next step the same.
  void step() {
    constexpr double kRate = 0x1p-30;
    for (std::size_t k = 0; k < parameters_->size; ++k) {
      auto* const parameter = parameters_->items[k];
      parameter->data -= kRate * parameter->grad;
      parameter->grad = 0;
    }
  }

  /// A neuron of n inputs counts n products, n sums and its relu, however an engine makes it; a
  /// sample adds a difference, a square and a sum, and the mean is one product.
  std::size_t ops() const {
    std::size_t count = 3;
    for (std::size_t layer = 1; layer < shape_.widths.size(); ++layer) {
      count += std::size_t{shape_.widths[layer]} * (2 * shape_.widths[layer - 1] + 1);
    }
    return count * shape_.samples + 1;
  }
  Results results() const {
    Results results{loss_->data, {}};
    for (std::size_t k = 0; k < parameters_->size; ++k) {
      results.gradients.push_back(parameters_->items[k]->grad);
    }
    return results;
  }

 private:
  // A multiple of 1/8 in [-below / 8, 1].
  static double eighths(Choices& choices, std::uint64_t below) {
    const auto drawn = static_cast<double>(choices.below(below + 9));
    return (drawn - static_cast<double>(below)) / 8;
  }

  NetworkShape shape_;
  typename E::Network* network_ = nullptr;
  typename E::Parameters* parameters_ = nullptr;
  std::vector<double> inputs_;
  std::vector<double> targets_;
  typename E::Value* loss_ = nullptr;
};

}  // namespace cradle::bench
