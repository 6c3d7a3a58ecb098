// MLP: layers in a row, equal bit for bit to the same network spelt out op by op.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

#include "checks/components/bits.h"
#include "checks/components/counting_allocator.h"
#include "checks/components/op_by_op.h"

namespace {

void release_all(const std::vector<Value*>& values) {
  for (Value* v : values) value_release(v);
}

std::vector<Value*> forward(MLP* mlp, std::vector<Value*> x) {
  Value** const outputs = mlp_forward(mlp, x.data());
  const std::uint32_t width = mlp->layers[mlp->n_layers - 1]->nout;
  const std::vector<Value*> owned(outputs, outputs + width);
  value_array_free(outputs);
  return owned;
}

std::vector<Value*> forward_op_by_op(const MLP* mlp, const std::vector<Value*>& x) {
  std::vector<Value*> signals = x;
  for (Value* v : signals) value_retain(v);
  for (std::uint32_t i = 0; i < mlp->n_layers; ++i) {
    const bool linear = mlp->linear && i + 1 == mlp->n_layers;
    std::vector<Value*> outputs;
    for (std::uint32_t j = 0; j < mlp->layers[i]->nout; ++j) {
      outputs.push_back(neuron_op_by_op(mlp->layers[i]->neurons[j], signals.data(), linear));
    }
    release_all(signals);
    signals = outputs;
  }
  return signals;
}

// Sums the squares of the outputs, runs backward, and returns values, gradients and counts in one
// list.
std::vector<double> observe(const std::vector<Value*>& outputs, const std::vector<Value*>& leaves) {
  Value* loss = value_create_leaf(0.0);
  std::vector<double> seen;
  for (Value* output : outputs) {
    seen.push_back(output->data);
    Value* const square = value_mul(output, output);
    Value* const longer_sum = value_add(loss, square);
    release_all({square, loss});
    loss = longer_sum;
  }
  RC_ASSERT(value_backward(loss) == 0);
  for (Value* leaf : leaves) {
    seen.push_back(leaf->grad);
    seen.push_back(leaf->ref_count);
    leaf->grad = 0.0;
  }
  value_release(loss);
  release_all(outputs);
  return seen;
}

RC_GTEST_PROP(Mlp, equals_the_graph_of_its_ops_bit_for_bit,
              (const std::vector<std::uint8_t>& shape, std::uint32_t seed, bool linear)) {
  std::vector<std::uint32_t> widths;
  for (std::size_t i = 0; i < shape.size() && i < 3; ++i) widths.push_back(1U + shape[i] % 5U);
  widths.push_back(2);
  const std::uint32_t nin = 1 + seed % 4;
  const std::uint32_t layers = static_cast<std::uint32_t>(widths.size());
  microcrad_seed(seed);
  MLP* const mlp = linear ? mlp_create_linear(nin, widths.data(), layers)
                          : mlp_create(nin, widths.data(), layers);
  std::vector<Value*> x;
  for (std::uint32_t i = 0; i < nin; ++i) {
    x.push_back(value_create_leaf(readable_number(static_cast<int>((seed >> (7 * i)) % 129))));
  }
  std::vector<Value*> leaves = x;
  Vector* const parameters = mlp_parameters(mlp);
  leaves.insert(leaves.end(), parameters->items, parameters->items + parameters->size);

  const std::vector<double> one_node_each = observe(forward(mlp, x), leaves);
  const std::vector<double> op_by_op = observe(forward_op_by_op(mlp, x), leaves);
  RC_ASSERT(one_node_each.size() == op_by_op.size());
  for (std::size_t i = 0; i < op_by_op.size(); ++i) {
    RC_ASSERT(same_bits(one_node_each[i], op_by_op[i]));
  }

  vector_free(parameters);
  mlp_free(mlp);
  release_all(x);
  RC_ASSERT(microcrad_live_values() == std::size_t{0});
}

TEST(Mlp, has_the_shape_it_was_asked_for) {
  std::uint32_t nouts[] = {4, 3, 1};
  MLP* const mlp = mlp_create(2, nouts, 3);
  EXPECT_EQ(mlp->nin, 2U);
  EXPECT_EQ(mlp->n_layers, 3U);
  EXPECT_FALSE(mlp->linear);
  std::uint32_t nin = 2;
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(mlp->layers[i]->nin, nin);
    EXPECT_EQ(mlp->layers[i]->nout, nouts[i]);
    nin = nouts[i];
  }
  EXPECT_EQ(microcrad_live_values(), 4U * 3 + 3 * 5 + 1 * 4);
  mlp_free(mlp);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Mlp, has_a_relu_everywhere_unless_linear) {
  std::uint32_t nouts[] = {2, 1};
  for (const bool linear : {false, true}) {
    MLP* const mlp = linear ? mlp_create_linear(1, nouts, 2) : mlp_create(1, nouts, 2);
    EXPECT_EQ(mlp->linear, linear);
    mlp->layers[1]->neurons[0]->b->data = -100.0;
    const std::vector<Value*> x = {value_create_leaf(1.0)};
    const std::vector<Value*> outputs = forward(mlp, x);
    EXPECT_EQ(outputs[0]->data < 0.0, linear);
    EXPECT_EQ(outputs[0]->extra_data, linear ? 1.0 : 0.0);
    EXPECT_EQ(outputs[0]->prev[0]->extra_data, 0.0);  // the hidden layer always has its relu
    release_all(outputs);
    release_all(x);
    mlp_free(mlp);
  }
}

TEST(Mlp, parameters_go_layer_by_layer) {
  std::uint32_t nouts[] = {2, 1};
  MLP* const mlp = mlp_create(1, nouts, 2);
  Vector* const parameters = mlp_parameters(mlp);
  const Neuron* const first = mlp->layers[0]->neurons[0];
  const Neuron* const second = mlp->layers[0]->neurons[1];
  const Neuron* const last = mlp->layers[1]->neurons[0];
  const std::vector<Value*> expected = {first->w[0], first->b,   second->w[0], second->b,
                                        last->w[0],  last->w[1], last->b};
  ASSERT_EQ(parameters->size, expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(vector_get(parameters, i), expected[i]);
    EXPECT_EQ(expected[i]->ref_count, 2U);
  }
  vector_free(parameters);
  mlp_free(mlp);
}

TEST(Mlp, keeps_no_reference_to_what_is_between_layers) {
  std::uint32_t nouts[] = {3, 3, 1};
  MLP* const mlp = mlp_create(2, nouts, 3);
  const std::size_t parameters = microcrad_live_values();
  const std::vector<Value*> x = {value_create_leaf(1.0), value_create_leaf(2.0)};
  const std::vector<Value*> outputs = forward(mlp, x);
  EXPECT_EQ(microcrad_live_values(), parameters + 2 + 3 + 3 + 1);
  EXPECT_EQ(outputs[0]->prev[0]->ref_count, 1U);
  EXPECT_EQ(outputs[0]->prev[0]->prev[0]->ref_count, 3U);
  release_all(outputs);
  EXPECT_EQ(microcrad_live_values(), parameters + 2);
  release_all(x);
  mlp_free(mlp);
}

TEST(Mlp, null_in_gives_null_out) {
  std::uint32_t nouts[] = {2};
  EXPECT_EQ(mlp_create(1, nullptr, 1), nullptr);
  EXPECT_EQ(mlp_create(1, nouts, 0), nullptr);
  MLP* const mlp = mlp_create(1, nouts, 1);
  Value* x = nullptr;
  EXPECT_EQ(mlp_forward(nullptr, &x), nullptr);
  EXPECT_EQ(mlp_forward(mlp, nullptr), nullptr);
  EXPECT_EQ(mlp_forward(mlp, &x), nullptr);
  nouts[0] = 0;  // no neuron looks at its inputs
  MLP* const without_outputs = mlp_create(1, nouts, 1);
  EXPECT_EQ(mlp_forward(without_outputs, nullptr), nullptr);
  mlp_free(without_outputs);
  EXPECT_EQ(mlp_parameters(nullptr), nullptr);
  mlp_free(nullptr);
  mlp_free(mlp);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Mlp, failed_creation_leaves_the_random_sequence_alone) {
  CountingAllocator allocator;
  std::uint32_t nouts[] = {1, 1};
  microcrad_seed(5);
  MLP* const expected = mlp_create(1, nouts, 2);
  microcrad_seed(5);
  allocator.fail_nth(12);  // in the second layer
  EXPECT_EQ(mlp_create(1, nouts, 2), nullptr);
  allocator.fail_nth(0);
  MLP* const mlp = mlp_create(1, nouts, 2);
  EXPECT_TRUE(same_bits(mlp->layers[0]->neurons[0]->w[0]->data,
                        expected->layers[0]->neurons[0]->w[0]->data));
  mlp_free(mlp);
  mlp_free(expected);
}

// Every one has 65 parameters, which a Vector that grew as it went would allocate for twice.
TEST(Mlp, parameter_lists_are_made_at_once) {
  CountingAllocator allocator;
  std::uint32_t nouts[] = {6, 5};
  MLP* const mlp = mlp_create(4, nouts, 2);
  Layer* const layer = layer_create(12, 5);
  Neuron* const neuron = neuron_create(64);
  const std::size_t made = allocator.made();
  Vector* const lists[] = {mlp_parameters(mlp), layer_parameters(layer), neuron_parameters(neuron)};
  EXPECT_EQ(allocator.made(), made + 2 * 3);
  EXPECT_EQ(lists[0]->size, 65U);
  EXPECT_EQ(lists[1]->size, 65U);
  EXPECT_EQ(lists[2]->size, 65U);
  for (Vector* list : lists) vector_free(list);
  neuron_free(neuron);
  layer_free(layer);
  mlp_free(mlp);
}

TEST(Mlp, fails_without_a_trace) {
  CountingAllocator allocator;
  std::uint32_t nouts[] = {2, 1};
  MLP* const mlp = mlp_create(1, nouts, 2);
  Value* x = value_create_leaf(1.0);
  const std::vector<Value*> held = {x, mlp->layers[0]->neurons[1]->w[0],
                                    mlp->layers[1]->neurons[0]->b};
  const auto create = [&nouts] {
    MLP* const made = mlp_create(1, nouts, 2);
    mlp_free(made);
    return made != nullptr;
  };
  // The network and its list of layers; each layer with its list; each neuron with its list;
  // parameters.
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, create), 2U + 2 * 2 + 3 * 2 + 7);
  const auto run = [&] {
    Value** const outputs = mlp_forward(mlp, &x);
    if (outputs == nullptr) return false;
    value_release(outputs[0]);
    value_array_free(outputs);
    return true;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, run), 2U + 3 * 2);
  const auto parameters = [&] {
    Vector* const list = mlp_parameters(mlp);
    vector_free(list);
    return list != nullptr;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, parameters), 2U);
  mlp_free(mlp);
  value_release(x);
}

}  // namespace
