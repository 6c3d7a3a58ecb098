// Depth is free: neither backward nor release recurses, whatever the shape of the graph.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <cstddef>

#include "checks/components/small_stack.h"

namespace {

// x -> x + c -> (x + c) 1 -> ... : finite at every depth, with slope 1 in x.
void chain_passes_backward_and_release(std::size_t length) {
  Value* const x = value_create_leaf(1.0);
  Value* const c = value_create_leaf(0.5);
  Value* const one = value_create_leaf(1.0);
  Value* last = value_add(x, c);
  for (std::size_t i = 1; i < length; ++i) {
    Value* const next = i % 2 == 0 ? value_add(last, c) : value_mul(last, one);
    ASSERT_NE(next, nullptr);
    value_release(last);
    last = next;
  }
  EXPECT_EQ(microcrad_live_values(), length + 3);
  EXPECT_EQ(value_backward(last), 0);
  EXPECT_EQ(x->grad, 1.0);
  EXPECT_EQ(c->grad, static_cast<double>((length + 1) / 2));
  value_release(last);
  EXPECT_EQ(microcrad_live_values(), 3U);
  for (Value* v : {x, c, one}) value_release(v);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Depth, chain_of_a_million_passes_on_a_small_stack) {
  on_small_stack([] { chain_passes_backward_and_release(1000000); });
}

TEST(Depth, chain_of_ten_million_passes_on_a_small_stack) {
#ifdef NDEBUG
  on_small_stack([] { chain_passes_backward_and_release(10000000); });
#else
  GTEST_SKIP() << "only in release builds: it takes 650 MB";
#endif
}

// Level k + 1 is (v + v) / 2: 2^10000 paths lead to x, and a search that follows each never ends.
void ladder_passes_backward_and_release() {
  constexpr std::size_t kLevels = 10000;
  Value* const x = value_create_leaf(3.0);
  Value* const half = value_create_leaf(0.5);
  Value* level = x;
  value_retain(x);
  for (std::size_t i = 0; i < kLevels; ++i) {
    Value* const sum = value_add(level, level);
    Value* const next = value_mul(sum, half);
    value_release(sum);
    value_release(level);
    level = next;
  }
  EXPECT_EQ(level->data, 3.0);
  EXPECT_EQ(value_backward(level), 0);
  EXPECT_EQ(x->grad, 1.0);
  EXPECT_EQ(half->grad, 6.0 * kLevels);
  value_release(level);
  EXPECT_EQ(microcrad_live_values(), 2U);
  value_release(half);
  value_release(x);
}

TEST(Depth, diamond_ladder_of_ten_thousand_levels_passes) {
  on_small_stack(ladder_passes_backward_and_release);
}

// One operand used by a hundred thousand results, all of which one node holds.
void fan_passes_backward_and_release() {
  constexpr std::int32_t kUses = 100000;
  Value* const x = value_create_leaf(2.0);
  Value* sum = value_create_leaf(0.0);
  for (std::int32_t i = 0; i < kUses; ++i) {
    Value* const square = value_mul(x, x);
    Value* const longer_sum = value_add(sum, square);
    value_release(square);
    value_release(sum);
    sum = longer_sum;
  }
  EXPECT_EQ(x->ref_count, 1U + 2U * kUses);
  EXPECT_EQ(value_backward(sum), 0);
  EXPECT_EQ(x->grad, 4.0 * kUses);
  value_release(sum);
  EXPECT_EQ(x->ref_count, 1U);
  value_release(x);
}

TEST(Depth, fan_out_of_a_hundred_thousand_passes) {
  on_small_stack(fan_passes_backward_and_release);
}

}  // namespace
