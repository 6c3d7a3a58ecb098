// SimpleSet: a set of Values by identity, with insertion and membership and nothing else.
//
// It keeps addresses, not references: a Value in a set may be freed while it is there. The engine's
// own backward pass does not need it; searches over a graph do.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "microcrad/value.h"

#ifdef __cplusplus
extern "C" {
#endif

// A hash table of addresses, for reading; the table belongs to it, the Values do not.
typedef struct SimpleSet {
  size_t size;          // How many Values it holds.
  size_t capacity;      // Slots in the table: 0 or a power of two, at least twice the size.
  const Value** slots;  // The table; NULL is an empty slot.
} SimpleSet;

// Makes an empty set, without a table yet. Returns it, to be freed with simpleset_free; NULL when
// memory is short.
SimpleSet* simpleset_create(void);

// Returns 1 when `value` is new, 0 when it was there already, and -1, with nothing changed, when an
// argument is NULL or memory is short. Takes no reference, and does not look whether the Value is
// stale. Cost: constant on average; the table doubles, so that n calls take O(n) steps.
int simpleset_insert(SimpleSet* set, Value* value);

// Tells whether `value` was inserted; false when either is NULL. It compares addresses, so that the
// Value may be stale. Cost: constant on average.
bool simpleset_contains(const SimpleSet* set, const Value* value);

// Frees the set, not the Values. Does nothing for NULL.
void simpleset_free(SimpleSet* set);

#ifdef __cplusplus
}
#endif
