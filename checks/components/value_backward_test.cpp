// value_backward: what accumulates, what is reached, what is left alone, and at what cost.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "checks/components/bits.h"
#include "checks/components/counting_allocator.h"

namespace {

// The README of micrograd: its numbers, to the digits it prints, and both gradients.
TEST(Backward, agrees_with_micrograds_readme) {
  std::vector<Value*> owned;
  const auto own = [&owned](Value* v) { return owned.emplace_back(v); };
  const auto leaf = [&own](double data) { return own(value_create_leaf(data)); };
  const auto add = [&own](Value* a, Value* b) { return own(value_add(a, b)); };
  const auto mul = [&own](Value* a, Value* b) { return own(value_mul(a, b)); };
  const auto pow = [&own](Value* a, double e) { return own(value_pow(a, e)); };
  const auto relu = [&own](Value* a) { return own(value_relu(a)); };

  Value* const a = leaf(-4.0);
  Value* const b = leaf(2.0);
  Value* const one = leaf(1.0);
  Value* const two = leaf(2.0);
  Value* const three = leaf(3.0);
  Value* const minus = leaf(-1.0);
  Value* c = add(a, b);
  Value* d = add(mul(a, b), pow(b, 3.0));
  c = add(c, add(c, one));
  c = add(add(add(one, c), c), mul(a, minus));
  d = add(add(d, mul(d, two)), relu(add(b, a)));
  d = add(add(d, mul(three, d)), relu(add(b, mul(a, minus))));
  Value* const e = add(c, mul(d, minus));
  Value* const f = pow(e, 2.0);
  Value* const g = add(mul(f, pow(two, -1.0)), mul(leaf(10.0), pow(f, -1.0)));

  EXPECT_EQ(value_backward(g), 0);
  EXPECT_NEAR(g->data, 24.7041, 5e-5);
  EXPECT_NEAR(a->grad, 138.8338, 5e-5);
  EXPECT_NEAR(b->grad, 645.5773, 5e-5);
  for (Value* v : owned) value_release(v);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Backward, of_a_leaf_sets_its_gradient_to_one) {
  Value* const a = value_create_leaf(5.0);
  a->grad = 7.0;
  EXPECT_EQ(value_backward(a), 0);
  EXPECT_EQ(a->grad, 1.0);
  value_release(a);
}

TEST(Backward, again_passes_on_whole_accumulated_gradients) {
  // x -> s = x x -> t = s + s. By hand, as micrograd: s gets 2, then 2 + 2; x gets 6 s.grad each
  // time.
  Value* const x = value_create_leaf(3.0);
  Value* const s = value_mul(x, x);
  Value* const t = value_add(s, s);
  EXPECT_EQ(value_backward(t), 0);
  EXPECT_EQ(s->grad, 2.0);
  EXPECT_EQ(x->grad, 12.0);
  EXPECT_EQ(value_backward(t), 0);
  EXPECT_EQ(t->grad, 1.0);
  EXPECT_EQ(s->grad, 4.0);
  EXPECT_EQ(x->grad, 12.0 + 24.0);
  for (Value* v : {t, s, x}) value_release(v);
}

TEST(Backward, from_a_second_root_adds_to_the_first) {
  Value* const x = value_create_leaf(3.0);
  Value* const doubled = value_add(x, x);
  Value* const square = value_mul(x, x);
  EXPECT_EQ(value_backward(doubled), 0);
  EXPECT_EQ(value_backward(square), 0);
  EXPECT_EQ(x->grad, 2.0 + 6.0);
  for (Value* v : {doubled, square, x}) value_release(v);
}

TEST(Backward, touches_only_what_the_root_depends_on) {
  Value* const x = value_create_leaf(3.0);
  Value* const inside = value_exp(x);
  Value* const older = value_mul(x, x);
  Value* const root = value_log(inside);
  Value* const user = value_mul(root, older);
  for (Value* v : {older, user}) v->grad = 0.25;
  EXPECT_EQ(value_backward(root), 0);
  EXPECT_EQ(older->grad, 0.25);
  EXPECT_EQ(user->grad, 0.25);
  EXPECT_EQ(inside->grad, 1.0 / inside->data);
  for (Value* v : {x, inside, older, root, user}) value_release(v);
}

TEST(Backward, passes_nothing_through_value_create_but_goes_on_below_it) {
  Value* const x = value_create_leaf(3.0);
  Value* square = value_mul(x, x);
  Value* const node = value_create(1.0, 1, &square);
  EXPECT_EQ(value_backward(node), 0);
  EXPECT_TRUE(same_bits(square->grad, 0.0));
  EXPECT_TRUE(same_bits(x->grad, 0.0));
  square->grad = 2.0;  // what it had accumulated is passed on, as in micrograd
  EXPECT_EQ(value_backward(node), 0);
  EXPECT_EQ(square->grad, 2.0);
  EXPECT_EQ(x->grad, 12.0);
  for (Value* v : {node, square, x}) value_release(v);
}

TEST(Backward, allocates_nothing_and_changes_no_count) {
  CountingAllocator allocator;
  Value* const x = value_create_leaf(3.0);
  Value* const s = value_mul(x, x);
  Value* const t = value_add(s, x);
  const std::size_t made = allocator.made();
  allocator.fail_nth(1);
  EXPECT_EQ(value_backward(t), 0);
  allocator.fail_nth(0);
  EXPECT_EQ(allocator.made(), made);
  EXPECT_EQ(x->ref_count, 4U);
  EXPECT_EQ(s->ref_count, 2U);
  EXPECT_EQ(t->ref_count, 1U);
  for (Value* v : {t, s, x}) value_release(v);
}

// The gradients of 400 nodes, whose operands are the node before, as one or as both, or any other,
// after a backward from the sum of them all; with nodes of no use in between or without.
std::vector<double> gradients_of_a_graph(bool spaced) {
  std::mt19937 random(1);
  std::vector<Value*> made;
  for (int i = 0; i < 5; ++i) made.push_back(value_create_leaf(0.25 * i - 0.4));
  std::vector<Value*> of_no_use;
  const auto make_space = [&] {
    if (spaced) of_no_use.push_back(value_relu(made[0]));
  };
  while (made.size() < 400) {
    const auto any = [&] { return random() % 2 == 0 ? made.back() : made[random() % made.size()]; };
    Value* const a = any();
    Value* const b = any();
    Value* const leaf = made[random() % 5];
    make_space();
    switch (random() % 5) {
      case 0:
        made.push_back(value_mul(a, leaf));
        break;
      case 1:
        made.push_back(value_mul(leaf, b));
        break;
      case 2:
        made.push_back(value_relu(a));
        break;
      default:
        made.push_back(value_add(a, b));
    }
  }
  Value* sum = value_create_leaf(0.0);
  for (Value* v : made) {
    make_space();
    Value* const longer_sum = value_add(sum, v);
    value_release(sum);
    sum = longer_sum;
  }
  EXPECT_EQ(value_backward(sum), 0);
  std::vector<double> gradients;
  for (Value* v : made) gradients.push_back(v->grad);
  for (Value* v : made) value_release(v);
  for (Value* v : of_no_use) value_release(v);
  value_release(sum);
  EXPECT_EQ(microcrad_live_values(), 0U);
  return gradients;
}

TEST(Backward, gives_the_same_bits_whatever_the_segments_and_whatever_stands_in_between) {
  const std::vector<double> gradients = gradients_of_a_graph(true);
  for (const double gradient : gradients) EXPECT_TRUE(std::isfinite(gradient));
  for (const std::uint32_t nodes : {0U, 1U, 2U, 3U, 7U, 64U, 5000U}) {
    ASSERT_EQ(microcrad_set_segment_nodes(nodes), 0);
    EXPECT_TRUE(same_bits(gradients_of_a_graph(true), gradients)) << nodes;
    EXPECT_TRUE(same_bits(gradients_of_a_graph(false), gradients)) << nodes;
  }
  EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
}

// When the table of segments is full, what lies beyond it is not read as a flag.
TEST(Backward, looks_at_no_segment_after_the_roots) {
  CountingAllocator allocator;
  Value* const x = value_create_leaf(1.0);
  Value* root = value_relu(x);
  for (int length = 1; length < 300; ++length) {
    x->grad = 0.0;
    for (Value* node = root; node != x; node = node->prev[0]) node->grad = 0.0;
    EXPECT_EQ(value_backward(root), 0);
    EXPECT_EQ(x->grad, 1.0) << length;
    Value* const next = value_relu(root);
    value_release(root);
    root = next;
  }
  value_release(root);
  value_release(x);
}

double seconds_of_backward(Value* root) {
  double best = 1e9;
  for (int run = 0; run < 200; ++run) {
    const auto start = std::chrono::steady_clock::now();
    value_backward(root);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count());
  }
  return best;
}

TEST(Backward, of_two_ops_does_not_pay_for_a_million_nodes_in_between) {
  constexpr int kUnrelated = 1000000;
  Value* const x = value_create_leaf(1.0);
  Value* const first = value_exp(x);
  Value* const near = value_exp(first);
  const double near_seconds = seconds_of_backward(near);
  std::vector<Value*> unrelated;
  for (int i = 0; i < kUnrelated; ++i) unrelated.push_back(value_relu(x));
  Value* const far = value_exp(first);
  const double far_seconds = seconds_of_backward(far);
  // A sweep over every node would take some ten thousand times as long, one over every mark byte a
  // thousand.
  EXPECT_LT(far_seconds, 200 * near_seconds + 5e-6);
  for (Value* v : unrelated) value_release(v);
  for (Value* v : {far, near, first, x}) value_release(v);
  EXPECT_EQ(microcrad_live_values(), 0U);
  microcrad_thread_release();
}

}  // namespace
