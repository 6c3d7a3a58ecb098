// Vector: a growing array of Values, each of which it retains.
//
// The parameter lists of neurons, layers and networks are Vectors.
#pragma once

#include <stddef.h>

#include "microcrad/value.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Vector {
  size_t size;      // How many Values it holds.
  size_t capacity;  // How many fit before it grows; always a whole number of blocks.
  Value** items;    // The Values, in the order they were appended.
} Vector;

// Makes an empty Vector. Returns NULL when memory is short; free it with vector_free.
Vector* vector_create(void);

// Appends `value` and retains it. Returns 0; -1, with nothing changed, when an argument is NULL,
// the Value is stale or memory is short.
int vector_append(Vector* vector, Value* value);

// Returns the Value at `index` without a new reference; NULL out of range.
Value* vector_get(const Vector* vector, size_t index);

// Releases every Value in it, and frees it. Does nothing for NULL.
void vector_free(Vector* vector);

#ifdef __cplusplus
}
#endif
