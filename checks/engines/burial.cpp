// Ending children, and reading their last words.

#include "checks/engines/burial.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace cradle {
namespace {

// Of the frames of a sanitizer's first stack the innermost few that are not its own or the host's:
// " in /path/libmine.so+0x12f8, from /path/libmine.so+0x1400".
std::string frames_of(const std::string& text) {
  constexpr std::size_t kFramesMax = 3;
  std::string frames;
  std::size_t count = 0;
  std::size_t at = 0;
  for (std::size_t number = 0; count < kFramesMax; ++number) {
    at = text.find("    #" + std::to_string(number) + " 0x", at);
    if (at == std::string::npos) break;
    const std::string line = text.substr(at, text.find('\n', at) - at);
    const std::size_t open = line.rfind("(/");
    const std::size_t close = line.find(')', open);
    if (open == std::string::npos || close == std::string::npos) break;
    const std::string place = line.substr(open + 1, close - open - 1);
    if (place.find("cradle-host") != std::string::npos) break;
    if (place.find("asan") == std::string::npos || place.find("/lib") == std::string::npos) {
      frames += (count++ == 0 ? " in " : ", from ") + place;
    }
    at += line.size();
  }
  return frames;
}

// The line of a dying process that says most: a sanitizer's, or the last one.
std::string telling_line(const std::string& text) {
  for (const char* const mark : {"ERROR: ", "runtime error: ", "terminate called"}) {
    const std::size_t at = text.find(mark);
    if (at == std::string::npos) continue;
    const std::string line = text.substr(at, text.find('\n', at) - at);
    // Where in memory is no news, and another one each time.
    const std::size_t address = std::min(line.find(" on address 0x"), line.find(" on unknown "));
    if (address != std::string::npos) return line.substr(0, address) + frames_of(text.substr(at));
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
  std::string text(std::size_t{1} << 14, '\0');
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
