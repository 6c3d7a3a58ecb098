// AddressSanitizer's view of the arena. A segment outlives the Values in it, so a freed slot is
// poisoned by hand; only the canary may still be read. Without AddressSanitizer all of this
// compiles to nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "microcrad/value.h"

extern "C" void __asan_poison_memory_region(const volatile void* address, std::size_t size);
extern "C" void __asan_unpoison_memory_region(const volatile void* address, std::size_t size);

namespace microcrad::detail {

#ifdef __has_feature
#if __has_feature(address_sanitizer)
inline constexpr bool kAsan = true;
#else
inline constexpr bool kAsan = false;
#endif
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAsan = true;
#else
inline constexpr bool kAsan = false;
#endif

inline void poison(const void* address, std::size_t size) {
  if constexpr (kAsan) __asan_poison_memory_region(address, size);
}

inline void unpoison(const void* address, std::size_t size) {
  if constexpr (kAsan) __asan_unpoison_memory_region(address, size);
}

/// Reads the canary of a Value that may be poisoned.
__attribute__((no_sanitize_address)) inline std::uint32_t unchecked_canary(const Value* value) {
  return value->magic;
}

}  // namespace microcrad::detail
