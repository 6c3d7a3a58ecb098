// Layer: backward sweeps its neurons several at a time, with the bits of one after the other.
#include <gtest/gtest.h>
#include <microcrad/detail/asan.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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
    EXPECT_TRUE(same(together, gradients(subject, x, false, 15))) << what << first;
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
  for (const std::vector<Value*>& x : {std::vector<Value*>{often, subject.pool(1), often},
                                       std::vector<Value*>{often, often, subject.pool(2)}}) {
    often->ref_count = UINT32_MAX;
    EXPECT_TRUE(same(gradients(subject, x, true, 15), gradients(subject, x, false, 15)));
  }
  often->ref_count = count;
}

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
  std::swap(neurons[1].w[0], neurons[2].w[2]);
  neurons[0].w[0] = neurons[3].w[2];
  neurons[1].w[2] = neurons[3].w[2];
  Layer layer{3, 4, all};
  Value* x[] = {value_create_leaf(0.3), value_create_leaf(-0.7), value_create_leaf(1.1)};
  std::vector<double> found[2];
  for (const bool together : {true, false}) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i]->grad = std::cos(i);
    Value* outputs[4];
    Value** const made = together ? layer_forward_linear(&layer, x) : outputs;
    for (int k = 0; k < 4; ++k) {
      if (!together) outputs[k] = neuron_forward_linear(all[k], x);
      made[k]->grad = std::sin(1.0 + k);
    }
    Value* const root = value_create(0.0, 4, made);
    EXPECT_EQ(value_backward(root), 0);
    for (const Value* const value : values) found[together ? 1 : 0].push_back(value->grad);
    for (int k = 0; k < 4; ++k) value_release(made[k]);
    value_release(root);
    if (together) value_array_free(made);
  }
  EXPECT_TRUE(same(found[0], found[1]));
  for (Value* const value : values) value_release(value);
  for (Value* const input : x) value_release(input);
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
