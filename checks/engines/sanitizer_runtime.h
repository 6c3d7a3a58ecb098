// Plug-ins that were built with AddressSanitizer: their runtime must be in the process first.

#pragma once

#include <string>
#include <vector>

namespace cradle {

/// True in a build of cradle that has a sanitizer itself: its children then have its runtime, too.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kSanitized = __has_feature(address_sanitizer) ||
                                   __has_feature(memory_sanitizer) ||
                                   __has_feature(thread_sanitizer);
#else
inline constexpr bool kSanitized = false;
#endif

/// Returns the runtimes that a shared object of this file may want preloaded, likeliest first:
/// GCC's libasan as the object names it, or Clang's, of every version that is installed. The
/// variable CRADLE_ASAN_RUNTIME, where it is set, is the only one. Empty for an object that was not
/// built with AddressSanitizer.
std::vector<std::string> sanitizer_runtimes(const std::string& path);

/// Sets what the runtime reads in this process, which is about to become another program.
void preload(const std::string& runtime);

}  // namespace cradle
