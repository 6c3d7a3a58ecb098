// Layer: which neurons are swept together, and which are not.
#include <gtest/gtest.h>
#include <microcrad/detail/asan.h>
#include <microcrad/microcrad.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "checks/components/bits.h"
#include "checks/components/complaints.h"

namespace {

// Memory that stays what it was when it is given back, while this exists.
class Hoard {
 public:
  Hoard() { EXPECT_EQ(microcrad_set_allocator(allocate, keep, this), 0); }
  ~Hoard() {
    EXPECT_EQ(microcrad_set_allocator(nullptr, nullptr, nullptr), 0);
    for (void* const block : blocks_) std::free(block);
  }
  Hoard(const Hoard&) = delete;
  Hoard& operator=(const Hoard&) = delete;

 private:
  static void* allocate(std::size_t size, std::size_t alignment, void* user) {
    void* block = nullptr;
    if (posix_memalign(&block, std::max(alignment, sizeof block), size) != 0) return nullptr;
    static_cast<Hoard*>(user)->blocks_.push_back(block);
    return block;
  }
  static void keep(void*, void*) {}

  std::vector<void*> blocks_;
};

// What neurons put together add to the gradients of `values`, by a layer of them or each by itself.
std::vector<double> gradients_by_hand(Neuron** neurons, Value** x, bool together,
                                      const std::vector<Value*>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i]->grad = std::cos(i);
  Layer layer{3, 4, neurons};
  Value* outputs[4];
  Value** const made = together ? layer_forward_linear(&layer, x) : outputs;
  for (int k = 0; k < 4; ++k) {
    if (!together) made[k] = neuron_forward_linear(neurons[k], x);
    made[k]->grad = std::sin(1.0 + k);
  }
  Value* const root = value_create(0.0, 4, made);
  EXPECT_EQ(value_backward(root), 0);
  for (int k = 0; k < 4; ++k) value_release(made[k]);
  value_release(root);
  if (together) value_array_free(made);
  std::vector<double> all;
  for (const Value* const value : values) all.push_back(value->grad);
  return all;
}

// A layer put together of what another one had: its arrays are not those that were created.
TEST(LayerBackward, has_the_bits_of_its_neurons_when_these_were_freed) {
  Hoard hoard;
  Layer* const created = layer_create(3, 4);
  std::vector<Value*> values;
  Neuron neurons[4];
  Neuron* all[4];
  for (int k = 0; k < 4; ++k) {
    neurons[k] = *created->neurons[k];
    all[k] = &neurons[k];
    values.insert(values.end(), neurons[k].w, neurons[k].w + 3);
    values.push_back(neurons[k].b);
  }
  for (Value* const value : values) value_retain(value);
  layer_free(created);
  neurons[1].w[2] = neurons[3].w[0];
  neurons[0].w[1] = neurons[2].w[0];
  Value* x[] = {value_create_leaf(0.3), value_create_leaf(-0.7), value_create_leaf(1.1)};
  for (int trial = 0; trial < 20; ++trial) {
    for (int i = 0; i < 3; ++i) x[i]->data = std::sin(3 * trial + i);
    EXPECT_TRUE(same_bits(gradients_by_hand(all, x, true, values),
                          gradients_by_hand(all, x, false, values)));
  }
  for (Value* const value : values) value_release(value);
  for (Value* const input : x) value_release(input);
}

// In a row of neurons without inputs, each a line, every other line is not theirs to tell.
TEST(LayerBackward, sweeps_nothing_else_for_a_layer_without_inputs) {
  Neuron* const plain = neuron_create(1);
  Neuron* const bare = neuron_create(0);
  Layer* const layer = layer_create(0, 4);
  Value* x = value_create_leaf(2.0);
  microcrad_thread_release();
  Value* nodes[6] = {neuron_forward_linear(plain, &x), neuron_forward_linear(bare, &x)};
  Value** const outputs = layer_forward_linear(layer, &x);
  std::copy_n(outputs, 4, nodes + 2);
  Value* const root = value_create(0.0, 6, nodes);
  for (Value* const node : nodes) node->grad = 1.0;
  EXPECT_EQ(value_backward(root), 0);
  EXPECT_EQ(plain->w[0]->grad, 2.0);
  EXPECT_EQ(plain->b->grad, 1.0);
  EXPECT_EQ(x->grad, plain->w[0]->data);
  for (Value* const node : nodes) value_release(node);
  value_array_free(outputs);
  for (Value* const value : {root, x}) value_release(value);
  neuron_free(plain);
  neuron_free(bare);
  layer_free(layer);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Some of four have a gradient of an earlier sweep, and are no part of this one.
TEST(LayerBackward, leaves_neurons_alone_that_are_not_reached) {
  for (std::uint32_t spared = 1; spared < 15; ++spared) {
    Layer* const layer = layer_create(2, 4);
    Value* x[] = {value_create_leaf(1.0), value_create_leaf(2.0)};
    Value** const outputs = layer_forward_linear(layer, x);
    std::vector<Value*> reached;
    for (std::uint32_t k = 0; k < 4; ++k) {
      outputs[k]->grad = 1.0;
      if ((spared >> k & 1) == 0) reached.push_back(outputs[k]);
    }
    Value* const sum = value_create(0.0, static_cast<int>(reached.size()), reached.data());
    EXPECT_EQ(value_backward(sum), 0);
    for (std::uint32_t k = 0; k < 4; ++k) {
      EXPECT_EQ(layer->neurons[k]->b->grad, (spared >> k & 1) == 0 ? 1.0 : 0.0) << spared;
      EXPECT_EQ(layer->neurons[k]->w[1]->grad, (spared >> k & 1) == 0 ? 2.0 : 0.0) << spared;
      value_release(outputs[k]);
    }
    value_release(sum);
    value_array_free(outputs);
    for (Value* const input : x) value_release(input);
    layer_free(layer);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
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
