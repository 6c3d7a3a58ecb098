// dot reads and writes files in memory: with pipes, each could wait for the other.

#include "checks/cradle/graphviz.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace cradle {
namespace {

constexpr unsigned kSecondsMax = 30;
constexpr int kNotInstalled = 127;

// A file without a name, gone when it is closed.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : file_(memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (file_ >= 0) close(file_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int file() const { return file_; }

  bool put(const std::string& text) const {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = write(file_, text.data() + done, text.size() - done);
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
    }
    return lseek(file_, 0, SEEK_SET) == 0;
  }

  std::string all() const {
    std::string text;
    std::array<char, 65'536> piece = {};
    if (lseek(file_, 0, SEEK_SET) != 0) return text;
    for (;;) {
      const ssize_t count = read(file_, piece.data(), piece.size());
      if (count <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  int file_;
};

}  // namespace

std::string run_graphviz(const std::string& drawing, const char* format, std::string& error) {
  const MemoryFile input("drawing");
  const MemoryFile output("drawn");
  if (input.file() < 0 || output.file() < 0 || !input.put(drawing)) {
    error = std::string("no memory for a drawing: ") + std::strerror(errno);
    return {};
  }
  const std::string flag = std::string("-T") + format;
  const pid_t child = fork();
  if (child == 0) {
    alarm(kSecondsMax);  // outlives exec
    if (dup2(input.file(), STDIN_FILENO) >= 0 && dup2(output.file(), STDOUT_FILENO) >= 0) {
      execlp("dot", "dot", flag.c_str(), nullptr);
    }
    _exit(kNotInstalled);
  }
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == kNotInstalled)) {
    error = "Graphviz's dot is not installed";
    return {};
  }
  std::string drawn = status == 0 ? output.all() : std::string();
  if (drawn.empty()) error = "Graphviz's dot could not draw it";
  return drawn;
}

}  // namespace cradle
