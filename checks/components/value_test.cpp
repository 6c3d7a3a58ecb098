// Value: creation, the six ops, counts, and what value_create accepts.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "checks/components/bits.h"
#include "checks/components/counting_allocator.h"

namespace {

TEST(Value, is_one_cache_line_and_aligned_to_it) {
  static_assert(sizeof(Value) == 64);
  Value* const leaf = value_create_leaf(1.0);
  Value* const node = value_exp(leaf);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(leaf) % 64, 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(node) % 64, 0U);
  value_release(node);
  value_release(leaf);
}

TEST(Value, leaf_starts_with_one_reference_and_no_gradient) {
  Value* const leaf = value_create_leaf(42.0);
  EXPECT_EQ(leaf->ref_count, 1U);
  EXPECT_EQ(leaf->n_prevs, 0U);
  EXPECT_EQ(leaf->data, 42.0);
  EXPECT_EQ(leaf->extra_data, 0.0);
  EXPECT_EQ(leaf->op_code, VALUE_OP_NONE);
  EXPECT_TRUE(same_bits(leaf->grad, 0.0));
  value_release(leaf);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Value, leaf_keeps_every_bit_of_its_number) {
  for (const double number : {-0.0, 5e-324, -1e308, HUGE_VAL, -HUGE_VAL, std::nan("")}) {
    Value* const leaf = value_create_leaf(number);
    EXPECT_TRUE(same_bits(leaf->data, number)) << number;
    value_release(leaf);
  }
}

TEST(Value, op_records_its_code_operands_and_parameter) {
  Value* const a = value_create_leaf(2.0);
  Value* const b = value_create_leaf(3.0);
  const struct {
    Value* result;
    std::int32_t op;
    std::uint32_t operands;
    double data;
    double extra;
  } cases[] = {
      {value_add(a, b), VALUE_OP_ADD, 2, 5.0, 0.0},
      {value_mul(a, b), VALUE_OP_MUL, 2, 6.0, 0.0},
      {value_pow(a, 2.0), VALUE_OP_POW, 1, 4.0, 2.0},
      {value_exp(a), VALUE_OP_EXP, 1, std::exp(2.0), 0.0},
      {value_log(a), VALUE_OP_LOG, 1, std::log(2.0), 0.0},
      {value_relu(a), VALUE_OP_RELU, 1, 2.0, 0.0},
  };
  for (const auto& expected : cases) {
    const Value* const v = expected.result;
    EXPECT_EQ(v->ref_count, 1U);
    EXPECT_EQ(v->op_code, expected.op);
    EXPECT_EQ(v->n_prevs, expected.operands);
    EXPECT_EQ(v->prev[0], a);
    if (expected.operands == 2) {
      EXPECT_EQ(v->prev[1], b);
    }
    EXPECT_EQ(v->prev, v->operands);
    EXPECT_DOUBLE_EQ(v->data, expected.data);
    EXPECT_EQ(v->extra_data, expected.extra);
    EXPECT_TRUE(same_bits(v->grad, 0.0));
  }
  EXPECT_EQ(a->ref_count, 7U);
  EXPECT_EQ(b->ref_count, 3U);
  for (const auto& expected : cases) value_release(expected.result);
  EXPECT_EQ(a->ref_count, 1U);
  EXPECT_EQ(b->ref_count, 1U);
  value_release(a);
  value_release(b);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Also in slots that others used before.
TEST(Value, operands_are_null_beyond_those_it_has) {
  for (int round = 0; round < 2; ++round) {
    Value* leaves[] = {value_create_leaf(2.0), value_create_leaf(3.0), value_create_leaf(4.0)};
    Value* const sum = value_add(leaves[0], leaves[1]);
    Value* const unary = value_exp(leaves[0]);
    Value* const wide = value_create(1.0, 3, leaves);
    EXPECT_EQ(unary->operands[1], nullptr);
    for (const Value* v : {leaves[0], leaves[1], leaves[2], wide}) {
      EXPECT_EQ(v->operands[0], nullptr);
      EXPECT_EQ(v->operands[1], nullptr);
    }
    for (Value* v : {sum, unary, wide, leaves[0], leaves[1], leaves[2]}) value_release(v);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Also where a line had two operands before.
TEST(Value, operands_are_null_beyond_those_it_has_in_a_line_that_is_used_again) {
  const auto dirty_a_line = [] {
    Value* const x = value_create_leaf(1.0);
    Value* const sum = value_add(x, x);
    value_release(sum);
    value_release(x);
  };
  const std::vector<Value* (*)(Value*)> makers = {
      value_relu, value_exp, [](Value* x) { return value_create(1.0, 1, &x); }};
  for (Value* (*const make)(Value*) : makers) {
    dirty_a_line();
    Value* const x = value_create_leaf(1.0);
    value_retain(x);
    Value* const node = make(x);
    EXPECT_EQ(node->operands[0], x);
    EXPECT_EQ(node->operands[1], nullptr);
    value_release(node);
    while (microcrad_live_values() > 0) value_release(x);
  }
}

TEST(Value, equal_operands_are_held_twice) {
  Value* const a = value_create_leaf(3.0);
  Value* const square = value_mul(a, a);
  EXPECT_EQ(a->ref_count, 3U);
  value_release(square);
  EXPECT_EQ(a->ref_count, 1U);
  value_release(a);
}

TEST(ValueCreate, copies_and_retains_its_operands) {
  for (const std::int32_t operands : {1, 2, 3, 8, 100, 5000}) {
    Value* const a = value_create_leaf(1.0);
    Value* const b = value_create_leaf(2.0);
    std::vector<Value*> prev;
    for (std::int32_t i = 0; i < operands; ++i) prev.push_back(i % 2 == 0 ? a : b);
    Value* const node = value_create(7.0, operands, prev.data());
    ASSERT_NE(node, nullptr);
    EXPECT_NE(node->prev, prev.data());
    EXPECT_EQ(node->op_code, VALUE_OP_NONE);
    EXPECT_EQ(node->data, 7.0);
    ASSERT_EQ(node->n_prevs, prev.size());
    EXPECT_TRUE(std::equal(prev.begin(), prev.end(), node->prev));
    EXPECT_EQ(a->ref_count, 1U + static_cast<std::uint32_t>((operands + 1) / 2));
    EXPECT_EQ(b->ref_count, 1U + static_cast<std::uint32_t>(operands / 2));
    EXPECT_EQ(microcrad_live_values(), 3U);
    value_release(node);
    EXPECT_EQ(a->ref_count, 1U);
    EXPECT_EQ(b->ref_count, 1U);
    value_release(a);
    value_release(b);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
}

TEST(ValueCreate, of_few_operands_fails_without_a_trace) {
  CountingAllocator allocator;
  Value* x = value_create_leaf(1.0);
  const auto create = [&] {
    Value* const node = value_create(2.0, 1, &x);
    value_release(node);
    return node != nullptr;
  };
  EXPECT_EQ(expect_each_failure_leaves_no_trace(allocator, {x}, create), 1U);
  value_release(x);
}

TEST(ValueCreate, has_no_parameter) {
  Value* x = value_create_leaf(1.0);
  Value* const node = value_create(2.0, 1, &x);
  EXPECT_EQ(node->extra_data, 0.0);
  value_release(node);
  value_release(x);
}

TEST(ValueCreate, without_operands_makes_a_leaf) {
  Value* const leaf = value_create(1.0, 0, nullptr);
  EXPECT_EQ(leaf->n_prevs, 0U);
  value_release(leaf);
}

TEST(ValueCreate, refuses_what_it_cannot_hold) {
  Value* const a = value_create_leaf(1.0);
  Value* with_null[] = {a, nullptr, a};
  EXPECT_EQ(value_create(1.0, -1, with_null), nullptr);
  EXPECT_EQ(value_create(1.0, INT32_MIN, with_null), nullptr);
  EXPECT_EQ(value_create(1.0, 3, with_null), nullptr);
  EXPECT_EQ(value_create(1.0, 1, nullptr), nullptr);
  EXPECT_EQ(a->ref_count, 1U);
  EXPECT_EQ(microcrad_live_values(), 1U);
  value_release(a);
}

TEST(Value, null_in_gives_null_out) {
  Value* const a = value_create_leaf(1.0);
  EXPECT_EQ(value_add(a, nullptr), nullptr);
  EXPECT_EQ(value_add(nullptr, a), nullptr);
  EXPECT_EQ(value_mul(a, nullptr), nullptr);
  EXPECT_EQ(value_mul(nullptr, a), nullptr);
  EXPECT_EQ(value_pow(nullptr, 2.0), nullptr);
  EXPECT_EQ(value_exp(nullptr), nullptr);
  EXPECT_EQ(value_log(nullptr), nullptr);
  EXPECT_EQ(value_relu(nullptr), nullptr);
  EXPECT_EQ(value_backward(nullptr), -1);
  value_retain(nullptr);
  value_release(nullptr);
  value_array_free(nullptr);
  EXPECT_EQ(a->ref_count, 1U);
  value_release(a);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

}  // namespace
