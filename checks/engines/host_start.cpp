// Starting and stopping children: a fork for an engine of this program, and cradle-host for a
// plug-in.

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "checks/engines/foreign.h"
#include "checks/engines/host_state.h"
#include "checks/engines/plugin.h"
#include "checks/engines/sanitizer_runtime.h"

namespace cradle {
namespace {

// Becomes cradle-host, which loads the plug-in.
[[noreturn]] void serve_plugin(const ForeignEngine& engine, const ChildSetup& setup,
                               int memory_file) {
  const std::string host = host_program(!engine.runtime.empty());
  std::vector<std::string> words = {host, "serve", kHostVersion, engine.path,
                                    std::to_string(memory_file)};
  const std::size_t memory_max = engine.runtime.empty() ? setup.limit_memory_bytes : 0;
  for (const std::size_t number : {setup.memory_bytes, memory_max, setup.limit_stack_bytes}) {
    words.push_back(std::to_string(number));
  }
  for (const int file : {setup.requests, setup.responses, setup.complaints}) {
    words.push_back(std::to_string(file));
  }
  for (const int file : {memory_file, setup.complaints}) fcntl(file, F_SETFD, 0);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  if (!engine.runtime.empty()) preload(engine.runtime);
  execv(host.c_str(), arguments.data());
  _exit(kLoadFailed);
}

}  // namespace

void fail_with(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void Host::State::map() {
  if (as_foreign(engine) != nullptr) {
    memory_file = memfd_create("traces", MFD_CLOEXEC);
    if (memory_file < 0 || ftruncate(memory_file, static_cast<off_t>(limits.shared_bytes)) != 0) {
      fail_with("memfd_create");
    }
  }
  const int kind = memory_file < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;
  void* const mapped = mmap(nullptr, limits.shared_bytes, PROT_READ | PROT_WRITE,
                            kind | MAP_NORESERVE, memory_file, 0);
  if (mapped == MAP_FAILED) fail_with("mmap");
  memory = static_cast<std::byte*>(mapped);
}

void Host::State::start() {
  int request_pipe[2];
  int response_pipe[2];
  if (pipe(request_pipe) != 0 || pipe(response_pipe) != 0) fail_with("pipe");
  if (complaints < 0) complaints = memfd_create("complaints", MFD_CLOEXEC);
  if (complaints < 0) fail_with("memfd_create");
  if (ftruncate(complaints, 0) != 0 || lseek(complaints, 0, SEEK_SET) != 0) fail_with("complaints");
  child = fork();
  if (child < 0) fail_with("fork");
  if (child == 0) {
    close(request_pipe[1]);
    close(response_pipe[0]);
    ChildSetup setup;
    setup.engine = &engine;
    setup.memory = memory;
    setup.memory_bytes = limits.shared_bytes;
    setup.limit_memory_bytes = limits.memory_bytes;
    setup.limit_stack_bytes = limits.stack_bytes;
    setup.requests = request_pipe[0];
    setup.responses = response_pipe[1];
    setup.complaints = complaints;
    if (const ForeignEngine* const plugin = as_foreign(engine)) {
      serve_plugin(*plugin, setup, memory_file);
    }
    serve(setup);
  }
  close(request_pipe[0]);
  close(response_pipe[1]);
  requests = request_pipe[1];
  responses = response_pipe[0];
}

void Host::State::stop() {
  if (child < 0) return;
  close(requests);
  close(responses);
  kill(-child, SIGKILL);
  kill(child, SIGKILL);  // in case it had no time to make its group
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  child = -1;
}

}  // namespace cradle
