// A flag that the handler of SIGINT sets.

#include "checks/cradle/interrupt.h"

namespace cradle {
namespace {

volatile sig_atomic_t g_interrupted = 0;
int g_depth = 0;

}  // namespace

InterruptScope::InterruptScope() {
  if (g_depth++ == 0) g_interrupted = 0;
  struct sigaction interrupt = {};
  interrupt.sa_handler = [](int) { g_interrupted = 1; };
  sigaction(SIGINT, &interrupt, &before_);
}

InterruptScope::~InterruptScope() {
  sigaction(SIGINT, &before_, nullptr);
  --g_depth;
}

bool InterruptScope::happened() { return g_interrupted != 0; }

}  // namespace cradle
