// Layer: neurons side by side, their outputs in order, their failures undone.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <cstdint>
#include <vector>

#include "checks/components/bits.h"
#include "checks/components/counting_allocator.h"

namespace {

void release_outputs(Value** outputs, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) value_release(outputs[i]);
  value_array_free(outputs);
}

TEST(Layer, holds_neurons_of_its_width) {
  for (const std::uint32_t nout : {0U, 1U, 5U}) {
    Layer* const l = layer_create(3, nout);
    EXPECT_EQ(l->nin, 3U);
    EXPECT_EQ(l->nout, nout);
    for (std::uint32_t i = 0; i < nout; ++i) EXPECT_EQ(l->neurons[i]->nin, 3U);
    EXPECT_EQ(microcrad_live_values(), 4U * nout);
    layer_free(l);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
}

TEST(Layer, draws_its_neurons_in_order) {
  microcrad_seed(3);
  Layer* const l = layer_create(2, 2);
  microcrad_seed(3);
  for (std::uint32_t i = 0; i < 2; ++i) {
    Neuron* const n = neuron_create(2);
    EXPECT_TRUE(same_bits(l->neurons[i]->w[0]->data, n->w[0]->data));
    EXPECT_TRUE(same_bits(l->neurons[i]->w[1]->data, n->w[1]->data));
    EXPECT_TRUE(same_bits(l->neurons[i]->b->data, n->b->data));
    neuron_free(n);
  }
  layer_free(l);
}

TEST(Layer, forward_returns_one_reference_per_neuron) {
  Layer* const l = layer_create(2, 4);
  Value* x[] = {value_create_leaf(0.5), value_create_leaf(-1.5)};
  Value** const outputs = layer_forward(l, x);
  Value** const linear = layer_forward_linear(l, x);
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(outputs[i]->ref_count, 1U);
    EXPECT_GE(outputs[i]->data, 0.0);
    EXPECT_EQ(outputs[i]->data, linear[i]->data < 0.0 ? 0.0 : linear[i]->data);
    EXPECT_EQ(outputs[i]->prev[4], l->neurons[i]->b);
  }
  EXPECT_EQ(x[0]->ref_count, 1U + 2 * 4);
  release_outputs(outputs, 4);
  release_outputs(linear, 4);
  EXPECT_EQ(x[0]->ref_count, 1U);
  layer_free(l);
  for (Value* v : x) value_release(v);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Layer, parameters_go_neuron_by_neuron) {
  Layer* const l = layer_create(2, 3);
  Vector* const parameters = layer_parameters(l);
  ASSERT_EQ(parameters->size, 9U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(vector_get(parameters, 3 * i), l->neurons[i]->w[0]);
    EXPECT_EQ(vector_get(parameters, 3 * i + 1), l->neurons[i]->w[1]);
    EXPECT_EQ(vector_get(parameters, 3 * i + 2), l->neurons[i]->b);
  }
  layer_free(l);
  EXPECT_EQ(microcrad_live_values(), 9U);
  vector_free(parameters);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Layer, null_in_gives_null_out) {
  Layer* const l = layer_create(2, 3);
  Value* const a = value_create_leaf(1.0);
  Value* with_null[] = {a, nullptr};
  EXPECT_EQ(layer_forward(nullptr, with_null), nullptr);
  EXPECT_EQ(layer_forward(l, nullptr), nullptr);
  EXPECT_EQ(layer_forward(l, with_null), nullptr);
  EXPECT_EQ(layer_parameters(nullptr), nullptr);
  EXPECT_EQ(a->ref_count, 1U);
  EXPECT_EQ(l->neurons[0]->w[0]->ref_count, 1U);
  layer_free(nullptr);
  layer_free(l);
  value_release(a);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Layer, fails_without_a_trace) {
  CountingAllocator allocator;
  Value* const a = value_create_leaf(1.0);
  Value* x[] = {a, a};
  Layer* const l = layer_create(2, 3);
  const std::vector<Value*> held = {a, l->neurons[0]->w[0], l->neurons[2]->b};
  const auto create = [] {
    Layer* const made = layer_create(2, 3);
    layer_free(made);
    return made != nullptr;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, create), 2U + 3 * 5);
  const auto forward = [&] {
    Value** const outputs = layer_forward(l, x);
    if (outputs == nullptr) return false;
    release_outputs(outputs, 3);
    return true;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, forward), 1U + 3 * 2);
  const auto parameters = [&] {
    Vector* const list = layer_parameters(l);
    vector_free(list);
    return list != nullptr;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, parameters), 2U);
  layer_free(l);
  value_release(a);
}

// The allocator is never asked for nothing, which some answer with NULL.
TEST(Layer, without_inputs_or_neurons_is_made_of_something) {
  CountingAllocator allocator;
  for (const std::uint32_t nout : {0U, 2U}) {
    Layer* const l = layer_create(0, nout);
    Value* nothing = nullptr;
    ASSERT_NE(l, nullptr);
    Value** const outputs = layer_forward(l, &nothing);
    ASSERT_NE(outputs, nullptr);
    for (std::uint32_t i = 0; i < nout; ++i) EXPECT_EQ(outputs[i]->n_prevs, 1U);
    release_outputs(outputs, nout);
    Vector* const list = layer_parameters(l);
    EXPECT_EQ(list->size, nout);
    vector_free(list);
    layer_free(l);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Layer, failed_creation_leaves_the_random_sequence_alone) {
  CountingAllocator allocator;
  microcrad_seed(5);
  Layer* const expected = layer_create(2, 2);
  microcrad_seed(5);
  allocator.fail_nth(10);  // in the second neuron
  EXPECT_EQ(layer_create(2, 2), nullptr);
  allocator.fail_nth(0);
  Layer* const l = layer_create(2, 2);
  EXPECT_TRUE(same_bits(l->neurons[0]->w[0]->data, expected->neurons[0]->w[0]->data));
  layer_free(l);
  layer_free(expected);
}

}  // namespace
