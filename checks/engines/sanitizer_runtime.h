// Plug-ins that were built with AddressSanitizer: their runtime must be in the process first.

#pragma once

#include <string>
#include <vector>

namespace cradle {

/// Returns the runtimes that a shared object of this file may want preloaded, likeliest first:
/// GCC's libasan as the object names it, or Clang's, of every version that is installed. The
/// variable CRADLE_ASAN_RUNTIME, where it is set, is the only one. Empty for an object that was not
/// built with AddressSanitizer.
std::vector<std::string> sanitizer_runtimes(const std::string& path);

/// Sets what the runtime reads in this process, which is about to become another program.
void preload(const std::string& runtime);

}  // namespace cradle
