// A clock for what this process does itself.

#pragma once

#include <time.h>

namespace cradle {

/// Returns the seconds of the processor that this process has used: what else the machine does is
/// none of the engine's.
inline double processor_seconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace cradle
