// Neuron: one wide node that equals, bit for bit, the same neuron spelt out op by op.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "checks/components/bits.h"
#include "checks/components/counting_allocator.h"
#include "checks/components/op_by_op.h"

namespace {

TEST(Neuron, forward_is_one_node_over_inputs_weights_and_bias) {
  for (const std::uint32_t nin : {0U, 1U, 2U, 30U, 1200U}) {
    Neuron* const n = neuron_create(nin);
    std::vector<Value*> x(nin + 1, nullptr);
    for (std::uint32_t i = 0; i < nin; ++i) x[i] = value_create_leaf(0.5);
    Value* const y = neuron_forward(n, x.data());
    EXPECT_EQ(y->op_code, VALUE_OP_NEURON);
    EXPECT_EQ(y->extra_data, 0.0);
    EXPECT_EQ(y->ref_count, 1U);
    ASSERT_EQ(y->n_prevs, 2 * nin + 1);
    for (std::uint32_t i = 0; i < nin; ++i) {
      EXPECT_EQ(y->prev[i], x[i]);
      EXPECT_EQ(y->prev[nin + i], n->w[i]);
      EXPECT_EQ(x[i]->ref_count, 2U);
      EXPECT_EQ(n->w[i]->ref_count, 2U);
    }
    EXPECT_EQ(y->prev[2 * nin], n->b);
    EXPECT_EQ(n->b->ref_count, 2U);
    Value* const linear = neuron_forward_linear(n, x.data());
    EXPECT_EQ(linear->op_code, VALUE_OP_NEURON);
    EXPECT_EQ(linear->extra_data, 1.0);
    value_release(y);
    value_release(linear);
    EXPECT_EQ(n->b->ref_count, 1U);
    for (std::uint32_t i = 0; i < nin; ++i) value_release(x[i]);
    neuron_free(n);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
}

// Twice the inputs and the bias have to be counted in 32 bits.
TEST(Neuron, refuses_more_inputs_than_operands_can_be_counted) {
  CountingAllocator allocator;
  allocator.fail_nth(2);  // the weights
  EXPECT_EQ(neuron_create(2147483647U), nullptr);
  EXPECT_EQ(allocator.made(), 1U);
  EXPECT_EQ(neuron_create(2147483648U), nullptr);
  EXPECT_EQ(neuron_create(UINT32_MAX), nullptr);
  EXPECT_EQ(allocator.made(), 1U);
}

TEST(Neuron, graph_outlives_it) {
  Neuron* const n = neuron_create(1);
  n->w[0]->data = 2.0;
  n->b->data = 1.0;
  Value* x = value_create_leaf(3.0);
  Value* const y = neuron_forward(n, &x);
  Value* const w = n->w[0];
  neuron_free(n);
  EXPECT_EQ(microcrad_live_values(), 4U);
  EXPECT_EQ(w->ref_count, 1U);
  EXPECT_EQ(value_backward(y), 0);
  EXPECT_EQ(w->grad, 3.0);
  EXPECT_EQ(x->grad, 2.0);
  value_release(y);
  EXPECT_EQ(microcrad_live_values(), 1U);
  value_release(x);
}

TEST(Neuron, null_in_gives_null_out) {
  Neuron* const n = neuron_create(2);
  Value* const a = value_create_leaf(1.0);
  Value* with_null[] = {a, nullptr};
  EXPECT_EQ(neuron_forward(nullptr, with_null), nullptr);
  EXPECT_EQ(neuron_forward(n, nullptr), nullptr);
  EXPECT_EQ(neuron_forward(n, with_null), nullptr);
  EXPECT_EQ(neuron_forward_linear(n, with_null), nullptr);
  EXPECT_EQ(neuron_parameters(nullptr), nullptr);
  EXPECT_EQ(a->ref_count, 1U);
  EXPECT_EQ(n->w[0]->ref_count, 1U);
  neuron_free(nullptr);
  neuron_free(n);
  value_release(a);
}

TEST(Neuron, parameters_are_weights_then_bias) {
  Neuron* const n = neuron_create(3);
  Vector* const parameters = neuron_parameters(n);
  ASSERT_EQ(parameters->size, 4U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(vector_get(parameters, i), n->w[i]);
  EXPECT_EQ(vector_get(parameters, 3), n->b);
  EXPECT_EQ(n->b->ref_count, 2U);
  neuron_free(n);
  EXPECT_EQ(microcrad_live_values(), 4U);
  vector_free(parameters);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Neuron, fails_without_a_trace) {
  CountingAllocator allocator;
  Value* const a = value_create_leaf(1.0);
  Neuron* const n = neuron_create(3);
  Value* x[] = {a, a, a};
  const std::vector<Value*> held = {a, n->w[0], n->w[1], n->w[2], n->b};
  const auto create = [] {
    Neuron* const made = neuron_create(3);
    neuron_free(made);
    return made != nullptr;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, create), 6U);
  const auto forward = [&] {
    Value* const y = neuron_forward(n, x);
    value_release(y);
    return y != nullptr;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, forward), 2U);
  const auto parameters = [&] {
    Vector* const list = neuron_parameters(n);
    vector_free(list);
    return list != nullptr;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, held, parameters), 2U);
  neuron_free(n);
  value_release(a);
}

TEST(Neuron, failed_creation_leaves_the_random_sequence_alone) {
  CountingAllocator allocator;
  microcrad_seed(5);
  Neuron* const expected = neuron_create(2);
  microcrad_seed(5);
  allocator.fail_nth(5);  // the bias
  EXPECT_EQ(neuron_create(2), nullptr);
  allocator.fail_nth(0);
  Neuron* const n = neuron_create(2);
  EXPECT_TRUE(same_bits(n->w[0]->data, expected->w[0]->data));
  neuron_free(n);
  neuron_free(expected);
}

struct Outcome {
  double output;
  std::vector<double> gradients;
  std::vector<std::uint32_t> counts;
};

// Squares the output, runs backward, and notes all that can be seen of the inputs and the
// parameters.
Outcome observe(Value* output, const std::vector<Value*>& leaves) {
  Outcome outcome{output->data, {}, {}};
  Value* const square = value_mul(output, output);
  RC_ASSERT(value_backward(square) == 0);
  for (Value* leaf : leaves) {
    outcome.gradients.push_back(leaf->grad);
    outcome.counts.push_back(leaf->ref_count);
    leaf->grad = 0.0;
  }
  value_release(square);
  value_release(output);
  return outcome;
}

// Inputs may be used several times: choices pick them from a pool of three, with any sign and some
// zeros.
RC_GTEST_PROP(Neuron, equals_the_graph_of_its_ops_bit_for_bit,
              (const std::vector<std::uint8_t>& choices, bool linear)) {
  const std::uint32_t nin = static_cast<std::uint32_t>(choices.size());
  Neuron* const n = neuron_create(nin);
  std::vector<Value*> leaves = {value_create_leaf(0.3), value_create_leaf(-0.7),
                                value_create_leaf(nin % 2 == 0 ? 0.0 : 1.9)};
  std::vector<Value*> x(nin + 1, nullptr);
  for (std::uint32_t i = 0; i < nin; ++i) {
    x[i] = leaves[choices[i] % 3];
    if (choices[i] % 5 == 0) n->w[i]->data = readable_number(choices[i]);
  }
  leaves.insert(leaves.end(), n->w, n->w + nin);
  leaves.push_back(n->b);

  const Outcome one_node =
      observe(linear ? neuron_forward_linear(n, x.data()) : neuron_forward(n, x.data()), leaves);
  const Outcome op_by_op = observe(neuron_op_by_op(n, x.data(), linear), leaves);
  RC_ASSERT(same_bits(one_node.output, op_by_op.output));
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    RC_ASSERT(same_bits(one_node.gradients[i], op_by_op.gradients[i]));
  }
  if (nin > 0) RC_ASSERT(one_node.counts == op_by_op.counts);  // without inputs the sum is b itself

  neuron_free(n);
  for (std::size_t i = 0; i < 3; ++i) value_release(leaves[i]);
  RC_ASSERT(microcrad_live_values() == std::size_t{0});
}

TEST(Neuron, treats_special_numbers_as_its_ops_do) {
  const double special[] = {0.0, -0.0, HUGE_VAL, -HUGE_VAL, std::nan(""), 1e308, -1e308, 5e-324};
  for (const double input : special) {
    for (const double weight : special) {
      for (const bool linear : {false, true}) {
        Neuron* const n = neuron_create(1);
        n->w[0]->data = weight;
        Value* x = value_create_leaf(input);
        const std::vector<Value*> leaves = {x, n->w[0], n->b};
        const Outcome one_node =
            observe(linear ? neuron_forward_linear(n, &x) : neuron_forward(n, &x), leaves);
        const Outcome op_by_op = observe(neuron_op_by_op(n, &x, linear), leaves);
        EXPECT_TRUE(same_bits(one_node.output, op_by_op.output)) << input << " " << weight;
        for (std::size_t i = 0; i < leaves.size(); ++i) {
          EXPECT_TRUE(same_bits(one_node.gradients[i], op_by_op.gradients[i]))
              << input << " " << weight << " leaf " << i;
        }
        neuron_free(n);
        value_release(x);
      }
    }
  }
}

// A weight need not be a leaf: its gradient goes on to what it was made of.
TEST(Neuron, passes_gradients_on_through_a_weight_that_is_a_result) {
  Neuron* const n = neuron_create(1);
  Value* const leaf = value_create_leaf(3.0);
  value_release(n->w[0]);
  n->w[0] = value_mul(leaf, leaf);
  n->b->data = 1.0;
  Value* x = value_create_leaf(2.0);
  Value* const y = neuron_forward(n, &x);
  EXPECT_EQ(value_backward(y), 0);
  EXPECT_EQ(leaf->grad, 12.0);  // 2 d(leaf^2)
  value_release(y);
  value_release(x);
  neuron_free(n);
  value_release(leaf);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// What was held before the operand that is of no use is let go again, whatever the shape of the
// node: in a segment, with its operands beside it, or each in an allocation of its own.
TEST(Neuron, refused_in_the_middle_leaves_no_trace) {
  for (const std::uint32_t segment_nodes : {1U, 64U, 1006U}) {
    CountingAllocator allocator(segment_nodes);
    Neuron* const n = neuron_create(40);
    std::vector<Value*> x;
    for (int k = 0; k < 40; ++k) x.push_back(value_create_leaf(1.0));
    value_release(neuron_forward(n, x.data()));  // segments are kept for reuse
    const std::size_t values = microcrad_live_values();
    const std::size_t blocks = allocator.live();
    for (const std::size_t bad : {0U, 1U, 39U}) {
      Value* const input = std::exchange(x[bad], nullptr);
      EXPECT_EQ(neuron_forward(n, x.data()), nullptr);
      x[bad] = input;
      for (std::size_t k = 0; k < 40; ++k) {
        EXPECT_EQ(x[k]->ref_count, 1U) << segment_nodes << ' ' << bad << ' ' << k;
        EXPECT_EQ(n->w[k]->ref_count, 1U) << segment_nodes << ' ' << bad << ' ' << k;
      }
      EXPECT_EQ(n->b->ref_count, 1U);
      EXPECT_EQ(microcrad_live_values(), values) << segment_nodes << ' ' << bad;
      EXPECT_EQ(allocator.live(), blocks) << segment_nodes << ' ' << bad;
    }
    Value* const y = neuron_forward(n, x.data());
    EXPECT_EQ(value_backward(y), 0);
    EXPECT_EQ(n->b->grad, y->data > 0 ? 1.0 : 0.0);
    value_release(y);
    for (Value* input : x) value_release(input);
    neuron_free(n);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
}

}  // namespace
