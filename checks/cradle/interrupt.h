// Ctrl-C while something runs that should end in order.

#pragma once

#include <signal.h>

namespace cradle {

/// While one of these lives, Ctrl-C ends nothing and is remembered. Scopes may be nested.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

  /// True when Ctrl-C came since the outermost scope began.
  static bool happened();

 private:
  struct sigaction before_ = {};
};

}  // namespace cradle
