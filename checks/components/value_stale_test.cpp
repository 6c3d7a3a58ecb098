// Stale Values: told by the canary, complained about once per call, and left alone.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "checks/components/complaints.h"
#include "checks/components/counting_allocator.h"
#include "microcrad/detail/asan.h"

namespace {

TEST(Stale, leaf_is_refused_everywhere) {
  Value* const fresh = value_create_leaf(1.0);
  Value* stale = value_create_leaf(2.0);
  value_release(stale);
  Complaints complaints;
  value_retain(stale);
  value_release(stale);
  EXPECT_EQ(value_backward(stale), -1);
  EXPECT_EQ(value_add(fresh, stale), nullptr);
  EXPECT_EQ(value_mul(stale, fresh), nullptr);
  EXPECT_EQ(value_pow(stale, 2.0), nullptr);
  EXPECT_EQ(value_exp(stale), nullptr);
  EXPECT_EQ(value_log(stale), nullptr);
  EXPECT_EQ(value_relu(stale), nullptr);
  EXPECT_EQ(value_create(1.0, 1, &stale), nullptr);
  Vector* const vector = vector_create();
  EXPECT_EQ(vector_append(vector, stale), -1);
  EXPECT_EQ(vector->size, 0U);
  vector_free(vector);
  const std::vector<std::string> expected = {"value_retain", "value_release", "value_backward",
                                             "value_add",    "value_mul",     "value_pow",
                                             "value_exp",    "value_log",     "value_relu",
                                             "value_create", "vector_append"};
  EXPECT_EQ(complaints.functions, expected);
  EXPECT_EQ(complaints.last, stale);
  EXPECT_EQ(fresh->ref_count, 1U);
  EXPECT_EQ(microcrad_live_values(), 1U);
  value_release(fresh);
}

TEST(Stale, result_is_told_after_its_graph_is_gone) {
  Value* const x = value_create_leaf(1.0);
  Value* const inner = value_exp(x);
  Value* const outer = value_exp(inner);
  value_release(inner);
  value_release(outer);
  Complaints complaints;
  value_release(inner);
  value_release(outer);
  EXPECT_EQ(value_backward(outer), -1);
  EXPECT_EQ(complaints.functions.size(), 3U);
  EXPECT_EQ(x->ref_count, 1U);
  EXPECT_EQ(microcrad_live_values(), 1U);
  value_release(x);
}

TEST(Stale, neuron_refuses_a_stale_input) {
  Neuron* const n = neuron_create(1);
  Value* x = value_create_leaf(1.0);
  value_release(x);
  Complaints complaints;
  EXPECT_EQ(neuron_forward(n, &x), nullptr);
  EXPECT_EQ(neuron_forward_linear(n, &x), nullptr);
  const std::vector<std::string> expected = {"neuron_forward", "neuron_forward_linear"};
  EXPECT_EQ(complaints.functions, expected);
  EXPECT_EQ(n->b->ref_count, 1U);
  neuron_free(n);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// A parameter whose reference was stolen from the neuron: told at forward, and when the neuron
// goes.
TEST(Stale, neuron_refuses_a_stale_parameter) {
  for (const bool weight : {true, false}) {
    Neuron* const n = neuron_create(1);
    Value* x = value_create_leaf(1.0);
    value_release(weight ? n->w[0] : n->b);
    Complaints complaints;
    EXPECT_EQ(neuron_forward(n, &x), nullptr);
    neuron_free(n);
    const std::vector<std::string> expected = {"neuron_forward", "value_release"};
    EXPECT_EQ(complaints.functions, expected);
    EXPECT_EQ(x->ref_count, 1U);
    value_release(x);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
}

// A list of parameters is whole, or there is none.
TEST(Stale, lists_of_parameters_refuse_a_stale_one) {
  std::uint32_t nouts[] = {2, 1};
  MLP* const mlp = mlp_create(1, nouts, 2);
  Layer* const layer = mlp->layers[0];
  Neuron* const neuron = layer->neurons[0];
  Value* const held = layer->neurons[1]->b;
  value_release(neuron->w[0]);
  Complaints complaints;
  EXPECT_EQ(neuron_parameters(neuron), nullptr);
  EXPECT_EQ(layer_parameters(layer), nullptr);
  EXPECT_EQ(mlp_parameters(mlp), nullptr);
  EXPECT_EQ(complaints.functions, std::vector<std::string>(3, "vector_append"));
  EXPECT_EQ(held->ref_count, 1U);
  mlp_free(mlp);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// A release too many takes the reference of a result. It cannot be told when it happens, but when
// the result goes its operand is seen to be gone already.
TEST(Stale, stolen_reference_is_told_when_the_result_goes) {
  Value* const x = value_create_leaf(1.0);
  Value* const result = value_exp(x);
  Complaints complaints;
  value_release(x);
  value_release(x);
  EXPECT_TRUE(complaints.functions.empty());
  EXPECT_EQ(microcrad_live_values(), 1U);
  value_release(result);
  EXPECT_EQ(complaints.functions, std::vector<std::string>{"value_release"});
  EXPECT_EQ(complaints.last, x);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// The first sweep of a thread, over a graph whose only leaf is out of reach: what is gone has no
// operands.
TEST(Stale, backward_ends_at_a_stolen_operand) {
  if (microcrad::detail::kAsan)
    GTEST_SKIP() << "AddressSanitizer reports the write to what is gone";
  microcrad_thread_release();
  Value* const x = value_create_leaf(1.0);
  Value* const inner = value_exp(x);
  Value* const outer = value_exp(inner);
  value_release(inner);
  value_release(inner);
  EXPECT_EQ(value_backward(outer), 0);
  EXPECT_EQ(x->grad, 0.0);
  Complaints complaints;
  value_release(outer);
  EXPECT_EQ(complaints.functions, std::vector<std::string>{"value_release"});
  value_release(x);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Nor is what it was made of swept once more, which has a gradient of its own.
TEST(Stale, backward_sweeps_nothing_below_a_stolen_operand) {
  if (microcrad::detail::kAsan) GTEST_SKIP() << "AddressSanitizer tells by itself";
  Value* const x = value_create_leaf(1.0);
  Value* const below = value_exp(x);
  for (Value* const inner : {value_exp(below), value_mul(below, below)}) {
    Value* const outer = value_exp(inner);
    below->grad = 5.0;
    for (int k = 0; k < 2; ++k) value_release(inner);
    EXPECT_EQ(value_backward(outer), 0);
    EXPECT_EQ(x->grad, 0.0);
    Complaints complaints;
    value_release(outer);
    EXPECT_EQ(complaints.functions.size(), 1U);
  }
  for (Value* const value : {below, x}) value_release(value);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Its operands stood in an array, which is the allocator's again.
TEST(Stale, backward_ends_at_a_stolen_node_of_many_operands) {
  if (microcrad::detail::kAsan) GTEST_SKIP() << "AddressSanitizer tells by itself";
  Complaints complaints;
  CountingAllocator allocator(8);
  Value* const x = value_create_leaf(1.0);
  std::vector<Value*> operands(40, x);
  Value* const wide = value_create(1.0, 40, operands.data());
  Value* const y = value_add(wide, x);
  value_release(wide);
  value_release(wide);  // y's
  EXPECT_EQ(value_backward(y), 0);
  EXPECT_EQ(x->grad, 1.0);
  value_release(y);
  Neuron* const n = neuron_create(40);
  Value* const fired = neuron_forward(n, operands.data());
  Value* const z = value_add(fired, x);
  value_release(fired);
  value_release(fired);  // z's
  EXPECT_EQ(value_backward(z), 0);
  EXPECT_EQ(x->grad, 2.0);
  EXPECT_EQ(n->b->grad, 0.0);
  value_release(z);
  neuron_free(n);
  value_release(x);
  EXPECT_EQ(complaints.functions, (std::vector<std::string>{"value_release", "value_release"}));
}

// The same where the segment of what is gone waits to be used again.
TEST(Stale, backward_ends_at_a_stolen_operand_without_a_segment) {
  if (microcrad::detail::kAsan)
    GTEST_SKIP() << "AddressSanitizer reports the write to what is gone";
  ASSERT_EQ(microcrad_set_segment_nodes(2), 0);
  Value* const x = value_create_leaf(1.0);
  Value* const inner = value_exp(x);
  Value* const beside = value_exp(x);
  Value* const outer = value_exp(inner);
  for (Value* v : {beside, inner, inner}) value_release(v);
  EXPECT_EQ(value_backward(outer), 0);
  EXPECT_EQ(x->grad, 0.0);
  Complaints complaints;
  value_release(outer);
  EXPECT_EQ(complaints.functions, std::vector<std::string>{"value_release"});
  value_release(x);
  EXPECT_EQ(microcrad_live_values(), 0U);
  EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
}

// The canary of what is gone stands in a segment, however small that is, while anything else does.
TEST(Stale, is_told_in_the_smallest_segments) {
  for (const std::uint32_t nodes : {2U, 3U, 4U}) {
    ASSERT_EQ(microcrad_set_segment_nodes(nodes), 0);
    Value* const kept = value_create_leaf(1.0);
    Value* const stale_leaf = value_create_leaf(2.0);
    Value* const above = value_exp(kept);
    Value* const stale = value_exp(kept);
    value_release(stale_leaf);
    value_release(stale);
    Complaints complaints;
    for (Value* const gone : {stale_leaf, stale}) EXPECT_EQ(value_exp(gone), nullptr);
    EXPECT_EQ(complaints.functions, (std::vector<std::string>{"value_exp", "value_exp"})) << nodes;
    for (Value* const v : {above, kept}) value_release(v);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
  EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
}

TEST(Stale, default_complaint_is_one_line_on_stderr) {
  Value* const stale = value_create_leaf(1.0);
  value_release(stale);
  testing::internal::CaptureStderr();
  value_release(stale);
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(line.rfind("microcrad: value_release: invalid or stale Value", 0), 0U) << line;
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

// Whoever reads a freed Value by himself, and not through the engine, is AddressSanitizer's to
// catch: in a segment by the poison, in an allocation of its own by the free.
TEST(StaleDeathTest, reading_a_freed_value_is_reported_by_address_sanitizer) {
  if (!microcrad::detail::kAsan) GTEST_SKIP() << "only under AddressSanitizer";
  const auto read_freed = [](bool leaf, std::uint32_t segment_nodes) {
    microcrad_set_segment_nodes(segment_nodes);
    Value* const x = value_create_leaf(1.0);
    Value* const y = value_exp(x);
    value_release(y);
    value_release(x);
    std::fprintf(stderr, "%g", leaf ? x->data : y->data);
  };
  EXPECT_DEATH(read_freed(true, 0), "use-after-poison");
  EXPECT_DEATH(read_freed(false, 0), "use-after-poison");
  EXPECT_DEATH(read_freed(true, 1), "heap-use-after-free");
  EXPECT_DEATH(read_freed(false, 1), "heap-use-after-free");
}

TEST(StaleDeathTest, reading_a_freed_neuron_or_a_line_that_was_never_given_out_is_reported) {
  if (!microcrad::detail::kAsan) GTEST_SKIP() << "only under AddressSanitizer";
  const auto read_neuron = [] {
    Value* const x = value_create_leaf(1.0);
    std::vector<Value*> operands(5, x);
    Value* const wide = value_create(1.0, 5, operands.data());
    value_release(wide);
    std::fprintf(stderr, "%g", wide->data);
  };
  const auto read_beyond = [](int lines) {
    Value* const x = value_exp(value_create_leaf(1.0));
    std::fprintf(stderr, "%g", x[lines].data);
  };
  // Lines wait for their whole segment, even where nothing else in it is alive.
  const auto read_after_another_was_made = [] {
    Value* const x = value_create_leaf(1.0);
    Value* const y = value_exp(x);
    value_release(y);
    value_exp(x);
    std::fprintf(stderr, "%g", y->data);
  };
  EXPECT_DEATH(read_after_another_was_made(), "use-after-poison");
  EXPECT_DEATH(read_neuron(), "use-after-poison");
  for (const int lines : {1, 40}) EXPECT_DEATH(read_beyond(lines), "use-after-poison");
}

// With an allocation per Value the canary of a stale one is gone with it.
TEST(StaleDeathTest, releasing_twice_is_reported_in_an_allocation_per_value) {
  if (!microcrad::detail::kAsan) GTEST_SKIP() << "only under AddressSanitizer";
  const auto release_twice = [] {
    microcrad_set_segment_nodes(1);
    Value* const x = value_create_leaf(1.0);
    value_release(x);
    value_release(x);
  };
  EXPECT_DEATH(release_twice(), "heap-use-after-free");
}

}  // namespace
