// The allocator and the complaint handler of the process: plain pointers, set before any Value
// exists.
#include "engine/memory.h"

#include <cstdio>
#include <cstdlib>

#include "microcrad/detail/arena.h"
#include "microcrad/microcrad.h"

namespace microcrad::detail {
namespace {

// posix_memalign rather than aligned_alloc: the size of a segment is no multiple of its alignment,
// so that malloc's own header fits between two of them.
void* default_allocate(std::size_t size, std::size_t alignment, void*) {
  if (alignment <= alignof(std::max_align_t)) return std::malloc(size);
  void* pointer = nullptr;
  return posix_memalign(&pointer, alignment, size) == 0 ? pointer : nullptr;
}

void default_release(void* pointer, void*) { std::free(pointer); }

void default_complaint(const char* function, const Value* value, void*) {
  std::fprintf(stderr, "microcrad: %s: invalid or stale Value %p\n", function,
               static_cast<const void*>(value));
}

struct Hooks {
  MicrocradAllocate allocate = default_allocate;
  MicrocradRelease release = default_release;
  void* allocator_user = nullptr;
  MicrocradComplaint complaint = default_complaint;
  void* complaint_user = nullptr;
};

constinit Hooks hooks;

}  // namespace

void* allocate(std::size_t size, std::size_t alignment) {
  return hooks.allocate(size, alignment, hooks.allocator_user);
}

void deallocate(void* pointer) {
  if (pointer != nullptr) hooks.release(pointer, hooks.allocator_user);
}

void complain(const char* function, const Value* value) {
  hooks.complaint(function, value, hooks.complaint_user);
}

}  // namespace microcrad::detail

int microcrad_set_allocator(MicrocradAllocate allocate, MicrocradRelease release, void* user) {
  using namespace microcrad::detail;
  if ((allocate == nullptr) != (release == nullptr)) return -1;
  if (live_values() != 0) return -1;
  release_empty_segments();
  hooks.allocate = allocate == nullptr ? default_allocate : allocate;
  hooks.release = release == nullptr ? default_release : release;
  hooks.allocator_user = user;
  return 0;
}

void microcrad_set_complaint(MicrocradComplaint complaint, void* user) {
  using namespace microcrad::detail;
  hooks.complaint = complaint == nullptr ? default_complaint : complaint;
  hooks.complaint_user = user;
}
