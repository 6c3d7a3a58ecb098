// Leaf slots: a list of segments that are filled once, and a queue of freed slots that are used
// again.
//
// First freed, first used: a stale pointer to a leaf stays tellable for as long as possible.
#include "microcrad/detail/arena.h"

namespace microcrad::detail {
namespace {

// Under AddressSanitizer this many freed slots stay poisoned before the oldest is used again.
constexpr std::size_t kQuarantine = kAsan ? 256 : 0;

// The link to the next free slot lies in a slot that AddressSanitizer holds for freed. It is not in
// a field that backward could write through a stolen reference.
__attribute__((no_sanitize_address)) Value* next_free(const Value* leaf) {
  return leaf->operands[0];
}

__attribute__((no_sanitize_address)) void link_free(Value* leaf, Value* next) {
  leaf->operands[0] = next;
}

void enqueue(Value* leaf) {
  link_free(leaf, nullptr);
  if (arena.free_leaves == nullptr) {
    arena.free_leaves = leaf;
  } else {
    link_free(arena.free_leaves_last, leaf);
  }
  arena.free_leaves_last = leaf;
  ++arena.free_leaves_count;
}

Value* dequeue() {
  Value* const leaf = arena.free_leaves;
  arena.free_leaves = next_free(leaf);
  --arena.free_leaves_count;
  return leaf;
}

bool open_leaf_segment() {
  Segment* const segment = allocate_segment();
  if (segment == nullptr) return false;
  segment->next = arena.leaves;
  if (arena.leaves != nullptr) arena.leaves->previous = segment;
  arena.leaves = segment;
  return true;
}

void close_leaf_segment(Segment* segment) {
  if (segment->next != nullptr) segment->next->previous = segment->previous;
  if (segment->previous != nullptr) {
    segment->previous->next = segment->next;
  } else {
    arena.leaves = segment->next;
  }
  deallocate_segment(segment);
}

bool is_empty(const Segment* segment) { return segment->dead == segment->used; }

}  // namespace

Value* take_leaf() {
  Value* leaf = nullptr;
  if (arena.free_leaves_count > kQuarantine) {
    leaf = dequeue();
    --segment_of(leaf)->dead;
  } else {
    const bool full = arena.leaves == nullptr || arena.leaves->used == arena.geometry.nodes;
    if (full && !open_leaf_segment()) return nullptr;
    leaf = node_at(arena.leaves, arena.geometry.first_line + arena.leaves->used);
    ++arena.leaves->used;
  }
  unpoison(leaf, kLineBytes);
  return leaf;
}

void give_back_leaf(Value* leaf) {
  Segment* const segment = segment_of(leaf);
  ++segment->dead;
  if (arena.geometry.nodes == 1) {
    close_leaf_segment(segment);
    return;
  }
  poison(leaf, kLineBytes);
  enqueue(leaf);
}

std::size_t live_leaves() {
  std::size_t live = 0;
  for (const Segment* segment = arena.leaves; segment != nullptr; segment = segment->next) {
    live += segment->used - segment->dead;
  }
  return live;
}

void release_empty_leaf_segments() {
  Value* leaf = arena.free_leaves;
  arena.free_leaves = arena.free_leaves_last = nullptr;
  arena.free_leaves_count = 0;
  while (leaf != nullptr) {
    Value* const next = next_free(leaf);
    if (!is_empty(segment_of(leaf))) enqueue(leaf);
    leaf = next;
  }
  Segment* segment = arena.leaves;
  while (segment != nullptr) {
    Segment* const next = segment->next;
    if (is_empty(segment)) close_leaf_segment(segment);
    segment = next;
  }
}

}  // namespace microcrad::detail
