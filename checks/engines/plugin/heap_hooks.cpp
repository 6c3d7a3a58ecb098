// The same count by the hooks that the sanitizers' allocators call.

#include <atomic>
#include <cstddef>

#include "checks/engines/plugin/heap.h"

// NOLINTBEGIN(bugprone-reserved-identifier): the name is the sanitizers'.
extern "C" __attribute__((weak)) int __sanitizer_install_malloc_and_free_hooks(
    void (*malloc_hook)(const volatile void*, std::size_t),
    void (*free_hook)(const volatile void*));
// NOLINTEND(bugprone-reserved-identifier)

namespace {

std::atomic<std::int64_t> live = 0;

void allocated(const volatile void* pointer, std::size_t /*size*/) {
  if (pointer != nullptr) live.fetch_add(1, std::memory_order_relaxed);
}

void freed(const volatile void* pointer) {
  if (pointer != nullptr) live.fetch_sub(1, std::memory_order_relaxed);
}

// Weak: a runtime that is preloaded has it.
const int installed = __sanitizer_install_malloc_and_free_hooks == nullptr
                          ? 0
                          : __sanitizer_install_malloc_and_free_hooks(allocated, freed);

}  // namespace

std::int64_t cradle::live_allocations() {
  return installed != 0 ? live.load(std::memory_order_relaxed) : 0;
}
