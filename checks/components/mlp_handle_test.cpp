// Mlp, the C++ network: it owns its parts, learns, and throws where the C functions return NULL.
#include <gtest/gtest.h>
#include <microcrad/microcrad.hpp>

#include <cstddef>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "checks/components/counting_allocator.h"
#include "checks/components/failing_new.h"

namespace {

using microcrad::LastLayer;
using microcrad::Mlp;
using microcrad::Var;

TEST(MlpHandle, is_linear_at_the_end_unless_told_otherwise) {
  EXPECT_TRUE(Mlp(2, {3, 1}).get()->linear);
  EXPECT_FALSE(Mlp(2, {3, 1}, LastLayer::relu).get()->linear);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(MlpHandle, shares_its_parameters_in_order) {
  std::vector<Var> parameters;
  {
    const Mlp network(2, {2});
    parameters = network.parameters();
    EXPECT_EQ(parameters[0].get(), network.get()->layers[0]->neurons[0]->w[0]);
    EXPECT_EQ(parameters[5].get(), network.get()->layers[0]->neurons[1]->b);
    EXPECT_EQ(parameters[0].get()->ref_count,
              3U);  // the neuron's, the network's list, and this one
  }
  ASSERT_EQ(parameters.size(), 6U);
  for (const Var& p : parameters) EXPECT_EQ(p.get()->ref_count, 1U);
}

TEST(MlpHandle, learns_a_line) {
  microcrad_seed(2);
  Mlp network(1, {4, 1});
  double first_loss = 0.0;
  double loss_data = 0.0;
  for (int step = 0; step < 200; ++step) {
    Var loss = 0.0;
    for (int i = -2; i <= 2; ++i) {
      const std::vector<Var> x = {0.5 * i};
      const Var prediction = network(x)[0];
      loss += pow(prediction - (1.0 - 2.0 * x[0]), 2.0);
    }
    network.zero_grad();
    loss.backward();
    network.step(0.02);
    loss_data = loss.data();
    if (step == 0) first_loss = loss_data;
  }
  EXPECT_LT(loss_data, first_loss / 100);
}

TEST(MlpHandle, without_inputs_gives_what_its_biases_say) {
  const Mlp network(0, {2});
  const std::vector<Var> outputs = network(std::vector<Var>{});
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(outputs[1].data(), network.parameters()[1].data());
}

TEST(MlpHandle, refuses_wrong_arguments) {
  EXPECT_THROW(Mlp(2, {}), std::invalid_argument);
  const Mlp network(2, {1});
  EXPECT_THROW(network(std::vector<Var>{1.0}), std::invalid_argument);
  std::vector<Var> inputs = {1.0, 2.0};
  const Var taken = std::move(inputs[1]);
  EXPECT_THROW(network(inputs), std::invalid_argument);
}

TEST(MlpHandle, refuses_a_stale_input) {
  std::string complained;
  microcrad_set_complaint([](const char* function, const Value*,
                             void* user) { *static_cast<std::string*>(user) += function; },
                          &complained);
  {
    const Mlp network(2, {3, 1});
    std::vector<Var> inputs = {1.0, 2.0};
    value_release(inputs[1].get());
    EXPECT_THROW(network(inputs), std::invalid_argument);
    EXPECT_EQ(complained, "microcrad::Var");
    EXPECT_EQ(inputs[0].get()->ref_count, 1U);
    inputs[1].disown();
  }
  microcrad_set_complaint(nullptr, nullptr);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(MlpHandle, short_memory_of_the_standard_library_leaves_no_trace) {
  ::operator delete(::operator new(1));
  if (!has_own_new)
    GTEST_SKIP() << "another operator new is in place, which cannot be made to fail";
  CountingAllocator allocator;
  bool succeeded = false;
  std::size_t nth = 0;
  while (!succeeded && nth < 100) {
    failing_new = ++nth;
    try {
      const Mlp network(1, {2, 5});
      succeeded = network(std::vector<Var>{1.0}).size() == 5 && network.parameters().size() == 19;
    } catch (const std::bad_alloc&) {
    }
    failing_new = 0;
    ASSERT_EQ(microcrad_live_values(), 0U) << "failing allocation " << nth;
  }
  EXPECT_TRUE(succeeded);
  EXPECT_GT(nth, 4U);
}

TEST(MlpHandle, short_memory_throws_and_leaves_no_trace) {
  CountingAllocator allocator;
  const auto make_and_run = [] {
    try {
      const Mlp network(1, {2, 1});
      return network(std::vector<Var>{1.0}).size() == 1;
    } catch (const std::bad_alloc&) {
      return false;
    }
  };
  EXPECT_GT(expect_each_failure_leaves_no_trace(allocator, {}, make_and_run), 20U);
}

}  // namespace
