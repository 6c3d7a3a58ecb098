// The workloads in plain loops over arrays, as one would write them without an engine: what the
// arithmetic alone costs, and the results that every engine has to have.

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "bench/measure.h"
#include "bench/workloads/graphs.h"
#include "bench/workloads/network.h"

namespace cradle::bench {

/// A chain x <- x f or x <- x + b; which leaf each step reads is `Steps`' to say.
template <typename Steps>
class ChainByHand {
 public:
  explicit ChainByHand(std::size_t nodes) : steps_(nodes), values_(steps_.count + 1) {}

  void forward() {
    values_[0] = steps_.leaves[steps_.start];
    for (std::size_t k = 0; k < steps_.count; ++k) {
      const double leaf = steps_.leaves[steps_.leaf(k)];
      values_[k + 1] = steps_.adds(k) ? values_[k] + leaf : values_[k] * leaf;
    }
  }
  void backward() {
    gradients_.assign(steps_.leaves.size(), 0.0);
    double adjoint = 1.0;
    for (std::size_t k = steps_.count; k-- > 0;) {
      const std::size_t leaf = steps_.leaf(k);
      if (steps_.adds(k)) {
        gradients_[leaf] += adjoint;
      } else {
        gradients_[leaf] += values_[k] * adjoint;
        adjoint *= steps_.leaves[leaf];
      }
    }
    gradients_[steps_.start] += adjoint;
  }
  void release() {}
  void step() {}
  std::size_t ops() const { return steps_.count; }
  Results results() const { return {values_.back(), gradients_, {}}; }

 private:
  Steps steps_;
  std::vector<double> values_;
  std::vector<double> gradients_;
};

/// See Chain.
struct ChainSteps {
  explicit ChainSteps(std::size_t nodes) : count(nodes) {}
  static bool adds(std::size_t k) { return k % 2 == 1; }
  static std::size_t leaf(std::size_t k) { return adds(k) ? 4 + k / 2 % 4 : k / 2 % 4; }

  static constexpr std::size_t start = 4;
  std::size_t count;
  std::vector<double> leaves = {-1, -1, -1, -1, 1, 2, 3, 4};
};

/// See SubnormalChain.
struct SubnormalSteps {
  explicit SubnormalSteps(std::size_t nodes) : count(nodes + kDecay) {}
  static bool adds(std::size_t) { return false; }
  std::size_t leaf(std::size_t k) const { return k % 2 == 0 && k + kDecay < count ? 1 : 2; }

  static constexpr std::size_t start = 0;
  std::size_t count;
  std::vector<double> leaves = {0x1p800, 2.0, 0.5};
};

class RandomGraphByHand {
 public:
  explicit RandomGraphByHand(std::size_t nodes)
      : recipe_(nodes), values_(Recipe::kLeaves + recipe_.nodes.size()) {
    for (std::size_t k = 0; k < Recipe::kLeaves; ++k) values_[k] = Recipe::leaf(k);
  }

  void forward() {
    double* next = values_.data() + Recipe::kLeaves;
    for (const Recipe::Node& node : recipe_.nodes) {
      const double a = values_[node.a];
      const double b = values_[node.b];
      *next++ = node.kind == Recipe::Kind::add   ? a + b
                : node.kind == Recipe::Kind::mul ? a * b
                                                 : (a < 0 ? 0 : a);
    }
  }
  void backward() {
    adjoints_.assign(values_.size(), 0.0);
    adjoints_.back() = 1;
    for (std::size_t k = recipe_.nodes.size(); k-- > 0;) {
      const Recipe::Node& node = recipe_.nodes[k];
      const double adjoint = adjoints_[Recipe::kLeaves + k];
      if (node.kind == Recipe::Kind::add) {
        adjoints_[node.a] += adjoint;
        adjoints_[node.b] += adjoint;
      } else if (node.kind == Recipe::Kind::mul) {
        adjoints_[node.a] += values_[node.b] * adjoint;
        adjoints_[node.b] += values_[node.a] * adjoint;
      } else {
        adjoints_[node.a] += values_[node.a] > 0 ? adjoint : 0;
      }
    }
  }
  void release() {}
  void step() {}
  std::size_t ops() const { return recipe_.nodes.size(); }
  Results results() const {
    return {values_.back(), {adjoints_.begin(), adjoints_.begin() + Recipe::kLeaves}, {}};
  }

 private:
  Recipe recipe_;
  std::vector<double> values_;
  std::vector<double> adjoints_;
};

/// Layers as products of a matrix and a vector, sample by sample.
class TrainingByHand {
 public:
  explicit TrainingByHand(const NetworkShape& shape)
      : shape_(shape), data_(shape), gradients_(data_.parameters.size()) {
    for (const std::uint32_t width : shape_.widths) values_.emplace_back(width * shape_.samples);
  }

  void forward() {
    loss_ = 0;
    values_[0] = data_.inputs;
    for (std::uint32_t sample = 0; sample < shape_.samples; ++sample) {
      const double* parameter = data_.parameters.data();
      for (std::size_t layer = 1; layer < shape_.widths.size(); ++layer) {
        parameter = forward_layer(layer, sample, parameter);
      }
      for (std::uint32_t k = 0; k < shape_.widths.back(); ++k) {
        const double difference = error(sample, k);
        loss_ += difference * difference;
      }
    }
    loss_ *= 1.0 / shape_.samples;
  }
  void backward() {
    gradients_.assign(gradients_.size(), 0.0);
    for (std::uint32_t sample = 0; sample < shape_.samples; ++sample) {
      std::vector<double> above;
      for (std::uint32_t k = 0; k < shape_.widths.back(); ++k) {
        above.push_back(2 * error(sample, k) / shape_.samples);
      }
      std::size_t offset = data_.parameters.size();
      for (std::size_t layer = shape_.widths.size() - 1; layer > 0; --layer) {
        offset -= std::size_t{shape_.widths[layer]} * (shape_.widths[layer - 1] + 1);
        above = backward_layer(layer, sample, offset, above);
      }
    }
  }
  void release() {}
  void step() {
    for (std::size_t k = 0; k < gradients_.size(); ++k) {
      data_.parameters[k] -= kRate * gradients_[k];
    }
  }
  std::size_t ops() const { return count_ops(shape_); }
  Results results() const { return {loss_, gradients_, {}}; }

 private:
  double error(std::uint32_t sample, std::uint32_t output) const {
    const std::size_t k = std::size_t{sample} * shape_.widths.back() + output;
    return values_.back()[k] - data_.targets[k];
  }

  const double* forward_layer(std::size_t layer, std::uint32_t sample, const double* parameter) {
    const std::size_t nin = shape_.widths[layer - 1];
    const double* const x = values_[layer - 1].data() + sample * nin;
    double* const y = values_[layer].data() + sample * shape_.widths[layer];
    for (std::uint32_t k = 0; k < shape_.widths[layer]; ++k, parameter += nin + 1) {
      double sum = parameter[nin];
      for (std::size_t i = 0; i < nin; ++i) sum += parameter[i] * x[i];
      y[k] = sum < 0 ? 0 : sum;
    }
    return parameter;
  }

  // Returns the adjoints of the layer's inputs.
  std::vector<double> backward_layer(std::size_t layer, std::uint32_t sample, std::size_t offset,
                                     const std::vector<double>& above) {
    const std::size_t nin = shape_.widths[layer - 1];
    const double* const x = values_[layer - 1].data() + sample * nin;
    const double* const y = values_[layer].data() + sample * shape_.widths[layer];
    const double* weight = data_.parameters.data() + offset;
    double* gradient = gradients_.data() + offset;
    std::vector<double> below(nin, 0.0);
    for (std::size_t k = 0; k < above.size(); ++k, weight += nin + 1, gradient += nin + 1) {
      if (!(y[k] > 0)) continue;
      for (std::size_t i = 0; i < nin; ++i) {
        gradient[i] += x[i] * above[k];
        below[i] += weight[i] * above[k];
      }
      gradient[nin] += above[k];
    }
    return below;
  }

  NetworkShape shape_;
  Dataset data_;
  std::vector<double> gradients_;
  std::vector<std::vector<double>> values_;  // layer by layer, sample by sample
  double loss_ = 0;
};

}  // namespace cradle::bench
