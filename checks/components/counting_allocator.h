// An allocator that counts its blocks and fails when told to, so that a test can make every
// allocation of a call fail in turn and see that nothing was lost.
#pragma once

#include <gtest/gtest.h>
#include <malloc.h>
#include <microcrad/microcrad.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

/// In force from its construction to its destruction; no Value may be alive at either. Each Value
/// is an allocation of its own unless told otherwise, so that blocks can be compared exactly.
class CountingAllocator {
 public:
  explicit CountingAllocator(std::uint32_t segment_nodes = 1) {
    EXPECT_EQ(microcrad_set_allocator(allocate, release, this), 0);
    EXPECT_EQ(microcrad_set_segment_nodes(segment_nodes), 0);
  }
  ~CountingAllocator() {
    EXPECT_EQ(microcrad_set_segment_nodes(0), 0);
    EXPECT_EQ(microcrad_set_allocator(nullptr, nullptr, nullptr), 0);
    EXPECT_EQ(live_, 0U) << "blocks that nobody gave back";
  }
  CountingAllocator(const CountingAllocator&) = delete;
  CountingAllocator& operator=(const CountingAllocator&) = delete;

  /// Makes the `nth` allocation from here fail, and only that; 0 for none.
  void fail_nth(std::size_t nth) { countdown_ = nth; }

  std::size_t live() const { return live_; }
  std::size_t made() const { return made_; }

 private:
  // All of a block is written with it when it is made, and what malloc has given beyond its end;
  // and when it is given back.
  static constexpr int kJunk = 0xDB;

  static void* allocate(std::size_t size, std::size_t alignment, void* user) {
    CountingAllocator& self = *static_cast<CountingAllocator*>(user);
    EXPECT_GT(size, 0U);
    if (self.countdown_ > 0 && --self.countdown_ == 0) return nullptr;
    void* pointer = nullptr;
    if (alignment < sizeof(void*)) alignment = sizeof(void*);
    if (posix_memalign(&pointer, alignment, size) != 0) return nullptr;
    ++self.live_;
    ++self.made_;
    std::memset(pointer, kJunk, malloc_usable_size(pointer));
    return pointer;
  }
  // What is given back is the allocator's to use.
  static void release(void* pointer, void* user) {
    --static_cast<CountingAllocator*>(user)->live_;
    std::memset(pointer, kJunk, malloc_usable_size(pointer));
    std::free(pointer);
  }

  std::size_t countdown_ = 0;
  std::size_t live_ = 0;
  std::size_t made_ = 0;
};

/// Runs `call` with its first allocation failing, then its second, and so on until it succeeds;
/// expects that each failure is told, keeps every reference in `held` as it was, and leaks neither
/// a Value nor a block.
///
/// `call` returns true when it succeeded and has undone what it did. Returns the number of
/// failures.
template <typename Call>
std::size_t expect_each_failure_leaves_no_trace(CountingAllocator& allocator,
                                                const std::vector<Value*>& held, Call call) {
  constexpr std::size_t kFailuresMax = 10000;
  EXPECT_TRUE(call());  // warms up: tables of the arena that outlive a call exist from here on
  for (std::size_t nth = 1; nth < kFailuresMax; ++nth) {
    std::vector<Value> before;
    for (const Value* value : held) before.push_back(*value);
    const std::size_t live_values = microcrad_live_values();
    const std::size_t live_blocks = allocator.live();
    allocator.fail_nth(nth);
    const bool succeeded = call();
    allocator.fail_nth(0);
    EXPECT_EQ(microcrad_live_values(), live_values) << "failing allocation " << nth;
    EXPECT_EQ(allocator.live(), live_blocks) << "failing allocation " << nth;
    for (std::size_t i = 0; i < held.size(); ++i) {
      EXPECT_EQ(held[i]->ref_count, before[i].ref_count) << "of Value " << i;
      EXPECT_EQ(held[i]->data, before[i].data) << "of Value " << i;
      EXPECT_EQ(held[i]->grad, before[i].grad) << "of Value " << i;
    }
    if (succeeded) return nth - 1;
  }
  ADD_FAILURE() << "the call never succeeds";
  return kFailuresMax;
}
