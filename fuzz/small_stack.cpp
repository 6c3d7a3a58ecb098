// A process gets its stack's limit when it starts: it is lowered, and the program started again.

#include "fuzz/small_stack.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>

namespace cradle {

void run_on_a_small_stack(char** arguments) {
  constexpr rlim_t kBytes = rlim_t{256} << 10;
  rlimit limit = {};
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return;
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur <= kBytes) return;
  limit.rlim_cur = kBytes;
  if (setrlimit(RLIMIT_STACK, &limit) == 0) execv("/proc/self/exe", arguments);
}

}  // namespace cradle
