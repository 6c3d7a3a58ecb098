// Reference counts: exact after every call, at their maximum too, on any graph.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/components/action.h"
#include "checks/components/counts_model.h"

namespace {

TEST(Lifetime, root_takes_its_graph_along_and_spares_what_is_held) {
  Value* const x = value_create_leaf(2.0);
  Value* const a = value_mul(x, x);
  Value* const b = value_exp(a);
  Value* const c = value_add(b, a);
  value_release(a);
  value_release(b);
  EXPECT_EQ(microcrad_live_values(), 4U);
  EXPECT_EQ(a->ref_count, 2U);
  EXPECT_EQ(b->ref_count, 1U);
  value_retain(b);
  value_release(c);
  EXPECT_EQ(microcrad_live_values(), 3U);
  EXPECT_EQ(b->ref_count, 1U);
  EXPECT_EQ(a->ref_count, 1U);
  EXPECT_EQ(x->ref_count, 3U);
  value_release(b);
  EXPECT_EQ(microcrad_live_values(), 1U);
  EXPECT_EQ(x->ref_count, 1U);
  value_release(x);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Lifetime, count_at_its_maximum_stays_there) {
  Value* const x = value_create_leaf(2.0);
  x->ref_count = UINT32_MAX - 2;  // as if retained that often
  value_retain(x);
  EXPECT_EQ(x->ref_count, UINT32_MAX - 1);
  value_release(x);
  EXPECT_EQ(x->ref_count, UINT32_MAX - 2);
  value_retain(x);
  value_retain(x);
  EXPECT_EQ(x->ref_count, UINT32_MAX);
  value_retain(x);
  EXPECT_EQ(x->ref_count, UINT32_MAX);
  Value* const square = value_mul(x, x);
  EXPECT_EQ(x->ref_count, UINT32_MAX);
  value_release(square);
  EXPECT_EQ(x->ref_count, UINT32_MAX);
  value_release(x);
  EXPECT_EQ(x->ref_count, UINT32_MAX);
  x->ref_count = 1;  // so that this test leaves nothing behind
  value_release(x);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Lifetime, result_that_reaches_the_maximum_with_its_second_operand_keeps_both) {
  Value* const x = value_create_leaf(2.0);
  x->ref_count = UINT32_MAX - 1;
  Value* const sum = value_add(x, x);
  EXPECT_EQ(x->ref_count, UINT32_MAX);
  value_release(sum);
  EXPECT_EQ(x->ref_count, UINT32_MAX);
  x->ref_count = 1;
  value_release(x);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

void execute(const Action& action, std::vector<ModelNode>& nodes) {
  std::vector<std::size_t> held;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].handles > 0) held.push_back(i);
  }
  if (held.empty() || action.verb == 0) {
    nodes.push_back({value_create_leaf(0.5), 1, {}});
    return;
  }
  const std::size_t a = held[static_cast<std::size_t>(action.first) % held.size()];
  const std::size_t b = held[static_cast<std::size_t>(action.second) % held.size()];
  Value* const lhs = nodes[a].value;
  Value* const rhs = nodes[b].value;
  switch (action.verb) {
    case 1:
      nodes.push_back({value_add(lhs, rhs), 1, {a, b}});
      break;
    case 2:
      nodes.push_back({value_mul(lhs, rhs), 1, {a, b}});
      break;
    case 3:
      nodes.push_back({value_exp(lhs), 1, {a}});
      break;
    case 4: {
      Value* operands[] = {lhs, rhs, lhs};
      nodes.push_back({value_create(1.0, 3, operands), 1, {a, b, a}});
      break;
    }
    case 5:
      RC_ASSERT(value_backward(lhs) == 0);
      break;
    case 6:
      value_retain(lhs);
      ++nodes[a].handles;
      break;
    default:
      value_release(lhs);
      --nodes[a].handles;
  }
}

void counts_are_exact(const std::vector<Action>& actions, std::uint32_t segment_nodes) {
  RC_ASSERT(microcrad_set_segment_nodes(segment_nodes) == 0);
  std::vector<ModelNode> nodes;
  for (const Action& action : actions) {
    execute(action, nodes);
    assert_counts(nodes);
  }
  release_all(nodes);
  RC_ASSERT(microcrad_live_values() == std::size_t{0});
  RC_ASSERT(microcrad_set_segment_nodes(0) == 0);
}

RC_GTEST_PROP(Lifetime, counts_and_the_live_set_follow_the_model,
              (const std::vector<Action>& actions)) {
  counts_are_exact(actions, 0);
}

RC_GTEST_PROP(Lifetime, counts_follow_the_model_in_small_segments,
              (const std::vector<Action>& actions)) {
  counts_are_exact(actions, 4);
}

RC_GTEST_PROP(Lifetime, counts_follow_the_model_with_an_allocation_per_value,
              (const std::vector<Action>& actions)) {
  counts_are_exact(actions, 1);
}

}  // namespace
