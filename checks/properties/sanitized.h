// Whether this build is instrumented: slower by a factor, and not optimised across functions.

#pragma once

#include <cstdint>

namespace cradle {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kSanitized =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool kSanitized = false;
#endif

/// Returns how many cases a law is tried on: a tenth where each takes ten times as long, for what
/// instrumentation looks for is in the code, not in the cases.
constexpr std::uint64_t cases(std::uint64_t count) { return kSanitized ? count / 10 : count; }

}  // namespace cradle
