// Var, the C++ handle: it owns one reference, computes as the ops do, and throws where they return
// NULL.
#include <gtest/gtest.h>
#include <microcrad/microcrad.hpp>

#include <cmath>
#include <new>
#include <stdexcept>
#include <utility>

#include "checks/components/counting_allocator.h"

namespace {

using microcrad::Var;

TEST(Var, owns_one_reference_each) {
  {
    Var a = 2.0;
    EXPECT_EQ(a.get()->ref_count, 1U);
    const Var copy = a;
    EXPECT_EQ(a.get()->ref_count, 2U);
    const Var moved = std::move(a);
    EXPECT_EQ(moved.get()->ref_count, 2U);
    EXPECT_EQ(microcrad_live_values(), 1U);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Var, cannot_adopt_nothing) { EXPECT_THROW(Var::adopt(nullptr), std::bad_alloc); }

TEST(Var, a_copy_of_an_empty_one_is_empty) {
  Var a = 2.0;
  const Var moved = std::move(a);
  const Var copy = a;  // NOLINT(bugprone-use-after-move)
  EXPECT_THROW(copy.get(), std::invalid_argument);
  EXPECT_EQ(moved.get()->ref_count, 1U);
}

TEST(Var, relu_has_one_operand_in_a_line_that_is_used_again) {
  const Var a = 2.0;
  { const Var sum = a + a; }
  const Var open = relu(a);
  EXPECT_EQ(open.get()->operands[0], a.get());
  EXPECT_EQ(open.get()->operands[1], nullptr);
}

TEST(Var, assignment_lets_go_of_the_old_node) {
  Var a = 2.0;
  const Var b = 3.0;
  a = b;
  EXPECT_EQ(microcrad_live_values(), 1U);
  a = *&a;
  EXPECT_EQ(a.data(), 3.0);
  EXPECT_EQ(b.get()->ref_count, 2U);
}

TEST(Var, computes_values_and_gradients) {
  const Var a = 2.0;
  const Var b = 4.0;
  const Var y = a * b + a / b - pow(a, 3.0) + exp(a) * log(b) + relu(-a) + 1.0;
  EXPECT_DOUBLE_EQ(y.data(), 8.0 + 0.5 - 8.0 + std::exp(2.0) * std::log(4.0) + 1.0);
  y.backward();
  EXPECT_DOUBLE_EQ(a.grad(), 4.0 + 0.25 - 12.0 + std::exp(2.0) * std::log(4.0));
  EXPECT_DOUBLE_EQ(b.grad(), 2.0 - 0.125 + std::exp(2.0) / 4.0);
}

TEST(Var, operands_stand_in_the_order_written) {
  const Var a = 2.0;
  const Var b = 4.0;
  for (const Var& result : {a + b, a * b}) {
    EXPECT_EQ(result.get()->prev[0], a.get());
    EXPECT_EQ(result.get()->prev[1], b.get());
  }
}

TEST(Var, compound_assignment_extends_the_graph) {
  const Var x = 3.0;
  Var y = x;
  y += x;
  y *= x;
  y -= 1.0;
  y /= 2.0;
  EXPECT_EQ(y.data(), 8.5);
  y.backward();
  EXPECT_EQ(x.grad(), 6.0);
}

TEST(Var, leaf_can_be_set) {
  Var x = 3.0;
  x.set_data(4.0);
  x.set_grad(0.5);
  EXPECT_EQ(x.data(), 4.0);
  EXPECT_EQ(x.grad(), 0.5);
}

TEST(Var, empty_one_throws) {
  Var a = 2.0;
  const Var b = std::move(a);
  EXPECT_THROW(a.data(), std::invalid_argument);
  EXPECT_THROW(a + b, std::invalid_argument);
  EXPECT_THROW(a.backward(), std::invalid_argument);
  a = 3.0;
  EXPECT_EQ(a.data(), 3.0);
}

TEST(Var, stale_one_throws) {
  microcrad_set_complaint([](const char*, const Value*, void*) {}, nullptr);
  {
    const Var a = 2.0;
    value_release(a.get());
    EXPECT_THROW(a.backward(), std::invalid_argument);
  }
  microcrad_set_complaint(nullptr, nullptr);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Var, short_memory_throws_and_leaves_no_trace) {
  CountingAllocator allocator;
  {
    const Var a = 2.0;
    const Var b = 3.0;
    const Var warm_up = a * b;
    const auto difference = [&] {
      try {
        return (a - b).data() == -1.0;
      } catch (const std::bad_alloc&) {
        return false;
      }
    };
    const std::size_t failures =
        expect_each_failure_leaves_no_trace(allocator, {a.get(), b.get()}, difference);
    EXPECT_EQ(failures, 3U);  // the -1, the product, the sum
    const auto open = [&] {
      try {
        return relu(a).data() == 2.0;
      } catch (const std::bad_alloc&) {
        return false;
      }
    };
    EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, {a.get()}, open), 1U);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

}  // namespace
