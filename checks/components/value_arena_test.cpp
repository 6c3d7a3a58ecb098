// Where nodes live: segments are recycled, leaves reused singly, and memory stays bounded.
#include <gtest/gtest.h>
#include <microcrad/microcrad.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "checks/components/counting_allocator.h"

namespace {

// A chain of `length` ops on `x`; only its last node is held.
Value* make_chain(Value* x, std::size_t length) {
  Value* last = value_relu(x);
  for (std::size_t i = 1; i < length; ++i) {
    Value* const next = value_relu(last);
    value_release(last);
    last = next;
  }
  return last;
}

TEST(Arena, memory_of_many_graphs_is_that_of_one) {
  CountingAllocator allocator(64);
  Value* const x = value_create_leaf(1.0);
  value_release(make_chain(x, 1000));
  const std::size_t made = allocator.made();
  for (int graph = 0; graph < 200; ++graph) value_release(make_chain(x, 1000));
  EXPECT_LE(allocator.made(), made + 1);
  value_release(x);
}

TEST(Arena, one_late_node_kept_per_step_pins_one_segment_each) {
  constexpr std::size_t kSteps = 100;
  CountingAllocator allocator(64);
  Value* const x = value_create_leaf(1.0);
  std::vector<Value*> kept;
  std::size_t first_step = 0;
  for (std::size_t step = 0; step < kSteps; ++step) {
    Value* const graph = make_chain(x, 1000);
    kept.push_back(value_exp(x));
    value_release(graph);
    if (step == 0) first_step = allocator.live();
  }
  EXPECT_LE(allocator.live(), first_step + kSteps);
  for (Value* v : kept) value_release(v);
  value_release(x);
}

TEST(Arena, leaf_kept_alive_pins_nothing) {
  CountingAllocator allocator(64);
  std::vector<Value*> kept;
  std::size_t made = 0;
  for (int step = 0; step < 50; ++step) {
    Value* const leaf = value_create_leaf(1.0);
    value_release(make_chain(leaf, 500));
    kept.push_back(leaf);
    if (step == 0) made = allocator.made();
  }
  EXPECT_LE(allocator.made(), made + 2);
  for (Value* v : kept) value_release(v);
}

TEST(Arena, freed_leaves_are_used_again) {
  CountingAllocator allocator(64);
  // AddressSanitizer builds hold some hundred freed leaves back, and no more.
  constexpr std::size_t kSegmentsMax = 10;
  for (int i = 0; i < 100000; ++i) value_release(value_create_leaf(1.0));
  EXPECT_LE(allocator.made(), kSegmentsMax);
}

TEST(Arena, live_count_sees_leaves_ops_and_wide_nodes) {
  for (const std::uint32_t segment_nodes : {1U, 5U, 64U, 0U}) {
    ASSERT_EQ(microcrad_set_segment_nodes(segment_nodes), 0);
    std::vector<Value*> leaves;
    for (std::size_t i = 0; i < 300; ++i) {
      leaves.push_back(value_create_leaf(1.0));
      EXPECT_EQ(microcrad_live_values(), i + 1);
    }
    std::vector<Value*> wide;
    for (std::int32_t i = 0; i < 20; ++i) {
      wide.push_back(value_create(1.0, 3 + 7 * i, leaves.data()));
      EXPECT_EQ(microcrad_live_values(), 300 + wide.size());
    }
    while (!wide.empty()) {
      value_release(wide.back());
      wide.pop_back();
      EXPECT_EQ(microcrad_live_values(), 300 + wide.size());
    }
    for (Value* leaf : leaves) value_release(leaf);
    EXPECT_EQ(microcrad_live_values(), 0U);
  }
  EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
}

TEST(Arena, with_one_node_per_segment_each_value_is_one_allocation) {
  CountingAllocator allocator(1);
  Value* const x = value_create_leaf(1.0);
  Value* const warm_up = value_exp(x);  // the table of segments exists from here on
  std::size_t made = allocator.made();
  std::size_t live = allocator.live();
  Value* const leaf = value_create_leaf(2.0);
  EXPECT_EQ(allocator.made(), ++made);
  EXPECT_EQ(allocator.live(), ++live);
  Value* const node = value_exp(x);
  EXPECT_EQ(allocator.made(), ++made);
  EXPECT_EQ(allocator.live(), ++live);
  value_release(node);
  EXPECT_EQ(allocator.live(), --live);
  value_release(leaf);
  EXPECT_EQ(allocator.live(), --live);
  value_release(warm_up);
  value_release(x);
}

TEST(Arena, thread_release_gives_everything_back_that_is_empty) {
  CountingAllocator allocator(16);
  Value* const x = value_create_leaf(1.0);
  Value* const kept = value_exp(x);
  value_release(make_chain(kept, 1000));
  std::vector<Value*> leaves;
  for (int i = 0; i < 1000; ++i) leaves.push_back(value_create_leaf(1.0));
  for (Value* leaf : leaves) value_release(leaf);
  microcrad_thread_release();
  EXPECT_LE(allocator.live(), 4U);  // a segment of leaves, one or two of ops, the table
  EXPECT_EQ(value_backward(kept), 0);
  EXPECT_EQ(x->grad, kept->data);
  for (int i = 0; i < 100; ++i) value_release(value_create_leaf(1.0));
  Value* const late = value_exp(kept);
  microcrad_thread_release();
  EXPECT_EQ(value_backward(late), 0);
  EXPECT_EQ(kept->grad, 1.0 + late->data);
  value_release(late);
  value_release(kept);
  value_release(x);
  microcrad_thread_release();
  EXPECT_EQ(allocator.live(), 0U);
}

TEST(Arena, freed_leaves_are_used_again_after_thread_release) {
  CountingAllocator allocator(1024);
  std::vector<Value*> leaves;
  for (int i = 0; i < 1000; ++i) leaves.push_back(value_create_leaf(1.0));
  for (std::size_t i = 1; i < leaves.size(); ++i) value_release(leaves[i]);
  microcrad_thread_release();
  const std::size_t made = allocator.made();
  for (std::size_t i = 1; i < 700; ++i) leaves[i] = value_create_leaf(1.0);
  EXPECT_EQ(allocator.made(), made);
  for (std::size_t i = 0; i < 700; ++i) value_release(leaves[i]);
}

TEST(Arena, thread_release_with_nothing_made_does_nothing) {
  microcrad_thread_release();
  microcrad_thread_release();
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(Arena, settings_are_refused_while_a_value_is_alive) {
  Value* const x = value_create_leaf(1.0);
  EXPECT_EQ(microcrad_set_segment_nodes(1), -1);
  EXPECT_EQ(microcrad_set_allocator(nullptr, nullptr, nullptr), -1);
  value_release(x);
  EXPECT_EQ(microcrad_set_segment_nodes(UINT32_MAX), -1);
  EXPECT_EQ(microcrad_set_segment_nodes((1U << 20U) + 1), -1);
  EXPECT_EQ(microcrad_set_segment_nodes(1U << 20U), 0);
  const MicrocradRelease release = [](void* pointer, void*) { std::free(pointer); };
  EXPECT_EQ(microcrad_set_allocator(nullptr, release, nullptr), -1);
  EXPECT_EQ(microcrad_set_segment_nodes(1), 0);
  EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
}

// Seconds of the processor for releasing so many Values, each a segment of its own; the least of
// several runs.
double seconds_of_releasing(std::size_t count) {
  double best = 1e9;
  for (int run = 0; run < 5; ++run) {
    Value* const x = value_create_leaf(1.0);
    std::vector<Value*> made;
    for (std::size_t i = 0; i < count; ++i) made.push_back(value_relu(x));
    const std::clock_t start = std::clock();
    for (Value* v : made) value_release(v);
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    value_release(x);
  }
  return best;
}

TEST(Arena, releasing_a_segment_costs_the_same_however_many_there_are) {
  CountingAllocator allocator(1);
  const double few = seconds_of_releasing(4000);
  const double many = seconds_of_releasing(32000);
  EXPECT_LT(many, 24 * few + 0.005);  // 8 times as many; 64 if each looked at all others
}

// A pool without headers that fills downwards: what was asked for last ends where the block before
// it begins.
class Downwards {
 public:
  Downwards() { EXPECT_EQ(microcrad_set_allocator(allocate, release, this), 0); }
  ~Downwards() {
    EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
    EXPECT_EQ(microcrad_set_allocator(nullptr, nullptr, nullptr), 0);
    EXPECT_EQ(live_, 0U);
  }
  Downwards(const Downwards&) = delete;
  Downwards& operator=(const Downwards&) = delete;

  void align_to(std::size_t alignment) { left_ -= left_ % alignment; }
  void skip(std::size_t bytes) { left_ -= bytes; }

 private:
  static void* allocate(std::size_t size, std::size_t alignment, void* user) {
    Downwards& self = *static_cast<Downwards*>(user);
    if (self.left_ < size + alignment) return nullptr;
    self.left_ -= size;
    self.align_to(alignment);
    ++self.live_;
    return self.pool_ + self.left_;
  }
  static void release(void* /*pointer*/, void* user) { --static_cast<Downwards*>(user)->live_; }

  alignas(4096) std::byte pool_[65536] = {};
  std::size_t left_ = sizeof pool_;
  std::size_t live_ = 0;
};

TEST(Arena, operands_that_begin_where_the_segment_ends_are_the_allocators) {
  Downwards pool;
  ASSERT_EQ(microcrad_set_segment_nodes(1), 0);
  Value* const x = value_create_leaf(1.0);
  Value* const warm_up = value_exp(x);  // the table of segments exists from here on
  std::vector<Value*> operands(8, x);   // an array of 64 bytes
  pool.align_to(4096);
  pool.skip(4096 - 64);
  Value* const wide = value_create(1.0, 8, operands.data());
  ASSERT_NE(wide, nullptr);
  ASSERT_EQ(static_cast<void*>(wide->prev), static_cast<void*>(wide + 1));
  EXPECT_EQ(microcrad_live_values(), 3U);
  value_release(wide);
  EXPECT_EQ(microcrad_live_values(), 2U);
  value_release(warm_up);
  value_release(x);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

// Segments die in an order of their own, so that the table of segments gets holes and is squeezed.
TEST(Arena, order_survives_holes) {
  ASSERT_EQ(microcrad_set_segment_nodes(2), 0);
  Value* const x = value_create_leaf(1.0);
  std::vector<Value*> made;
  for (int i = 0; i < 4000; ++i) made.push_back(value_add(x, made.empty() ? x : made.back()));
  std::vector<Value*> unrelated;
  for (int i = 0; i < 4000; ++i) {
    unrelated.push_back(value_relu(x));
    if (i % 7 == 0) made.push_back(value_add(x, made.back()));
  }
  for (Value* v : unrelated) value_release(v);
  Value* const root = value_add(made.back(), x);
  EXPECT_EQ(value_backward(root), 0);
  EXPECT_EQ(x->grad, static_cast<double>(made.size()) + 2.0);
  value_release(root);
  for (Value* v : made) value_release(v);
  value_release(x);
  EXPECT_EQ(microcrad_live_values(), 0U);
  EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
}

}  // namespace
