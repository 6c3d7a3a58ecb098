// Neurons that die together: what several of them held has the counts that it would have had one by
// one.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "checks/components/action.h"
#include "checks/components/complaints.h"
#include "checks/components/counts_model.h"

namespace {

constexpr std::size_t kLeaves = 24;

class Neurons {
 public:
  Neurons() {
    for (std::size_t i = 0; i < kLeaves; ++i) add(value_create_leaf(0.5), {});
  }

  void execute(const Action& action) {
    const auto first = static_cast<std::size_t>(action.first);
    const auto second = static_cast<std::size_t>(action.second);
    if (action.verb < 5) {
      neuron(action.verb, first, second);
    } else if (action.verb < 7) {
      join(first, second);
    } else if (action.verb < 9) {
      release_one_of(nodes_.size() - kLeaves, kLeaves, first);
    } else {
      for (std::size_t i = 0; i < 6; ++i) release_one_of(kLeaves, 0, first + i);
    }
    assert_counts(nodes_);
  }
  void finish() { release_all(nodes_); }

 private:
  void add(Value* value, std::vector<std::size_t> operands) {
    RC_ASSERT(value != nullptr);
    nodes_.push_back({value, 1, std::move(operands)});
  }

  // One of few neurons on one of few inputs, so that they often share: its weights are a window of
  // all nodes, of leaves most of the time, and so are the inputs. Its bias may differ alone.
  void neuron(int kind, std::size_t first, std::size_t second) {
    const std::size_t nin = 4 + second % 3;
    const std::size_t last = nodes_.size() - nin;
    const std::size_t weights = kind == 0 ? last : first % 2 * 5;
    const std::size_t inputs = kind == 1 ? last : 9 + first % 3 * 4;
    const std::size_t bias = kind == 2 ? 22 : 23;
    std::vector<std::size_t> operands;
    std::vector<Value*> x;
    std::vector<Value*> w;
    for (std::size_t i = 0; i < nin; ++i) x.push_back(use(inputs + i, operands));
    for (std::size_t i = 0; i < nin; ++i) w.push_back(use(weights + i, operands));
    Value* const b = use(bias, operands);
    const std::vector<std::uint32_t> counts = expected_counts(nodes_);
    for (const std::size_t operand : operands) {
      if (counts[operand] == 0) return;
    }
    Neuron n{static_cast<std::uint32_t>(nin), w.data(), b};
    add(neuron_forward(&n, x.data()), std::move(operands));
  }

  Value* use(std::size_t node, std::vector<std::size_t>& operands) const {
    operands.push_back(node);
    return nodes_[node].value;
  }

  // The sum of the last nodes takes over what the test holds of them: they die together.
  void join(std::size_t first, std::size_t second) {
    const std::size_t sum = nodes_.size() - 1;
    for (std::size_t i = 0; i < 2 + (first + second) % 8; ++i) {
      const std::size_t other = sum - 1 - i;
      if (other < kLeaves || other >= nodes_.size()) return;
      if (nodes_.back().handles == 0 || nodes_[other].handles == 0) return;
      const std::size_t top = nodes_.size() - 1;
      add(value_add(nodes_[top].value, nodes_[other].value), {top, other});
      release(top);
      release(other);
    }
  }

  void release(std::size_t node) {
    value_release(nodes_[node].value);
    --nodes_[node].handles;
  }

  void release_one_of(std::size_t count, std::size_t from, std::size_t which) {
    if (count == 0) return;
    const std::size_t node = from + which % count;
    if (nodes_[node].handles > 0) release(node);
  }

  std::vector<ModelNode> nodes_;
};

void shared_counts_are_exact(const std::vector<Action>& actions, std::uint32_t segment_nodes) {
  RC_ASSERT(microcrad_set_segment_nodes(segment_nodes) == 0);
  Neurons neurons;
  for (const Action& action : actions) neurons.execute(action);
  neurons.finish();
  RC_ASSERT(microcrad_live_values() == std::size_t{0});
  RC_ASSERT(microcrad_set_segment_nodes(0) == 0);
}

RC_GTEST_PROP(NeuronRelease, counts_follow_the_model, (const std::vector<Action>& actions)) {
  shared_counts_are_exact(actions, 0);
}

RC_GTEST_PROP(NeuronRelease, counts_follow_the_model_with_an_allocation_per_value,
              (const std::vector<Action>& actions)) {
  shared_counts_are_exact(actions, 1);
}

// Three neurons with the same parameters and inputs, five of each and a bias, and their sum.
class Three {
 public:
  Three() {
    for (Value*& value : values) value = value_create_leaf(1.0);
    Neuron n{5, values, values[5]};
    root = value_create_leaf(0.0);
    for (int k = 0; k < 3; ++k) {
      Value* const neuron = neuron_forward(&n, values + 6);
      Value* const sum = value_add(root, neuron);
      value_release(root);
      value_release(neuron);
      root = sum;
    }
  }

  Value* values[11];
  Value* root;
};

TEST(NeuronRelease, what_is_shared_dies_with_the_last_that_held_it) {
  Three three;
  for (Value* const value : three.values) {
    EXPECT_EQ(value->ref_count, 4U);
    value_release(value);
  }
  value_release(three.root);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(NeuronRelease, count_at_its_maximum_stays_there) {
  Three three;
  for (Value* const value : three.values) value->ref_count = UINT32_MAX;
  value_release(three.root);
  for (Value* const value : three.values) {
    EXPECT_EQ(value->ref_count, UINT32_MAX);
    value->ref_count = 1;
    value_release(value);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Leaves that are free are given out again, each once.
void expect_sound_free_leaves() {
  std::vector<Value*> leaves;
  for (int i = 0; i < 40; ++i) leaves.push_back(value_create_leaf(i));
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    EXPECT_EQ(leaves[i]->data, static_cast<double>(i));
    value_release(leaves[i]);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// A release too many has stolen references of the neurons: each of theirs that is missing is told.
TEST(NeuronRelease, each_stolen_reference_is_complained_about) {
  for (std::size_t stolen = 1; stolen <= 4; ++stolen) {
    for (std::size_t which = 0; which < 11; ++which) {
      microcrad_thread_release();  // so that no other leaves are free
      Three three;
      Value* const spare = value_create_leaf(0.0);
      Complaints complaints;
      for (std::size_t i = 0; i < stolen; ++i) value_release(three.values[which]);
      value_release(spare);  // after it in the queue, when it is gone
      for (Value* const value : three.values) {
        if (value != three.values[which]) value_release(value);
      }
      value_release(three.root);
      EXPECT_EQ(complaints.functions, std::vector<std::string>(stolen - 1, "value_release"));
      expect_sound_free_leaves();
    }
  }
}

// The weight by which neurons are known to share dies while one of them waits for others.
TEST(NeuronRelease, what_is_stolen_while_others_are_waited_for_is_complained_about) {
  microcrad_thread_release();  // so that no other leaves are free
  Value* values[11];
  for (Value*& value : values) value = value_create_leaf(1.0);
  Neuron n{5, values, values[5]};
  Value* const older = neuron_forward(&n, values + 6);
  Value* const younger = neuron_forward(&n, values + 6);
  Value* const between = value_add(older, values[0]);
  Value* const root = value_add(between, younger);
  Complaints complaints;
  for (Value* const value : {older, younger, between}) value_release(value);
  value_retain(values[1]);
  for (Value* const value : values) value_release(value);
  value_release(values[0]);
  value_release(values[0]);  // one of three references is left
  value_release(root);
  EXPECT_EQ(complaints.functions, std::vector<std::string>(2, "value_release"));
  EXPECT_EQ(values[1]->ref_count, 1U);
  value_release(values[1]);
  expect_sound_free_leaves();
}

// Three neurons, each of five inputs or six, with the same inputs or others, weights and bias too,
// and with a weight that is an op: whichever of these differ, counts are those of the model.
TEST(NeuronRelease, counts_are_exact_whatever_three_neurons_share) {
  for (std::uint32_t options = 0; options < 1U << 15; options += 7) {
    std::vector<ModelNode> nodes;
    for (int i = 0; i < 22; ++i) nodes.push_back({value_create_leaf(1.0), 1, {}});
    nodes.push_back({value_exp(nodes[0].value), 1, {0}});
    ModelNode all{nullptr, 0, {}};
    std::vector<Value*> neurons;
    for (std::uint32_t k = 0; k < 3; ++k) {
      const std::uint32_t own = options >> 5 * k;
      const std::uint32_t nin = 5 + (own & 1);
      std::vector<std::size_t> operands;
      for (std::uint32_t i = 0; i < nin; ++i) operands.push_back((own >> 1 & 1) + i);
      for (std::uint32_t i = 0; i < nin; ++i) operands.push_back(10 + (own >> 2 & 1) + i);
      if ((own >> 3 & 1) != 0) operands[nin] = 22;
      operands.push_back(20 + (own >> 4 & 1));
      std::vector<Value*> values;
      for (const std::size_t operand : operands) values.push_back(nodes[operand].value);
      Neuron n{nin, values.data() + nin, values.back()};
      neurons.push_back(neuron_forward(&n, values.data()));
      all.operands.push_back(nodes.size());
      nodes.push_back({neurons.back(), 0, operands});
    }
    all.value = value_create(0.0, 3, neurons.data());
    for (Value* const neuron : neurons) value_release(neuron);
    value_release(all.value);
    ASSERT_EQ(microcrad_live_values(), 23U) << options;
    const std::vector<std::uint32_t> counts = expected_counts(nodes);
    for (std::size_t i = 0; i < 23; ++i) ASSERT_EQ(nodes[i].value->ref_count, counts[i]) << options;
    release_all(nodes);
    ASSERT_EQ(microcrad_live_values(), 0U) << options;
  }
}

// A neuron that is gone may have been one for others, and is gone all the same.
TEST(NeuronRelease, stolen_neuron_is_complained_about_by_the_neuron_that_held_it) {
  Three inputs;
  Value* x[5];
  Neuron n{5, inputs.values, inputs.values[5]};
  for (Value*& input : x) input = neuron_forward(&n, inputs.values + 6);
  Value* const outer = neuron_forward(&n, x);
  Complaints complaints;
  for (Value* const input : x) value_release(input);
  value_release(x[2]);
  value_release(outer);
  EXPECT_EQ(complaints.functions, std::vector<std::string>(1, "value_release"));
  for (Value* const value : inputs.values) value_release(value);
  value_release(inputs.root);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Every operand is the same leaf: neurons of other sizes are no less others.
TEST(NeuronRelease, counts_are_exact_for_neurons_of_one_leaf) {
  for (const std::uint32_t younger : {5U, 6U, 7U}) {
    for (const std::uint32_t older : {5U, 6U, 7U}) {
      Value* const leaf = value_create_leaf(1.0);
      std::vector<Value*> all(8, leaf);
      Neuron small{older, all.data(), leaf};
      Neuron large{younger, all.data(), leaf};
      Value* const one = neuron_forward(&small, all.data());
      Value* const two = neuron_forward(&large, all.data());
      Value* const root = value_add(one, two);
      EXPECT_EQ(leaf->ref_count, 1 + 2 * older + 1 + 2 * younger + 1);
      for (Value* const value : {one, two, root}) value_release(value);
      EXPECT_EQ(leaf->ref_count, 1U) << younger << " " << older;
      value_release(leaf);
      EXPECT_EQ(microcrad_live_values(), 0U);
    }
  }
}

}  // namespace
