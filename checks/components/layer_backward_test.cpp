// Layer: backward sweeps its neurons several at a time, with the bits of one after the other.
#include <gtest/gtest.h>
#include <microcrad/detail/asan.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "checks/components/action.h"
#include "checks/components/bits.h"
#include "checks/components/complaints.h"

namespace {

// A layer and what may be its input: leaves, ops of them, its own parameters; any of them twice.
class Subject {
 public:
  Subject(std::uint32_t nin, std::uint32_t nout) : layer_(layer_create(nin, nout)) {
    for (int i = 0; i < 12; ++i) keep(value_create_leaf(std::sin(1.0 + i)));
    for (std::size_t i = 0; i < 12; ++i) keep(value_mul(pool_[i], pool_[(i + 5) % 12]));
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

  // Several uses of some outputs, and all gradients after a sweep from their sum.
  std::vector<double> gradients_of(Value** outputs, std::uint64_t used) {
    for (Value* const value : pool_) value->grad = 0.0;
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

bool same(const std::vector<double>& some, const std::vector<double>& others) {
  bool all = some.size() == others.size();
  for (std::size_t i = 0; all && i < some.size(); ++i) all = same_bits(some[i], others[i]);
  return all;
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
    RC_ASSERT(same(gradients(subject, x, true, used), gradients(subject, x, false, used)));
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

// Whatever a user does to the parameters: one neuron twice, one weight twice, one weight in two.
TEST(LayerBackward, has_the_bits_of_its_neurons_where_parameters_are_shared) {
  for (int which = 0; which < 4; ++which) {
    Subject subject(3, 4);
    Neuron** const neurons = subject.layer()->neurons;
    Neuron other = *neurons[2];
    std::vector<Value*> w(other.w, other.w + 3);
    other.w = w.data();
    if (which == 0) w[0] = w[2];
    if (which == 1) w[0] = neurons[1]->w[2];
    if (which == 2) other = *neurons[0];
    if (which == 3) other = {3, neurons[3]->w, neurons[1]->b};
    Neuron* const own = std::exchange(neurons[2], &other);
    const std::vector<Value*> x = {subject.pool(0), subject.pool(1), subject.pool(2)};
    EXPECT_TRUE(same(gradients(subject, x, true, 15), gradients(subject, x, false, 15))) << which;
    neurons[2] = own;
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(LayerBackward, sweeps_a_layer_without_inputs) {
  for (const std::uint32_t nout : {4U, 9U}) {
    Subject subject(0, nout);
    EXPECT_TRUE(same(gradients(subject, {}, true, 0xff), gradients(subject, {}, false, 0xff)));
  }
}

// One of four is gone, though the sum still refers to it: the others are swept.
TEST(LayerBackward, leaves_a_stolen_neuron_alone) {
  if (microcrad::detail::kAsan) GTEST_SKIP() << "AddressSanitizer reports what is gone";
  for (std::uint32_t gone = 0; gone < 4; ++gone) {
    Layer* const layer = layer_create(2, 4);
    Value* x[] = {value_create_leaf(1.0), value_create_leaf(2.0)};
    Value** const outputs = layer_forward_linear(layer, x);
    Value* const sum = value_create(0.0, 4, outputs);
    for (std::uint32_t k = 0; k < 4; ++k) {
      outputs[k]->grad = 1.0;
      value_release(outputs[k]);
    }
    Complaints complaints;
    value_release(outputs[gone]);
    EXPECT_EQ(value_backward(sum), 0);
    for (std::uint32_t k = 0; k < 4; ++k) {
      EXPECT_EQ(layer->neurons[k]->b->grad, k == gone ? 0.0 : 1.0) << gone;
      EXPECT_EQ(layer->neurons[k]->w[1]->grad, k == gone ? 0.0 : 2.0) << gone;
    }
    value_release(sum);
    EXPECT_EQ(complaints.functions, std::vector<std::string>{"value_release"});
    value_array_free(outputs);
    for (Value* const input : x) value_release(input);
    layer_free(layer);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
}

}  // namespace
