// Threads: each has its own arena, live count, seed and segment size; and the same calls give the
// same bits.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <thread>
#include <vector>

#include "checks/components/bits.h"

namespace {

// Trains a small network for some steps; everything that has bits is in the result.
std::vector<double> train(std::uint64_t seed, std::uint32_t segment_nodes) {
  EXPECT_EQ(microcrad_set_segment_nodes(segment_nodes), 0);
  microcrad_seed(seed);
  std::array<std::uint32_t, 2> widths = {5, 1};
  MLP* const mlp = mlp_create_linear(2, widths.data(), 2);
  Vector* const parameters = mlp_parameters(mlp);
  std::vector<double> bits;
  for (int step = 0; step < 50; ++step) {
    Value* x[] = {value_create_leaf(0.25 * (step % 5)), value_create_leaf(-0.5 * (step % 3))};
    Value** const outputs = mlp_forward(mlp, x);
    Value* const loss = value_pow(outputs[0], 2.0);
    for (std::size_t i = 0; i < parameters->size; ++i) vector_get(parameters, i)->grad = 0.0;
    EXPECT_EQ(value_backward(loss), 0);
    for (std::size_t i = 0; i < parameters->size; ++i) {
      Value* const p = vector_get(parameters, i);
      p->data -= 0.01 * p->grad;
      bits.push_back(p->grad);
    }
    bits.push_back(loss->data);
    for (Value* v : {loss, outputs[0], x[0], x[1]}) value_release(v);
    value_array_free(outputs);
    EXPECT_EQ(microcrad_live_values(), parameters->size);
  }
  vector_free(parameters);
  mlp_free(mlp);
  EXPECT_EQ(microcrad_live_values(), 0U);
  microcrad_thread_release();
  EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
  return bits;
}

TEST(Determinism, same_calls_give_the_same_bits) {
  const std::vector<double> first = train(42, 0);
  for (int i = 0; i < 1234; ++i) value_release(value_create_leaf(1.0));
  EXPECT_TRUE(same_bits(train(42, 0), first));
  EXPECT_TRUE(same_bits(train(42, 1), first));
  EXPECT_TRUE(same_bits(train(42, 16), first));
  EXPECT_FALSE(same_bits(train(43, 0), first));
}

TEST(Threads, run_independently_with_the_same_bits) {
  const std::vector<double> expected = train(42, 0);
  Value* const mine = value_create_leaf(1.0);
  std::array<std::vector<double>, 4> results;
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&results, i] { results[i] = train(42, i); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<double>& result : results) EXPECT_TRUE(same_bits(result, expected));
  EXPECT_EQ(microcrad_live_values(), 1U);
  value_release(mine);
}

TEST(Threads, start_from_seed_zero) {
  microcrad_seed(0);
  Neuron* const expected = neuron_create(1);
  std::thread([expected] {
    Neuron* const n = neuron_create(1);
    EXPECT_TRUE(same_bits(n->w[0]->data, expected->w[0]->data));
    neuron_free(n);
    microcrad_thread_release();
  }).join();
  neuron_free(expected);
}

TEST(Threads, count_only_their_own_values) {
  Value* const mine = value_create_leaf(1.0);
  std::thread([] {
    EXPECT_EQ(microcrad_live_values(), 0U);
    EXPECT_EQ(microcrad_set_segment_nodes(4), 0);
    Value* const theirs = value_create_leaf(1.0);
    EXPECT_EQ(microcrad_live_values(), 1U);
    value_release(theirs);
    microcrad_thread_release();
  }).join();
  EXPECT_EQ(microcrad_live_values(), 1U);
  value_release(mine);
}

}  // namespace
