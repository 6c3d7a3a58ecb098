// The one door to memory, and the one voice for complaints. Both can be replaced by whoever embeds
// the engine, for the whole process.
#pragma once

#include <cstddef>
#include <cstdint>

namespace microcrad::detail {

/// Returns memory from the allocator in force, or NULL.
void* allocate(std::size_t size, std::size_t alignment);

/// Returns memory for an array, or NULL. An empty one has an address too. `count` has 32 bits, or
/// is that of what is in memory already: its size in bytes cannot overflow.
template <typename Item>
Item* allocate_array(std::size_t count) {
  static_assert(sizeof(std::size_t) > sizeof(std::uint32_t));
  if (count == 0) count = 1;
  return static_cast<Item*>(allocate(count * sizeof(Item), alignof(Item)));
}

/// Gives memory back to the allocator in force. Does nothing for NULL.
void deallocate(void* pointer);

}  // namespace microcrad::detail
