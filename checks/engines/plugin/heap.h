// How many allocations of this process are alive.

#pragma once

#include <cstdint>

namespace cradle {

/// Returns the calls of malloc, calloc, realloc, posix_memalign and their like that were not freed,
/// by whatever is loaded; operator new is among them.
std::int64_t live_allocations();

}  // namespace cradle
