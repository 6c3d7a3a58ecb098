// The cold half of the arena: opening, closing and recycling the segments of op nodes, and their
// order.
#include "microcrad/detail/arena.h"

#include <cstring>

#include "engine/memory.h"
#include "microcrad/microcrad.h"

namespace microcrad::detail {

constinit thread_local Arena arena;

namespace {

// A table with fewer holes is not worth squeezing.
constexpr std::uint32_t kHolesMin = 32;
constexpr std::uint32_t kOrderCapacityMin = 64;

// Makes room for one more entry of the order. Pointers and flags share one allocation.
bool reserve_order() {
  if (arena.order_count < arena.order_capacity) return true;
  const std::uint32_t capacity =
      arena.order_capacity == 0 ? kOrderCapacityMin : 2 * arena.order_capacity;
  void* const table =
      allocate(capacity * (sizeof(Segment*) + sizeof(std::uint8_t)), alignof(Segment*));
  if (table == nullptr) return false;
  Segment** const order = static_cast<Segment**>(table);
  std::uint8_t* const flags = reinterpret_cast<std::uint8_t*>(order + capacity);
  for (std::uint32_t i = 1; i < arena.order_count; ++i) order[i] = arena.order[i];
  std::memset(flags, 0, capacity);
  flags[0] = 1;
  deallocate(arena.order);
  arena.order = order;
  arena.flags = flags;
  arena.order_capacity = capacity;
  return true;
}

// Closes the holes in the order. Without it a table that is mostly holes would slow every backward
// pass.
void squeeze_order() {
  std::uint32_t count = 1;
  for (std::uint32_t i = 1; i < arena.order_count; ++i) {
    if (arena.order[i] == nullptr) continue;
    arena.order[count] = arena.order[i];
    arena.order[count]->position = count;
    ++count;
  }
  arena.order_count = count;
  arena.holes = 0;
}

void close_open_segment() {
  Segment* const segment = arena.open;
  if (segment == nullptr) return;
  const Value* const first = node_at(segment, arena.geometry.first_line);
  segment->used = static_cast<std::uint32_t>(arena.next - first);
  arena.open = nullptr;
  arena.next = arena.limit = nullptr;
  if (segment->dead == segment->used) recycle(segment);
}

void open_segment(Segment* segment) {
  segment->used = kOpen;
  segment->dead = 0;
  segment->arrays = 0;
  segment->position = arena.order_count;
  arena.order[arena.order_count++] = segment;
  arena.open = segment;
  arena.next = node_at(segment, arena.geometry.first_line);
  arena.limit = arena.next + arena.geometry.nodes;
}

}  // namespace

Segment* allocate_segment() {
  const Geometry& geometry = arena.geometry;
  Segment* const segment = static_cast<Segment*>(allocate(geometry.size(), geometry.block));
  if (segment == nullptr) return nullptr;
  *segment = Segment{};
  std::memset(marks_of(segment), 0, geometry.block / kLineBytes);
  marks_of(segment)[0] = 1;
  poison(node_at(segment, geometry.first_line), geometry.nodes * kLineBytes);
  return segment;
}

void deallocate_segment(Segment* segment) {
  unpoison(segment, arena.geometry.size());
  deallocate(segment);
}

Value* take_lines_slowly(std::uint32_t lines) {
  if (!reserve_order()) return nullptr;
  Segment* segment = arena.spare;
  if (segment != nullptr) {
    arena.spare = segment->next;
  } else {
    segment = allocate_segment();
    if (segment == nullptr) return nullptr;
  }
  close_open_segment();
  open_segment(segment);
  Value* const node = take_lines(lines);
  // A node that fills its segment must be able to free it at once: with one node per segment that
  // is what makes each Value an allocation of its own.
  if (arena.next == arena.limit) close_open_segment();
  return node;
}

void recycle(Segment* segment) {
  arena.order[segment->position] = nullptr;
  segment->position = 0;
  ++arena.holes;
  if (arena.geometry.nodes == 1) {
    deallocate_segment(segment);
  } else {
    segment->next = arena.spare;
    arena.spare = segment;
  }
  if (arena.holes >= kHolesMin && 2 * arena.holes >= arena.order_count) squeeze_order();
}

std::size_t live_values() {
  std::size_t live = live_leaves();
  for (std::uint32_t i = 1; i < arena.order_count; ++i) {
    Segment* const segment = arena.order[i];
    if (segment == nullptr) continue;
    std::size_t used = segment->used;
    if (segment == arena.open) {
      used = static_cast<std::size_t>(arena.next - node_at(segment, arena.geometry.first_line));
    }
    live += used - segment->dead - segment->arrays;
  }
  return live;
}

void release_empty_segments() {
  if (arena.open != nullptr) {
    const Value* const first = node_at(arena.open, arena.geometry.first_line);
    if (arena.open->dead == static_cast<std::uint32_t>(arena.next - first)) close_open_segment();
  }
  while (arena.spare != nullptr) {
    Segment* const segment = arena.spare;
    arena.spare = segment->next;
    deallocate_segment(segment);
  }
  release_empty_leaf_segments();
  squeeze_order();
  if (arena.order_count == 1) {
    deallocate(arena.order);
    arena.order = nullptr;
    arena.flags = nullptr;
    arena.order_capacity = 0;
  }
}

}  // namespace microcrad::detail

size_t microcrad_live_values(void) { return microcrad::detail::live_values(); }

void microcrad_thread_release(void) { microcrad::detail::release_empty_segments(); }

int microcrad_set_segment_nodes(uint32_t nodes) {
  using namespace microcrad::detail;
  if (nodes > kSegmentNodesMax || live_values() != 0) return -1;
  release_empty_segments();
  arena.geometry = Geometry(nodes == 0 ? kSegmentNodesDefault : nodes);
  return 0;
}
