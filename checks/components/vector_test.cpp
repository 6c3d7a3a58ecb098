// Vector: what is in it, who owns it, how it grows and how it fails; and all of that against a
// model.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/components/action.h"
#include "checks/components/counting_allocator.h"

namespace {

TEST(Vector, starts_empty) {
  Vector* const vector = vector_create();
  EXPECT_EQ(vector->size, 0U);
  EXPECT_EQ(vector_get(vector, 0), nullptr);
  vector_free(vector);
}

TEST(Vector, retains_what_it_stores_and_releases_it_when_freed) {
  Vector* const vector = vector_create();
  Value* const a = value_create_leaf(1.0);
  Value* const b = value_create_leaf(2.0);
  EXPECT_EQ(vector_append(vector, a), 0);
  EXPECT_EQ(vector_append(vector, b), 0);
  EXPECT_EQ(vector_append(vector, a), 0);
  EXPECT_EQ(vector->size, 3U);
  EXPECT_EQ(a->ref_count, 3U);
  EXPECT_EQ(b->ref_count, 2U);
  value_release(b);  // the Vector keeps it
  EXPECT_EQ(vector_get(vector, 1), b);
  EXPECT_EQ(b->ref_count, 1U);
  vector_free(vector);
  EXPECT_EQ(a->ref_count, 1U);
  EXPECT_EQ(microcrad_live_values(), 1U);
  value_release(a);
}

TEST(Vector, get_gives_no_reference_and_null_out_of_range) {
  Vector* const vector = vector_create();
  Value* const a = value_create_leaf(1.0);
  vector_append(vector, a);
  EXPECT_EQ(vector_get(vector, 0), a);
  EXPECT_EQ(a->ref_count, 2U);
  EXPECT_EQ(vector_get(vector, 1), nullptr);
  EXPECT_EQ(vector_get(vector, SIZE_MAX), nullptr);
  vector_free(vector);
  value_release(a);
}

TEST(Vector, null_is_refused) {
  Vector* const vector = vector_create();
  Value* const a = value_create_leaf(1.0);
  EXPECT_EQ(vector_append(vector, nullptr), -1);
  EXPECT_EQ(vector_append(nullptr, a), -1);
  EXPECT_EQ(vector_get(nullptr, 0), nullptr);
  EXPECT_EQ(vector->size, 0U);
  EXPECT_EQ(a->ref_count, 1U);
  vector_free(vector);
  vector_free(nullptr);
  value_release(a);
}

TEST(Vector, grows_by_whole_blocks_and_keeps_order) {
  constexpr std::size_t kCount = 10000;
  Vector* const vector = vector_create();
  std::vector<Value*> made;
  std::size_t growths = 0;
  std::size_t capacity = vector->capacity;
  for (std::size_t i = 0; i < kCount; ++i) {
    made.push_back(value_create_leaf(static_cast<double>(i)));
    ASSERT_EQ(vector_append(vector, made.back()), 0);
    ASSERT_GE(vector->capacity, vector->size);
    growths += capacity != vector->capacity;
    capacity = vector->capacity;
    EXPECT_EQ(capacity % 64, 0U);
  }
  EXPECT_LT(growths, 30U);  // more blocks at a time as it gets longer
  for (std::size_t i = 0; i < kCount; ++i) ASSERT_EQ(vector_get(vector, i), made[i]);
  for (Value* v : made) value_release(v);
  EXPECT_EQ(microcrad_live_values(), kCount);
  vector_free(vector);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Vector, holds_the_root_of_a_graph) {
  Vector* const vector = vector_create();
  Value* const x = value_create_leaf(1.0);
  Value* const y = value_exp(x);
  vector_append(vector, y);
  value_release(x);
  value_release(y);
  EXPECT_EQ(microcrad_live_values(), 2U);
  vector_free(vector);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Vector, fails_without_a_trace) {
  CountingAllocator allocator;
  Value* const a = value_create_leaf(1.0);
  const auto fill_and_free = [a] {
    Vector* const vector = vector_create();
    if (vector == nullptr) return false;
    bool filled = true;
    for (std::size_t i = 0; filled && i < 1000; ++i) {
      const int status = vector_append(vector, a);
      filled = status == 0;
      EXPECT_TRUE(filled || status == -1);
      const std::size_t expected = filled ? i + 1 : i;
      EXPECT_EQ(vector->size, expected);
      EXPECT_EQ(a->ref_count, expected + 1);
    }
    vector_free(vector);
    return filled;
  };
  EXPECT_GT(expect_each_failure_leaves_no_trace(allocator, {a}, fill_and_free), 3U);
  value_release(a);
}

// The model: a pool of Values that the test holds once each, and what the Vector should contain.
RC_GTEST_PROP(Vector, behaves_as_a_list_that_owns, (const std::vector<Action>& actions)) {
  constexpr std::size_t kPool = 5;
  std::vector<Value*> pool;
  for (std::size_t i = 0; i < kPool; ++i) pool.push_back(value_create_leaf(1.0));
  Vector* vector = vector_create();
  std::vector<Value*> model;
  for (const Action& action : actions) {
    Value* const value = pool[static_cast<std::size_t>(action.first) % kPool];
    switch (action.verb) {
      case 0:  // starts afresh
        vector_free(vector);
        vector = vector_create();
        model.clear();
        break;
      case 1:  // asks beyond the end
        RC_ASSERT(vector_get(vector, model.size() + static_cast<std::size_t>(action.second)) ==
                  nullptr);
        break;
      case 2:
        RC_ASSERT(vector_append(vector, nullptr) == -1);
        break;
      default:
        for (int i = 0; i <= action.second; ++i) {
          RC_ASSERT(vector_append(vector, value) == 0);
          model.push_back(value);
        }
    }
    RC_ASSERT(vector->size == model.size());
    RC_ASSERT(std::equal(model.begin(), model.end(), vector->items));
    for (Value* v : pool) {
      const auto uses = std::count(model.begin(), model.end(), v);
      RC_ASSERT(v->ref_count == 1U + static_cast<std::uint32_t>(uses));
    }
  }
  vector_free(vector);
  for (Value* v : pool) value_release(v);
  RC_ASSERT(microcrad_live_values() == std::size_t{0});
}

}  // namespace
