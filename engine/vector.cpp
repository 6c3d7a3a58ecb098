// Vector: one contiguous array that grows by whole blocks, more of them as it gets longer, so that
// appending n Values costs O(n) copies.
#include "engine/vector.h"

#include <algorithm>

#include "engine/memory.h"
#include "microcrad/detail/node.h"

namespace microcrad::detail {
namespace {

constexpr std::size_t kBlock = 64;

}  // namespace

bool vector_reserve(Vector* vector, std::size_t count) {
  if (count <= vector->capacity) return true;
  const std::size_t capacity = (count + kBlock - 1) / kBlock * kBlock;
  Value** const items = allocate_array<Value*>(capacity);
  if (items == nullptr) return false;
  std::copy_n(vector->items, vector->size, items);
  deallocate(vector->items);
  vector->items = items;
  vector->capacity = capacity;
  return true;
}

}  // namespace microcrad::detail

using namespace microcrad::detail;

Vector* vector_create(void) {
  Vector* const vector = allocate_array<Vector>(1);
  if (vector != nullptr) *vector = Vector{};
  return vector;
}

int vector_append(Vector* vector, Value* value) {
  if (vector == nullptr || !is_usable(value, "vector_append")) return -1;
  if (vector->size == vector->capacity &&
      !vector_reserve(vector, vector->capacity + vector->capacity / 2 + 1)) {
    return -1;
  }
  vector->items[vector->size++] = hold(value);
  return 0;
}

Value* vector_get(const Vector* vector, size_t index) {
  if (vector == nullptr || index >= vector->size) return nullptr;
  return vector->items[index];
}

void vector_free(Vector* vector) {
  if (vector == nullptr) return;
  for (std::size_t i = 0; i < vector->size; ++i) value_release(vector->items[i]);
  deallocate(vector->items);
  deallocate(vector);
}
