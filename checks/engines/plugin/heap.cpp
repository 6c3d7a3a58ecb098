// malloc's family, counted: this program's definitions stand before the C library's for every
// shared object that is loaded into it. Under a sanitizer, which has a malloc of its own, its hooks
// count; heap_hooks.cpp is then compiled in place of this file.

#include "checks/engines/plugin/heap.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the C library's.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* pointer, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* pointer);
}

namespace {

// Constant-initialised: it is there before any constructor allocates.
constinit std::atomic<std::int64_t> live = 0;

void* counted(void* pointer) {
  if (pointer != nullptr) live.fetch_add(1, std::memory_order_relaxed);
  return pointer;
}

}  // namespace

std::int64_t cradle::live_allocations() { return live.load(std::memory_order_relaxed); }

extern "C" {

void* malloc(std::size_t size) { return counted(__libc_malloc(size)); }

void* calloc(std::size_t count, std::size_t size) { return counted(__libc_calloc(count, size)); }

void free(void* pointer) {
  if (pointer != nullptr) live.fetch_sub(1, std::memory_order_relaxed);
  __libc_free(pointer);
}

// realloc(NULL, n) allocates and realloc(p, 0) frees.
void* realloc(void* pointer, std::size_t size) {
  void* const moved = __libc_realloc(pointer, size);
  if (pointer == nullptr) return counted(moved);
  if (size == 0 && moved == nullptr) live.fetch_sub(1, std::memory_order_relaxed);
  return moved;
}

void* memalign(std::size_t alignment, std::size_t size) {
  return counted(__libc_memalign(alignment, size));
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return counted(__libc_memalign(alignment, size));
}

int posix_memalign(void** pointer, std::size_t alignment, std::size_t size) {
  const bool is_power = alignment != 0 && (alignment & (alignment - 1)) == 0;
  if (!is_power || alignment % sizeof(void*) != 0) return EINVAL;
  void* const made = counted(__libc_memalign(alignment, size));
  if (made == nullptr) return ENOMEM;
  *pointer = made;
  return 0;
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
