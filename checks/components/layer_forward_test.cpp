// Layer: its forward pass takes neurons several at a time, and is that of each of them.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <cstdint>
#include <string>
#include <vector>

#include "checks/components/bits.h"
#include "checks/components/complaints.h"
#include "checks/components/counting_allocator.h"

namespace {

// A layer, its inputs, and all of what a forward pass counts.
struct Fixture {
  Fixture(std::uint32_t nin, std::uint32_t nout) : layer(layer_create(nin, nout)) {
    for (std::uint32_t i = 0; i < nin; ++i) x.push_back(value_create_leaf(0.25 * i - 0.5));
  }
  ~Fixture() {
    for (Value* input : x) value_release(input);
    layer_free(layer);
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  std::vector<Value*> operands() const {
    std::vector<Value*> all = x;
    for (std::uint32_t k = 0; k < layer->nout; ++k) {
      const Neuron* const n = layer->neurons[k];
      all.insert(all.end(), n->w, n->w + n->nin);
      all.push_back(n->b);
    }
    return all;
  }
  std::vector<std::uint32_t> counts() const {
    std::vector<std::uint32_t> all;
    for (const Value* operand : operands()) all.push_back(operand->ref_count);
    return all;
  }
  Value** forward(bool linear) {
    Value* nothing = nullptr;
    Value** const inputs = x.empty() ? &nothing : x.data();
    return linear ? layer_forward_linear(layer, inputs) : layer_forward(layer, inputs);
  }

  Layer* layer;
  std::vector<Value*> x;
};

void release_all(Value** outputs, std::uint32_t count) {
  for (std::uint32_t k = 0; k < count; ++k) value_release(outputs[k]);
  value_array_free(outputs);
}

void expect_those_of_its_neurons(Fixture& fixture, bool linear) {
  const std::uint32_t nin = fixture.layer->nin;
  const std::uint32_t nout = fixture.layer->nout;
  const std::vector<std::uint32_t> before = fixture.counts();
  Value** const outputs = fixture.forward(linear);
  const std::vector<std::uint32_t> by_layer = fixture.counts();
  Value* nothing = nullptr;
  Value** const inputs = nin == 0 ? &nothing : fixture.x.data();
  for (std::uint32_t k = 0; k < nout; ++k) {
    Neuron* const n = fixture.layer->neurons[k];
    Value* const alone = linear ? neuron_forward_linear(n, inputs) : neuron_forward(n, inputs);
    EXPECT_TRUE(same_bits(outputs[k]->data, alone->data)) << nin << " to " << nout << ": " << k;
    EXPECT_EQ(outputs[k]->extra_data, linear ? 1.0 : 0.0);
    EXPECT_EQ(outputs[k]->ref_count, 1U);
    EXPECT_EQ(outputs[k]->grad, 0.0);
    EXPECT_EQ(outputs[k]->op_code, VALUE_OP_NEURON);
    ASSERT_EQ(outputs[k]->n_prevs, 2 * nin + 1);
    for (std::uint32_t i = 0; i < 2 * nin + 1; ++i) EXPECT_EQ(outputs[k]->prev[i], alone->prev[i]);
    value_release(alone);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(by_layer[i] - before[i], i < nin ? nout : 1U) << nin << " to " << nout << ": " << i;
  }
  release_all(outputs, nout);
  EXPECT_EQ(fixture.counts(), before);
}

TEST(LayerForward, makes_the_nodes_of_its_neurons) {
  for (const std::uint32_t nin : {0U, 1U, 2U, 7U, 130U}) {
    for (const std::uint32_t nout : {0U, 1U, 3U, 4U, 5U, 8U, 11U}) {
      Fixture fixture(nin, nout);
      expect_those_of_its_neurons(fixture, false);
      expect_those_of_its_neurons(fixture, true);
    }
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Sums the outputs, runs backward, and returns the gradients of the inputs, zeroed again.
std::vector<double> gradients_of(const Fixture& fixture, const std::vector<Value*>& outputs) {
  Value* sum = value_create_leaf(0.0);
  for (Value* output : outputs) {
    Value* const more = value_add(sum, output);
    value_release(sum);
    sum = more;
  }
  EXPECT_EQ(value_backward(sum), 0);
  value_release(sum);
  std::vector<double> gradients;
  for (Value* operand : fixture.operands()) {
    gradients.push_back(operand->grad);
    operand->grad = 0.0;
  }
  return gradients;
}

// Nodes are made in the order of the neurons, which is the order of all additions in backward.
TEST(LayerForward, has_the_gradients_of_its_neurons_bit_for_bit) {
  Fixture fixture(6, 11);
  Value** const outputs = fixture.forward(true);
  const std::vector<double> by_layer = gradients_of(fixture, {outputs, outputs + 11});
  release_all(outputs, 11);
  std::vector<Value*> alone;
  for (std::uint32_t k = 0; k < 11; ++k) {
    alone.push_back(neuron_forward_linear(fixture.layer->neurons[k], fixture.x.data()));
  }
  const std::vector<double> by_neurons = gradients_of(fixture, alone);
  for (Value* output : alone) value_release(output);
  for (std::size_t i = 0; i < by_layer.size(); ++i) {
    EXPECT_TRUE(same_bits(by_layer[i], by_neurons[i])) << i;
  }
}

TEST(LayerForward, fails_without_a_trace_wherever_memory_is_short) {
  for (const std::uint32_t nodes : {1U, 2U}) {
    CountingAllocator allocator(nodes);
    Fixture fixture(2, 9);
    const auto forward = [&] {
      Value** const outputs = fixture.forward(false);
      if (outputs == nullptr) return false;
      release_all(outputs, 9);
      return true;
    };
    const std::size_t failures =
        expect_each_failure_leaves_no_trace(allocator, fixture.operands(), forward);
    EXPECT_GE(failures, 1U + 9);
    EXPECT_EQ(failures == 1U + 9 * 2, nodes == 1) << failures;
  }
}

// Its reference is stolen, the pass refuses, and it gets another.
void expect_refusal(Fixture& fixture, Value*& place, bool linear) {
  const std::vector<std::uint32_t> before = fixture.counts();
  const std::size_t live = microcrad_live_values();
  Value* const stale = place;
  value_release(place);
  {
    Complaints complaints;
    EXPECT_EQ(fixture.forward(linear), nullptr);
    const std::string function = linear ? "neuron_forward_linear" : "neuron_forward";
    EXPECT_EQ(complaints.functions, std::vector<std::string>{function});
    EXPECT_EQ(complaints.last, stale);
  }
  EXPECT_EQ(microcrad_live_values(), live - 1);
  place = value_create_leaf(0.125);
  EXPECT_EQ(fixture.counts(), before);
}

TEST(LayerForward, tells_of_a_stale_operand_once_and_makes_nothing) {
  for (const std::uint32_t nout : {1U, 4U, 6U, 9U}) {
    Fixture fixture(3, nout);
    for (Value*& input : fixture.x) expect_refusal(fixture, input, nout == 4);
    for (std::uint32_t k = 0; k < nout; ++k) {
      Neuron* const n = fixture.layer->neurons[k];
      for (std::uint32_t i = 0; i < 3; ++i) expect_refusal(fixture, n->w[i], i == 1);
      expect_refusal(fixture, n->b, k % 2 == 0);
    }
    expect_those_of_its_neurons(fixture, false);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(LayerForward, counts_stop_at_their_maximum) {
  const struct {
    std::uint32_t before, during, after;
  } rows[] = {{UINT32_MAX, UINT32_MAX, UINT32_MAX},
              {UINT32_MAX - 1, UINT32_MAX, UINT32_MAX},
              {UINT32_MAX - 5, UINT32_MAX, UINT32_MAX},
              {UINT32_MAX - 6, UINT32_MAX - 1, UINT32_MAX - 6},
              {7, 12, 7}};
  for (const auto& row : rows) {
    Fixture fixture(2, 5);
    fixture.x[1]->ref_count = row.before;
    Value** const outputs = fixture.forward(false);
    EXPECT_EQ(fixture.x[1]->ref_count, row.during);
    release_all(outputs, 5);
    EXPECT_EQ(fixture.x[1]->ref_count, row.after);
    fixture.x[1]->ref_count = 1;
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

}  // namespace
