// Vector: a growing array of Values, each of which it retains.
//
// The parameter lists of neurons, layers and networks are Vectors.
#pragma once

#include <stddef.h>

#include "microcrad/value.h"

#ifdef __cplusplus
extern "C" {
#endif

// A list of Values, for reading; the array belongs to it, and so does one reference to each Value.
typedef struct Vector {
  size_t size;      // How many Values it holds.
  size_t capacity;  // How many fit before it grows; always a whole number of blocks.
  Value** items;    // The Values, in the order they were appended.
} Vector;

// Makes an empty Vector, without an array yet. Returns it, to be freed with vector_free; NULL when
// memory is short.
Vector* vector_create(void);

// Appends `value` and retains it: the caller's reference stays the caller's. Returns 0; -1, with
// nothing changed, when an argument is NULL, the Value is stale or memory is short. Cost: the array
// grows by half, so that n calls copy O(n) pointers.
int vector_append(Vector* vector, Value* value);

// Returns the Value at `index`, from 0, without a new reference: it is lent until the Vector is
// freed. NULL out of range, or when the Vector is NULL.
Value* vector_get(const Vector* vector, size_t index);

// Releases every Value in it, and frees it. Does nothing for NULL; Values that are stale by now are
// complained about. Cost: a value_release for each.
void vector_free(Vector* vector);

#ifdef __cplusplus
}
#endif
