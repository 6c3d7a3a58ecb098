// Processes, a pipe from each, and a board that they share.

#include "checks/cradle/pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "checks/cradle/interrupt.h"
#include "checks/cradle/terminal.h"

namespace cradle {
namespace {

// A process that has nothing to send sends this, so that silence is a failure.
constexpr char kSent = '+';
constexpr char kFailed = '!';

struct SharedBoard {
  std::atomic<std::uint64_t> next;
  std::atomic<double> done;  // weight
  std::atomic<bool> stop;
};

struct Process {
  pid_t pid = -1;
  int pipe = -1;
  std::string text;
  bool open = true;
};

double weight_of(const PoolOptions& options, std::uint64_t item) {
  return options.weight ? options.weight(item) : 1;
}

void send(int file, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = write(file, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    at += static_cast<std::size_t>(count);
  }
}

[[noreturn]] void work_and_exit(const PoolOptions& options, SharedBoard& board, int pipe,
                                const std::function<std::string(const NextItem&)>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGINT, SIG_IGN);
  std::optional<std::uint64_t> last;
  const NextItem next = [&]() -> std::optional<std::uint64_t> {
    if (last) board.done.fetch_add(weight_of(options, *last));
    last.reset();
    if (board.stop.load()) return std::nullopt;
    const std::uint64_t item = board.next.fetch_add(1);
    if (item < options.item_count) last = item;
    return last;
  };
  int status = 0;
  try {
    send(pipe, kSent + work(next));
  } catch (const std::exception& error) {
    send(pipe, std::string(1, kFailed) + error.what());
    status = 1;
  }
  _exit(status);
}

Process start_process(const PoolOptions& options, SharedBoard& board,
                      const std::function<std::string(const NextItem&)>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  Process process;
  process.pid = fork();
  if (process.pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process.pid == 0) {
    close(ends[0]);
    work_and_exit(options, board, ends[1], work);
  }
  close(ends[1]);
  process.pipe = ends[0];
  return process;
}

// Reads what was sent, for a tenth of a second at the most; false when all have finished.
bool read_some(std::vector<Process>& processes) {
  std::vector<pollfd> polled;
  for (const Process& process : processes) {
    if (process.open) polled.push_back({process.pipe, POLLIN, 0});
  }
  if (polled.empty()) return false;
  if (poll(polled.data(), polled.size(), 100) <= 0) return true;
  std::size_t at = 0;
  for (Process& process : processes) {
    if (!process.open || polled[at++].revents == 0) continue;
    char piece[65536];
    const ssize_t count = read(process.pipe, piece, sizeof piece);
    if (count > 0) {
      process.text.append(piece, static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      process.open = false;
    }
  }
  return true;
}

void collect(Process& process, PoolOutcome& outcome) {
  close(process.pipe);
  int status = 0;
  while (waitpid(process.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    outcome.failure = fmt::format("a process of cradle died of signal {}", WTERMSIG(status));
  } else if (!process.text.empty() && process.text.front() == kSent) {
    outcome.parts.push_back(process.text.substr(1));
  } else {
    outcome.failure =
        process.text.empty() ? "a process of cradle sent nothing" : process.text.substr(1);
  }
}

// One line on standard error: rewritten on a terminal, now and then in a pipe.
class Bar {
 public:
  Bar(const PoolOptions& options, const SharedBoard& board)
      : wanted_(options.progress), terminal_(understands_escapes(STDERR_FILENO)), board_(board) {
    for (std::uint64_t k = 0; wanted_ && k < options.item_count; ++k) {
      whole_ += weight_of(options, k);
    }
  }
  void show() {
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    if (!wanted_ || whole_ <= 0 || seconds - last_ < (terminal_ ? 0.25 : 10)) return;
    last_ = seconds;
    const double share = std::clamp(board_.done.load() / whole_, 1e-6, 1.0);
    const std::string left =
        share < 1e-3 ? "" : fmt::format("  {:.0f} s left", seconds / share - seconds);
    std::fputs(fmt::format("{}{:3.0f} %{}{}", terminal_ ? "\r\x1b[K" : "", 100 * share, left,
                           terminal_ ? "" : "\n")
                   .c_str(),
               stderr);
    std::fflush(stderr);
    shown_ = true;
  }
  void clear() const {
    if (terminal_ && shown_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  bool wanted_;
  bool terminal_;
  bool shown_ = false;
  const SharedBoard& board_;
  double whole_ = 0;
  double last_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

PoolOutcome run_pool(const PoolOptions& options,
                     const std::function<std::string(const NextItem&)>& work) {
  void* const memory =
      mmap(nullptr, sizeof(SharedBoard), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  SharedBoard& board = *new (memory) SharedBoard();
  const InterruptScope interrupt;
  std::fflush(stdout);
  std::vector<Process> processes;
  for (unsigned k = 0; k < options.jobs; ++k) {
    processes.push_back(start_process(options, board, work));
  }
  PoolOutcome outcome;
  Bar bar(options, board);
  while (read_some(processes)) {
    if (InterruptScope::happened() && !outcome.interrupted) {
      outcome.interrupted = true;
      board.stop = true;
      for (const Process& process : processes) {
        if (process.open) kill(process.pid, SIGINT);
      }
    }
    bar.show();
  }
  bar.clear();
  for (Process& process : processes) collect(process, outcome);
  munmap(memory, sizeof(SharedBoard));
  return outcome;
}

}  // namespace cradle
