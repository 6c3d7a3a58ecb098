// The two containers that the textbook engine's sort needs: a Vector that retains what it stores
// and grows in fixed blocks, and a set of addresses with open addressing. Nothing iterates over the
// set, so nothing depends on addresses but time.

#pragma once

#include <cstddef>

#include "checks/engines/textbook.h"

namespace cradle::textbook {

struct Vector {
  std::size_t size;
  std::size_t capacity;
  Value** items;
};

Vector* vector_create();
/// Retains the Value. Returns 0, or -1 with nothing changed.
int vector_append(Vector* vector, Value* value);
/// Releases every Value, and the Vector.
void vector_free(Vector* vector);

struct SimpleSet {
  std::size_t size;
  std::size_t capacity;  // a power of two
  Value** slots;
};

SimpleSet* simpleset_create();
/// Returns 1 when the Value is new, 0 when it was there, -1 when memory is short.
int simpleset_insert(SimpleSet* set, Value* value);
void simpleset_free(SimpleSet* set);

}  // namespace cradle::textbook
