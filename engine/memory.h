// The one door to memory, and the one voice for complaints. Both can be replaced by whoever embeds
// the engine, for the whole process.
#pragma once

#include <cstddef>

namespace microcrad::detail {

/// Returns memory from the allocator in force, or NULL.
void* allocate(std::size_t size, std::size_t alignment);

/// Returns memory for an array, or NULL. An empty one has an address too.
template <typename Item>
Item* allocate_array(std::size_t count) {
  if (count == 0) count = 1;
  if (count > static_cast<std::size_t>(-1) / sizeof(Item)) return nullptr;
  return static_cast<Item*>(allocate(count * sizeof(Item), alignof(Item)));
}

/// Gives memory back to the allocator in force. Does nothing for NULL.
void deallocate(void* pointer);

}  // namespace microcrad::detail
