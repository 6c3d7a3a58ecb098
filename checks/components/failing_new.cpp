// The operators that failing_new.h speaks of. Not linked where a sanitizer's runtime has its own.

#include "checks/components/failing_new.h"

#include <cstddef>
#include <cstdlib>
#include <new>

void* operator new(std::size_t size) {
  has_own_new = true;
  if (failing_new > 0 && --failing_new == 0) throw std::bad_alloc();
  void* const pointer = std::malloc(size);
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}
void operator delete(void* pointer) noexcept { std::free(pointer); }
void operator delete(void* pointer, std::size_t /*size*/) noexcept { std::free(pointer); }
