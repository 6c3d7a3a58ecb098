// SimpleSet: a hash table of addresses with open addressing, never more than half full.
#include "microcrad/simpleset.h"

#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/memory.h"

namespace microcrad::detail {
namespace {

constexpr std::size_t kCapacityMin = 16;
constexpr std::uint64_t kGolden = UINT64_C(0x9E3779B97F4A7C15);  // 2^64 over the golden ratio

// The slot where `value` is, or where it belongs. Fibonacci hashing: the multiplication spreads
// addresses that differ only in a few middle bits, and the top bits of the product choose the slot.
// (Knuth, vol. 3, 6.4.)
std::size_t find_slot(const Value* const* slots, std::size_t capacity, const Value* value) {
  const std::uint64_t hash = reinterpret_cast<std::uintptr_t>(value) * kGolden;
  std::size_t slot = static_cast<std::size_t>(hash >> (64 - std::countr_zero(capacity)));
  while (slots[slot] != nullptr && slots[slot] != value) slot = (slot + 1) & (capacity - 1);
  return slot;
}

bool grow(SimpleSet* set) {
  const std::size_t capacity = set->capacity == 0 ? kCapacityMin : 2 * set->capacity;
  const Value** const slots = allocate_array<const Value*>(capacity);
  if (slots == nullptr) return false;
  for (std::size_t i = 0; i < capacity; ++i) slots[i] = nullptr;
  for (std::size_t i = 0; i < set->capacity; ++i) {
    const Value* const value = set->slots[i];
    if (value != nullptr) slots[find_slot(slots, capacity, value)] = value;
  }
  deallocate(set->slots);
  set->slots = slots;
  set->capacity = capacity;
  return true;
}

}  // namespace
}  // namespace microcrad::detail

using namespace microcrad::detail;

SimpleSet* simpleset_create(void) {
  SimpleSet* const set = allocate_array<SimpleSet>(1);
  if (set != nullptr) *set = SimpleSet{};
  return set;
}

int simpleset_insert(SimpleSet* set, Value* value) {
  if (set == nullptr || value == nullptr) return -1;
  if (simpleset_contains(set, value)) return 0;
  if (2 * (set->size + 1) > set->capacity && !grow(set)) return -1;
  set->slots[find_slot(set->slots, set->capacity, value)] = value;
  ++set->size;
  return 1;
}

bool simpleset_contains(const SimpleSet* set, const Value* value) {
  if (set == nullptr || value == nullptr || set->capacity == 0) return false;
  return set->slots[find_slot(set->slots, set->capacity, value)] == value;
}

void simpleset_free(SimpleSet* set) {
  if (set == nullptr) return;
  deallocate(set->slots);
  deallocate(set);
}
