// Ending children, and reading their last words.

#include "checks/engines/burial.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace cradle {
namespace {

// The line of a dying process that says most: a sanitizer's, or the last one.
std::string telling_line(const std::string& text) {
  for (const char* const mark : {"ERROR: ", "runtime error: ", "terminate called"}) {
    const std::size_t at = text.find(mark);
    if (at == std::string::npos) continue;
    std::string line = text.substr(at, text.find('\n', at) - at);
    return line.substr(0, 160);
  }
  return {};
}

// True when the child is gone within a second: an engine may close the pipe and live on.
bool exits_soon(pid_t child) {
  for (int k = 0; k < 1000; ++k) {
    siginfo_t what = {};
    if (waitid(P_PID, static_cast<id_t>(child), &what, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        what.si_pid == child) {
      return true;
    }
    usleep(1000);
  }
  return false;
}

std::string last_words(int complaints) {
  std::string text(4096, '\0');
  const ssize_t length = pread(complaints, text.data(), text.size(), 0);
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return telling_line(text);
}

}  // namespace

Trace bury(pid_t child, bool too_slow, int complaints) {
  too_slow = too_slow || !exits_soon(child);
  if (too_slow) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  kill(-child, SIGKILL);  // what the engine may have started
  Trace trace;
  if (too_slow) {
    trace.death = Death::timeout;
  } else if (WIFSIGNALED(status)) {
    trace.death = Death::signal;
    trace.death_code = WTERMSIG(status);
  } else {
    trace.death = Death::exit;
    trace.death_code = WEXITSTATUS(status);
  }
  trace.death_note = last_words(complaints);
  return trace;
}

}  // namespace cradle
