// Layer: backward sweeps its neurons several at a time, with the bits of one after the other.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "checks/components/action.h"
#include "checks/components/bits.h"

namespace {

// A layer and what may be its input: leaves, ops of them, its own parameters; any of them twice.
class Subject {
 public:
  Subject(std::uint32_t nin, std::uint32_t nout) : layer_(layer_create(nin, nout)) {
    for (int i = 0; i < 12; ++i) keep(value_create_leaf(std::sin(1.0 + i)));
    for (std::size_t i = 0; i < 12; ++i) {
      keep(i % 2 == 0 ? value_mul(pool_[i], pool_[(i + 5) % 12]) : value_exp(pool_[i]));
    }
    for (std::uint32_t k = 0; k < nout; ++k) {
      Neuron* const n = layer_->neurons[k];
      for (std::uint32_t i = 0; i < nin; ++i) keep_own(n->w[i]);
      keep_own(n->b);
    }
  }
  ~Subject() {
    for (Value* const value : pool_) value_release(value);
    layer_free(layer_);
  }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  Layer* layer() const { return layer_; }
  Value* pool(std::size_t index) const { return pool_[index % pool_.size()]; }
  std::size_t pool_size() const { return pool_.size(); }

  // The gradients after a sweep from a sum of some outputs. They are added to others, as the order
  // of two alone does not show.
  std::vector<double> gradients_of(Value** outputs, std::uint64_t used) {
    for (std::size_t i = 0; i < pool_.size(); ++i) {
      pool_[i]->grad = std::cos(static_cast<double>(i));
    }
    Value* sum = value_create_leaf(0.0);
    for (std::uint32_t k = 0; k < layer_->nout; ++k) {
      if ((used >> k & 1) == 0) continue;
      Value* const product = value_mul(outputs[k], pool(k * 7));
      Value* const longer = value_add(sum, product);
      value_release(product);
      value_release(sum);
      sum = longer;
    }
    EXPECT_EQ(value_backward(sum), 0);
    std::vector<double> all;
    for (std::uint32_t k = 0; k < layer_->nout; ++k) all.push_back(outputs[k]->grad);
    for (const Value* const value : pool_) all.push_back(value->grad);
    for (std::uint32_t k = 0; k < layer_->nout; ++k) value_release(outputs[k]);
    value_release(sum);
    return all;
  }

 private:
  void keep(Value* value) { pool_.push_back(value); }
  void keep_own(Value* value) {
    value_retain(value);
    keep(value);
  }

  Layer* layer_;
  std::vector<Value*> pool_;
};

// By the layer, or neuron by neuron, which are never swept together.
std::vector<double> gradients(Subject& subject, std::vector<Value*> x, bool by_layer,
                              std::uint64_t used) {
  Layer* const layer = subject.layer();
  x.push_back(nullptr);
  if (by_layer) {
    Value** const outputs = layer_forward_linear(layer, x.data());
    std::vector<double> all = subject.gradients_of(outputs, used);
    value_array_free(outputs);
    return all;
  }
  std::vector<Value*> outputs;
  for (std::uint32_t k = 0; k < layer->nout; ++k) {
    outputs.push_back(neuron_forward_linear(layer->neurons[k], x.data()));
  }
  return subject.gradients_of(outputs.data(), used);
}

void has_the_bits_of_its_neurons(const std::vector<Action>& actions, std::uint32_t segment_nodes) {
  RC_ASSERT(microcrad_set_segment_nodes(segment_nodes) == 0);
  for (const Action& action : actions) {
    const auto first = static_cast<std::uint32_t>(action.first);
    const auto second = static_cast<std::uint32_t>(action.second);
    const std::uint32_t nin = 1 + first % 6;
    const std::uint32_t nout = 3 + second % 8;
    Subject subject(nin, nout);
    std::vector<Value*> x;
    for (std::uint32_t i = 0; i < nin; ++i) {
      // Of leaves, or of leaves and ops, or of everything.
      const std::size_t among = action.verb < 3 ? 12 : action.verb < 6 ? 24 : subject.pool_size();
      x.push_back(subject.pool((i * (1 + first) + second) % among));
    }
    const std::uint64_t used = action.verb % 3 == 0 ? 0xb7d : ~std::uint64_t{0};
    RC_ASSERT(same_bits(gradients(subject, x, true, used), gradients(subject, x, false, used)));
  }
  RC_ASSERT(microcrad_live_values() == std::size_t{0});
  RC_ASSERT(microcrad_set_segment_nodes(0) == 0);
}

RC_GTEST_PROP(LayerBackward, has_the_bits_of_its_neurons, (const std::vector<Action>& actions)) {
  ::has_the_bits_of_its_neurons(actions, 0);
}

RC_GTEST_PROP(LayerBackward, has_the_bits_of_its_neurons_in_small_segments,
              (const std::vector<Action>& actions)) {
  ::has_the_bits_of_its_neurons(actions, 30);
}

// Segments in which some neurons have room for their operands, and others have not.
RC_GTEST_PROP(LayerBackward, has_the_bits_of_its_neurons_whose_operands_stand_elsewhere,
              (const std::vector<Action>& actions)) {
  ::has_the_bits_of_its_neurons(actions, 7);
}

void expect_the_bits_of_its_neurons(Subject& subject, const char* what) {
  for (std::size_t first = 0; first < 20; ++first) {
    const std::vector<Value*> x = {subject.pool(first), subject.pool(first + 1),
                                   subject.pool(first + 2)};
    const std::vector<double> together = gradients(subject, x, true, 15);
    EXPECT_TRUE(same_bits(together, gradients(subject, x, false, 15))) << what << first;
  }
}

// Whatever a user puts together: a weight twice, a weight in two neurons, one neuron twice, the
// weights of one with the bias of another.
TEST(LayerBackward, has_the_bits_of_its_neurons_where_parameters_are_shared) {
  for (int place = 0; place < 4; ++place) {
    for (int which = 0; which < 4; ++which) {
      Subject subject(3, 4);
      Neuron** const neurons = subject.layer()->neurons;
      const Neuron& beside = *neurons[(place + 1) % 4];
      Neuron other = *neurons[place];
      std::vector<Value*> w(other.w, other.w + 3);
      if (which < 2) other.w = w.data();
      if (which == 0) w[0] = w[2];
      if (which == 1) w[0] = beside.w[2], w[2] = beside.w[0];
      if (which == 2) other = beside;
      if (which == 3) other.b = beside.b;
      Neuron* const own = std::exchange(neurons[place], &other);
      expect_the_bits_of_its_neurons(subject, "shared ");
      neurons[place] = own;
    }
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// With a count at its maximum it cannot be told whether an input stands twice.
TEST(LayerBackward, has_the_bits_of_its_neurons_where_counts_are_at_their_maximum) {
  Subject subject(3, 4);
  Value* const often = subject.pool(4);
  const std::uint32_t count = often->ref_count;
  for (std::size_t other = 5; other < 24; ++other) {
    subject.pool(7)->data = std::sin(static_cast<double>(other));  // a factor of the second output
    for (const std::size_t place : {0U, 1U, 2U, 3U}) {
      std::vector<Value*> x(4, often);
      x[place] = subject.pool(other);
      x.pop_back();
      often->ref_count = UINT32_MAX;
      EXPECT_TRUE(same_bits(gradients(subject, x, true, 15), gradients(subject, x, false, 15)));
    }
  }
  often->ref_count = count;
}

TEST(LayerBackward, sweeps_a_layer_without_inputs) {
  for (const std::uint32_t nout : {4U, 9U}) {
    Subject subject(0, nout);
    EXPECT_TRUE(same_bits(gradients(subject, {}, true, 0xff), gradients(subject, {}, false, 0xff)));
  }
}

// Operands that find no room in a segment stand elsewhere, and the neurons line by line.
TEST(LayerBackward, has_the_bits_of_its_neurons_line_by_line) {
  ASSERT_EQ(microcrad_set_segment_nodes(31), 0);
  {
    Subject subject(28, 30);
    std::vector<Value*> x;
    for (std::size_t i = 0; i < 28; ++i) x.push_back(subject.pool(i % 24));
    EXPECT_TRUE(same_bits(gradients(subject, x, true, ~0ULL), gradients(subject, x, false, ~0ULL)));
    for (std::size_t i = 24; i < 28; ++i) x[i] = value_create_leaf(0.1 * static_cast<double>(i));
    EXPECT_TRUE(same_bits(gradients(subject, x, true, ~0ULL), gradients(subject, x, false, ~0ULL)));
    for (std::size_t i = 24; i < 28; ++i) value_release(x[i]);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
  EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
}

}  // namespace
