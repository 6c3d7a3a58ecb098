// malloc for the textbook engine: counted, made to fail, and kept for planted bugs.

#include "checks/engines/textbook_memory.h"

#include <algorithm>
#include <cstdlib>

namespace cradle::textbook {

bool Memory::fails_now() {
  ++calls_;
  if (failing_.empty()) return false;
  return std::erase(failing_, calls_) > 0;
}

void* Memory::allocate(std::size_t bytes) { return fails_now() ? nullptr : std::malloc(bytes); }

void* Memory::resize(void* pointer, std::size_t bytes) {
  return fails_now() ? nullptr : std::realloc(pointer, bytes);
}

void Memory::release(void* pointer) { std::free(pointer); }

void* Memory::allocate_node(std::size_t bytes) {
  void* const pointer = allocate(bytes);
  if (keep_nodes && pointer != nullptr) kept_.push_back(pointer);
  return pointer;
}

void Memory::release_node(void* pointer) {
  if (!keep_nodes) release(pointer);
}

void Memory::reset() {
  for (void* pointer : kept_) std::free(pointer);
  kept_.clear();
  failing_.clear();
  keep_nodes = false;
  calls_ = 0;
  live_values = 0;
}

}  // namespace cradle::textbook
