// Where nodes live.
//
// Op nodes stand in segments in creation order, so (position of the segment, address) is a
// topological order: an operand comes before its users. That is why an op's slot is used again only
// when its whole segment is empty, and why backward is one reverse pass over mark bytes. Leaves
// have no order to keep: they live in segments of their own, where each slot is reused singly, so a
// leaf kept alive pins nothing.
//
// A segment is aligned to the power of two that holds it, so that a mask finds its header from any
// node. It is counted in lines of 64 bytes: header and marks, then slots; a node is one line. The
// operands of a node with more than two stand in the lines after it when they fit in a quarter of a
// segment, and in an array from the allocator otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

#include "microcrad/detail/asan.h"
#include "microcrad/value.h"

namespace microcrad::detail {

inline constexpr std::uintptr_t kLineBytes = 64;
static_assert(sizeof(Value) == kLineBytes, "a node is one cache line");

struct Segment {
  Segment* next;           // in the list of spare segments, or of leaf segments
  Segment* previous;       // in the list of leaf segments
  std::uint32_t position;  // index in Arena::order; 0 for leaf segments and spare ones
  std::uint32_t used;      // lines given out; kOpen while an op segment is being filled
  std::uint32_t dead;      // lines given back; the segment is empty when dead == used
  std::uint32_t arrays;    // lines that hold the operands of a live node
};

inline constexpr std::uint32_t kOpen = UINT32_MAX;

// The shape of a segment of `nodes` slots.
struct Geometry {
  std::uint32_t nodes;
  std::uint32_t first_line;  // the lines before it hold the header and the marks
  std::uintptr_t block;      // alignment: a power of two that is at least the size

  constexpr explicit Geometry(std::uint32_t slots)
      : nodes(slots), first_line(0), block(kLineBytes) {
    do {
      block *= 2;
      const std::uintptr_t head = sizeof(Segment) + block / kLineBytes;
      first_line = static_cast<std::uint32_t>((head + kLineBytes - 1) / kLineBytes);
    } while ((first_line + nodes) * kLineBytes > block);
  }
  constexpr std::size_t size() const { return (first_line + nodes) * kLineBytes; }
};

// 64 KiB but for one line, which leaves malloc room for its header between aligned segments.
inline constexpr std::uint32_t kSegmentNodesDefault = 1006;
inline constexpr std::uint32_t kSegmentNodesMax = 1U << 20;

// One per thread. Trivial, so that it needs neither a constructor nor a destructor at run time.
struct Arena {
  Geometry geometry{kSegmentNodesDefault};
  Value* next = nullptr;  // the next slot of the open op segment, and the end of it
  Value* limit = nullptr;
  Segment* open = nullptr;
  Segment* spare = nullptr;       // empty op segments kept for reuse, linked by next
  Segment** order = nullptr;      // the op segments in creation order, from 1; holes are NULL
  std::uint8_t* flags = nullptr;  // per entry of order: has the segment a mark? [0] is always 1
  std::uint32_t order_count = 1;  // entries in use, the unused entry 0 included
  std::uint32_t order_capacity = 0;
  std::uint32_t holes = 0;
  Segment* leaves = nullptr;     // every leaf segment; new leaves go to the first one
  Value* free_leaves = nullptr;  // a queue of leaf slots to reuse, linked by operands[0]
  Value* free_leaves_last = nullptr;
  std::size_t free_leaves_count = 0;
};

extern constinit thread_local Arena arena;

/// The segment of a node, by a mask that whoever asks often keeps in a register.
inline Segment* segment_of(const Value* value, std::uintptr_t mask) {
  return reinterpret_cast<Segment*>(reinterpret_cast<std::uintptr_t>(value) & ~mask);
}

inline Segment* segment_of(const Value* value) {
  return segment_of(value, arena.geometry.block - 1);
}

inline std::uint32_t line_of(const Value* value) {
  const std::uintptr_t mask = arena.geometry.block - 1;
  return static_cast<std::uint32_t>((reinterpret_cast<std::uintptr_t>(value) & mask) / kLineBytes);
}

/// The node that begins at a line of a segment.
inline Value* node_at(Segment* segment, std::uint32_t line) {
  return reinterpret_cast<Value*>(segment) + line;
}

/// One byte per line. Byte 0, the header's own, is always 1, so that a search downwards ends there.
inline std::uint8_t* marks_of(Segment* segment) {
  return reinterpret_cast<std::uint8_t*>(segment + 1);
}

/// Lines taken by an operand array that follows its node.
inline std::uint32_t array_lines(std::uint32_t operands) {
  return static_cast<std::uint32_t>((operands * sizeof(Value*) + kLineBytes - 1) / kLineBytes);
}

/// Whether the operands of a wide node stand in the lines after it: a quarter of a segment at most,
/// so that a wide node that does not fit in the rest of a segment wastes little.
inline bool stands_in_segment(std::uint32_t operands) {
  return operands / 8 < arena.geometry.nodes / 4;
}

/// So many lines ahead of where nodes are made, swept or freed, memory is asked for: a page, which
/// is as long as memory takes. Fewer cost more than none.
inline constexpr std::ptrdiff_t kAhead = 64;

/// Asks for a line so far from a node, forwards or backwards, whether there is one or not.
inline void ask_for_line(const Value* node, std::ptrdiff_t lines) {
  const std::uintptr_t here = reinterpret_cast<std::uintptr_t>(node);
  const std::uintptr_t there = here + static_cast<std::uintptr_t>(lines) * kLineBytes;
  __builtin_prefetch(reinterpret_cast<const void*>(there), 1);
}

// Cold paths, in arena.cpp and leaves.cpp.
Value* take_lines_slowly(std::uint32_t lines);  // opens another segment; NULL when memory is short
void recycle(Segment* segment);                 // an empty op segment: keeps it, or gives it back
Segment* allocate_segment();                    // uninitialised slots, header and marks ready
void deallocate_segment(Segment* segment);
Value* take_leaf();
void give_back_leaf(Value* leaf);
std::size_t live_leaves();
void release_empty_leaf_segments();
std::size_t live_values();
void release_empty_segments();

/// Takes the next lines of the open op segment: a node, then room for its operands. NULL when
/// memory is short.
inline Value* take_lines(std::uint32_t lines) {
  const bool full = arena.limit - arena.next < static_cast<std::ptrdiff_t>(lines);
  if (full) return take_lines_slowly(lines);
  Value* const node = arena.next;
  arena.next += lines;
  unpoison(node, lines * kLineBytes);
  return node;
}

/// Tells whether the open op segment has a line left.
inline bool has_line() { return arena.next != arena.limit; }

/// Takes the next line of the open op segment.
/// Requires  has_line().
inline Value* take_ready_line() {
  Value* const node = arena.next++;
  unpoison(node, kLineBytes);
  return node;
}

/// Gives the lines of a dead op node back to its segment.
inline void give_back_lines(Segment* segment, Value* node, std::uint32_t lines) {
  poison(node, lines * kLineBytes);
  segment->arrays -= lines - 1;
  segment->dead += lines;
  if (segment->dead == segment->used) recycle(segment);
}

/// Starts the open segment afresh when nothing in it is alive: small graphs made in turn stay in
/// the cache. Not under AddressSanitizer, which should see stale pointers for as long as possible.
inline void rewind_open_segment() {
  if (kAsan || arena.open == nullptr) return;
  Value* const first = node_at(arena.open, arena.geometry.first_line);
  if (arena.open->dead != static_cast<std::uint32_t>(arena.next - first)) return;
  arena.open->dead = 0;
  arena.next = first;
}

}  // namespace microcrad::detail
