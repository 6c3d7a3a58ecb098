// SimpleSet: insertion and membership by identity, growth and its failure; and all of that against
// a model.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/components/action.h"
#include "checks/components/counting_allocator.h"

namespace {

std::vector<Value*> make_leaves(std::size_t count) {
  std::vector<Value*> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(value_create_leaf(1.0));
  return leaves;
}

void release_all(const std::vector<Value*>& values) {
  for (Value* v : values) value_release(v);
}

TEST(SimpleSet, tells_new_from_present) {
  SimpleSet* const set = simpleset_create();
  const std::vector<Value*> values = make_leaves(2);
  EXPECT_FALSE(simpleset_contains(set, values[0]));
  EXPECT_EQ(simpleset_insert(set, values[0]), 1);
  EXPECT_EQ(simpleset_insert(set, values[0]), 0);
  EXPECT_TRUE(simpleset_contains(set, values[0]));
  EXPECT_FALSE(simpleset_contains(set, values[1]));  // equal data, another identity
  EXPECT_EQ(set->size, 1U);
  simpleset_free(set);
  release_all(values);
}

TEST(SimpleSet, takes_no_reference) {
  SimpleSet* const set = simpleset_create();
  const std::vector<Value*> values = make_leaves(1);
  simpleset_insert(set, values[0]);
  EXPECT_EQ(values[0]->ref_count, 1U);
  simpleset_free(set);
  EXPECT_EQ(values[0]->ref_count, 1U);
  release_all(values);
}

TEST(SimpleSet, null_is_refused) {
  SimpleSet* const set = simpleset_create();
  const std::vector<Value*> values = make_leaves(1);
  EXPECT_EQ(simpleset_insert(set, nullptr), -1);
  EXPECT_EQ(simpleset_insert(nullptr, values[0]), -1);
  EXPECT_FALSE(simpleset_contains(set, nullptr));
  EXPECT_FALSE(simpleset_contains(nullptr, values[0]));
  simpleset_free(set);
  simpleset_free(nullptr);
  release_all(values);
}

TEST(SimpleSet, loses_nothing_when_it_grows) {
  constexpr std::size_t kCount = 5000;
  SimpleSet* const set = simpleset_create();
  const std::vector<Value*> inside = make_leaves(kCount);
  const std::vector<Value*> outside = make_leaves(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(simpleset_insert(set, inside[i]), 1);
    ASSERT_EQ(set->size, i + 1);
    ASSERT_GE(set->capacity, 2 * set->size);
    if (i % 97 != 0) continue;
    for (std::size_t j = 0; j <= i; ++j) ASSERT_TRUE(simpleset_contains(set, inside[j]));
  }
  for (Value* v : inside) EXPECT_EQ(simpleset_insert(set, v), 0);
  for (Value* v : outside) EXPECT_FALSE(simpleset_contains(set, v));
  simpleset_free(set);
  release_all(inside);
  release_all(outside);
}

// Half of the slots taken, in every pattern that eight values of many make: a search that does not
// come by all slots never ends in one of them.
TEST(SimpleSet, finds_a_free_slot_whichever_are_taken) {
  constexpr std::size_t kHalf = 8;
  const std::vector<Value*> values = make_leaves(1000);
  std::uint64_t state = 1;
  const auto any_value = [&] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return values[(state >> 33U) % values.size()];
  };
  for (int round = 0; round < 4000; ++round) {
    SimpleSet* const set = simpleset_create();
    while (set->size < kHalf) simpleset_insert(set, any_value());
    ASSERT_EQ(set->capacity, 2 * kHalf);
    std::size_t present = 0;
    for (const Value* const value : values) present += simpleset_contains(set, value) ? 1 : 0;
    ASSERT_EQ(present, kHalf);
    simpleset_free(set);
  }
  release_all(values);
}

TEST(SimpleSet, fails_without_a_trace) {
  constexpr std::size_t kCount = 100;
  CountingAllocator allocator;
  const std::vector<Value*> values = make_leaves(kCount);
  const auto fill_and_free = [&values] {
    SimpleSet* const set = simpleset_create();
    if (set == nullptr) return false;
    bool filled = true;
    for (std::size_t i = 0; filled && i < kCount; ++i) {
      const int status = simpleset_insert(set, values[i]);
      filled = status == 1;
      EXPECT_TRUE(filled || status == -1);
      const std::size_t inside = filled ? i + 1 : i;
      EXPECT_EQ(set->size, inside);
      for (std::size_t j = 0; j < kCount; ++j) {
        EXPECT_EQ(simpleset_contains(set, values[j]), j < inside);
      }
    }
    simpleset_free(set);
    return filled;
  };
  EXPECT_GT(expect_each_failure_leaves_no_trace(allocator, values, fill_and_free), 3U);
  release_all(values);
}

TEST(SimpleSet, needs_no_memory_for_what_is_present) {
  CountingAllocator allocator;
  const std::vector<Value*> values = make_leaves(64);
  SimpleSet* const set = simpleset_create();
  for (Value* v : values) simpleset_insert(set, v);
  for (Value* v : values) {
    allocator.fail_nth(1);
    EXPECT_EQ(simpleset_insert(set, v), 0);
  }
  allocator.fail_nth(0);
  simpleset_free(set);
  release_all(values);
}

// The model: for each of a pool of Values, whether it was inserted since the set was made.
RC_GTEST_PROP(SimpleSet, behaves_as_a_set, (const std::vector<Action>& actions)) {
  constexpr std::size_t kPool = 256;
  const std::vector<Value*> pool = make_leaves(kPool);
  SimpleSet* set = simpleset_create();
  std::vector<bool> model(kPool, false);
  std::size_t size = 0;
  for (const Action& action : actions) {
    const std::size_t which = static_cast<std::size_t>(action.first * 16 + action.second);
    switch (action.verb) {
      case 0:  // starts afresh
        simpleset_free(set);
        set = simpleset_create();
        model.assign(kPool, false);
        size = 0;
        break;
      case 1:
        RC_ASSERT(simpleset_insert(set, nullptr) == -1);
        break;
      case 2:  // a run of neighbours, so that the table grows
        for (std::size_t i = which; i < kPool && i < which + 40; ++i) {
          RC_ASSERT(simpleset_insert(set, pool[i]) == (model[i] ? 0 : 1));
          size += model[i] ? 0 : 1;
          model[i] = true;
        }
        break;
      default:
        RC_ASSERT(simpleset_insert(set, pool[which]) == (model[which] ? 0 : 1));
        size += model[which] ? 0 : 1;
        model[which] = true;
    }
    RC_ASSERT(set->size == size);
    for (std::size_t i = 0; i < kPool; ++i) {
      RC_ASSERT(simpleset_contains(set, pool[i]) == model[i]);
    }
  }
  simpleset_free(set);
  for (Value* v : pool) RC_ASSERT(v->ref_count == 1U);
  release_all(pool);
}

}  // namespace
