// Memory runs out: every allocation of every call fails in turn, and nothing is lost.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <cstddef>
#include <vector>

#include "checks/components/counting_allocator.h"

namespace {

bool undone(Value* made) {
  value_release(made);
  return made != nullptr;
}

TEST(Faults, leaf_and_every_op_fail_without_a_trace) {
  CountingAllocator allocator;
  Value* const a = value_create_leaf(2.0);
  Value* const b = value_create_leaf(3.0);
  const std::vector<Value*> held = {a, b};
  const auto each = [&](auto call) {
    return expect_each_failure_leaves_no_trace(allocator, held, call);
  };
  EXPECT_EQ(each([] { return undone(value_create_leaf(1.0)); }), 1U);
  EXPECT_EQ(each([&] { return undone(value_add(a, b)); }), 1U);
  EXPECT_EQ(each([&] { return undone(value_mul(a, a)); }), 1U);
  EXPECT_EQ(each([&] { return undone(value_pow(a, 2.0)); }), 1U);
  EXPECT_EQ(each([&] { return undone(value_exp(a)); }), 1U);
  EXPECT_EQ(each([&] { return undone(value_log(a)); }), 1U);
  EXPECT_EQ(each([&] { return undone(value_relu(a)); }), 1U);
  EXPECT_EQ(each([&] {
              Value* operands[] = {a, b, a, b};
              return undone(value_create(1.0, 4, operands));
            }),
            2U);
  value_release(a);
  value_release(b);
}

TEST(Faults, first_op_of_a_thread_fails_without_a_trace) {
  CountingAllocator allocator;
  Value* const a = value_create_leaf(2.0);
  for (std::size_t nth = 1; nth <= 2; ++nth) {  // the table of segments, then the segment
    microcrad_thread_release();
    allocator.fail_nth(nth);
    EXPECT_EQ(value_exp(a), nullptr);
    allocator.fail_nth(0);
    EXPECT_EQ(a->ref_count, 1U);
    EXPECT_EQ(microcrad_live_values(), 1U);
  }
  EXPECT_TRUE(undone(value_exp(a)));
  value_release(a);
}

// The table of segments grows through the allocator too: whichever op of a long run fails, the run
// goes on.
TEST(Faults, any_allocation_of_a_growing_graph_may_fail) {
  constexpr std::size_t kNodes = 200;
  for (std::size_t nth = 1; nth < kNodes + 8; ++nth) {
    CountingAllocator allocator;
    Value* const x = value_create_leaf(1.0);
    allocator.fail_nth(nth);
    Value* last = nullptr;
    std::size_t failures = 0;
    for (std::size_t made = 0; made < kNodes;) {
      Value* const next = value_add(x, last == nullptr ? x : last);
      if (next == nullptr) {
        ++failures;
        ASSERT_EQ(microcrad_live_values(), made + 1);
        ASSERT_EQ(x->ref_count, made + (made > 0 ? 2 : 1));
        continue;
      }
      value_release(last);
      last = next;
      ++made;
    }
    EXPECT_LE(failures, 1U);
    EXPECT_EQ(last->data, static_cast<double>(kNodes + 1));
    EXPECT_EQ(value_backward(last), 0);
    EXPECT_EQ(x->grad, static_cast<double>(kNodes + 1));
    value_release(last);
    value_release(x);
  }
}

TEST(Faults, call_after_a_failure_works_in_large_segments) {
  CountingAllocator allocator(8);
  std::vector<Value*> made;
  for (int i = 0; i < 200; ++i) {
    allocator.fail_nth(i % 3 == 0 ? 1 : 0);
    Value* v = value_create_leaf(1.0);
    allocator.fail_nth(0);
    if (v == nullptr) v = value_create_leaf(1.0);
    ASSERT_NE(v, nullptr);
    made.push_back(v);
  }
  EXPECT_EQ(microcrad_live_values(), made.size());
  for (Value* v : made) value_release(v);
}

}  // namespace
