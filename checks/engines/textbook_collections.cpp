// The textbook engine's Vector and set.

#include "checks/engines/textbook_collections.h"

#include <bit>
#include <cstdint>

#include "checks/engines/textbook_faults.h"
#include "checks/engines/textbook_memory.h"

namespace cradle::textbook {
namespace {

constexpr std::size_t kVectorBlock = 1024;
constexpr std::size_t kSetCapacityMin = 64;

// The finaliser of SplitMix64: addresses differ in few bits, slots must differ in the low ones.
std::size_t mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
  return bits ^ (bits >> 31);
}

// Without a hash, probing from slot 0 makes the set a list.
std::size_t first_slot(const Value* value, std::size_t capacity) {
  if (is_planted(Fault::quadratic_list)) return 0;
  if (is_planted(Fault::set_by_data)) {
    return mix(std::bit_cast<std::uint64_t>(value->data)) & (capacity - 1);
  }
  return mix(reinterpret_cast<std::uintptr_t>(value)) & (capacity - 1);
}

bool same(const Value* lhs, const Value* rhs) {
  if (!is_planted(Fault::set_by_data)) return lhs == rhs;
  return std::bit_cast<std::uint64_t>(lhs->data) == std::bit_cast<std::uint64_t>(rhs->data);
}

// The slot where the Value is, or the free one where it belongs.
std::size_t find_slot(Value* const* slots, std::size_t capacity, const Value* value) {
  std::size_t slot = first_slot(value, capacity);
  while (slots[slot] != nullptr && !same(slots[slot], value)) slot = (slot + 1) & (capacity - 1);
  return slot;
}

Value** make_slots(std::size_t capacity) {
  Value** const slots = static_cast<Value**>(memory.allocate(capacity * sizeof(Value*)));
  if (slots == nullptr) return nullptr;
  for (std::size_t slot = 0; slot < capacity; ++slot) slots[slot] = nullptr;
  return slots;
}

bool grow(SimpleSet* set) {
  const std::size_t capacity = set->capacity * 2;
  Value** const slots = make_slots(capacity);
  if (slots == nullptr) return false;
  const Value* const lost = is_planted(Fault::small_set) ? faulty_set_loses(set) : nullptr;
  for (std::size_t slot = 0; slot < set->capacity; ++slot) {
    Value* const value = set->slots[slot];
    if (value != nullptr && value != lost) slots[find_slot(slots, capacity, value)] = value;
  }
  memory.release(set->slots);
  set->slots = slots;
  set->capacity = capacity;
  return true;
}

}  // namespace

Vector* vector_create() {
  Vector* const vector = static_cast<Vector*>(memory.allocate(sizeof(Vector)));
  if (vector != nullptr) *vector = Vector{};
  return vector;
}

int vector_append(Vector* vector, Value* value) {
  if (vector->size == vector->capacity) {
    const std::size_t capacity = vector->capacity + kVectorBlock;
    void* const items = memory.resize(vector->items, capacity * sizeof(Value*));
    if (items == nullptr) return -1;
    vector->items = static_cast<Value**>(items);
    vector->capacity = capacity;
  }
  value_retain(value);
  vector->items[vector->size++] = value;
  return 0;
}

void vector_free(Vector* vector) {
  if (vector == nullptr) return;
  for (std::size_t i = 0; i < vector->size; ++i) value_release(vector->items[i]);
  memory.release(vector->items);
  memory.release(vector);
}

SimpleSet* simpleset_create() {
  SimpleSet* const set = static_cast<SimpleSet*>(memory.allocate(sizeof(SimpleSet)));
  if (set == nullptr) return nullptr;
  *set = {0, kSetCapacityMin, make_slots(kSetCapacityMin)};
  if (set->slots != nullptr) return set;
  memory.release(set);
  return nullptr;
}

int simpleset_insert(SimpleSet* set, Value* value) {
  std::size_t slot = find_slot(set->slots, set->capacity, value);
  if (set->slots[slot] != nullptr) return 0;
  if ((set->size + 1) * 4 > set->capacity * 3) {
    if (!grow(set)) return -1;
    slot = find_slot(set->slots, set->capacity, value);
  }
  set->slots[slot] = value;
  ++set->size;
  if (is_planted(Fault::small_set)) faulty_set_inserted(set, value);
  return 1;
}

void simpleset_free(SimpleSet* set) {
  if (set == nullptr) return;
  memory.release(set->slots);
  memory.release(set);
}

}  // namespace cradle::textbook
