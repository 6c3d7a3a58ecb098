// Inside the child: limits, then a loop over batches on a thread whose stack has the size that was
// asked.

#include "checks/engines/child.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "checks/engines/run.h"
#include "checks/engines/sanitizer_runtime.h"
#include "checks/engines/wire.h"

namespace cradle {
namespace {

// A host that was started with closed standard files has pipes in their place, which the child is
// about to put elsewhere.
void move_above_standard(int& file) {
  if (file <= STDERR_FILENO) file = fcntl(file, F_DUPFD, STDERR_FILENO + 1);
}

// Far more than the parent ever opens.
constexpr int kFilesMax = 256;

void set_limits(const ChildSetup& setup) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);  // Ctrl-C is the parent's; a time-out kills whatever the engine started
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) signal(number, SIG_DFL);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  // ASan reserves terabytes at its start: a limit would kill it there, not the engine.
  if (!kSanitized && setup.limit_memory_bytes > 0) {
    const rlimit data = {setup.limit_memory_bytes, setup.limit_memory_bytes};
    setrlimit(RLIMIT_DATA, &data);
  }
  // What the parent has open is none of the engine's business; a process that the engine leaves
  // behind would keep the parent's pipes open.
  for (int file = STDERR_FILENO + 1; file < kFilesMax; ++file) {
    if (file != setup.requests && file != setup.responses && file != setup.complaints) close(file);
  }
  const int nowhere = open("/dev/null", O_RDWR);
  dup2(nowhere, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  dup2(setup.complaints, STDERR_FILENO);
  close(nowhere);
}

// An engine that calls exit() ends the child there and then: handlers that the parent registered
// are not the child's to run, and LeakSanitizer's among them takes a tenth of a second.
void leave_at_once(int status, void* /*argument*/) { _exit(status); }

// Runs one job and writes its trace; false when the trace does not fit.
std::optional<std::size_t> run_job(const ChildSetup& setup, const Job& job,
                                   std::span<std::byte> space) {
  Trace trace;
  if (setup.run) {
    trace = setup.run(job);
  } else if (job.network) {
    trace = run_network(*job.network, lower(*job.network), *setup.engine);
  } else {
    trace = run(job.program, *setup.engine);
  }
  return write_trace(trace, space);
}

bool serve_job(const ChildSetup& setup, const Job& job, std::size_t& written) {
  const std::size_t begin = traces_offset(setup.memory_bytes) + written + sizeof(TraceHead);
  if (begin > setup.memory_bytes) return false;
  const std::int64_t before = setup.live_allocations != nullptr ? setup.live_allocations() : 0;
  const auto length =
      run_job(setup, job, std::span<std::byte>(setup.memory + begin, setup.memory_bytes - begin));
  if (!length) return false;
  TraceHead head;
  head.length = *length;
  if (setup.live_allocations != nullptr) head.left_behind = setup.live_allocations() - before;
  std::memcpy(setup.memory + begin - sizeof head, &head, sizeof head);
  written += sizeof head + *length;
  return true;
}

std::vector<Job> jobs_of(std::span<const std::byte> bytes, const ChildBatch& batch) {
  std::vector<Job> jobs;
  std::size_t offset = 0;
  for (std::uint32_t k = 0; k < batch.count; ++k) {
    Job job;
    offset += read_job(bytes.subspan(offset), job);
    if (k >= batch.first) jobs.push_back(std::move(job));
  }
  return jobs;
}

void* serve_batches(void* argument) {
  ChildSetup& setup = *static_cast<ChildSetup*>(argument);
  if (setup.engine == nullptr && !setup.run) {
    setup.engine = setup.load(setup.path);
    if (setup.engine == nullptr) _exit(kLoadFailed);
  }
  auto* const progress = reinterpret_cast<ChildProgress*>(setup.memory);
  const std::span<const std::byte> jobs(setup.memory + kJobsOffset,
                                        traces_offset(setup.memory_bytes) - kJobsOffset);
  write_moments_to(&progress->moment);
  ChildBatch batch;
  while (read(setup.requests, &batch, sizeof batch) == static_cast<ssize_t>(sizeof batch)) {
    std::size_t job_offset = 0;
    std::size_t written = 0;
    if (setup.announce) setup.announce(jobs_of(jobs, batch));
    for (std::uint32_t k = 0; k < batch.count; ++k) {
      Job job;
      job_offset += read_job(jobs.subspan(job_offset), job);
      if (k < batch.first) continue;
      progress->moment.store(0, std::memory_order_relaxed);
      progress->started.store(k + 1, std::memory_order_release);
      if (!serve_job(setup, job, written)) break;
      progress->done.store(k + 1, std::memory_order_release);
    }
    const char finished = 1;
    if (write(setup.responses, &finished, 1) != 1) break;
  }
  return nullptr;
}

}  // namespace

void serve(ChildSetup setup) {
  for (int* const file : {&setup.requests, &setup.responses, &setup.complaints}) {
    move_above_standard(*file);
  }
  set_limits(setup);
  on_exit(leave_at_once, nullptr);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_t thread;
  // A stack of its own, because the size of the first thread's was settled when the program
  // started.
  if (pthread_attr_setstacksize(&attributes, setup.limit_stack_bytes) != 0 ||
      pthread_create(&thread, &attributes, serve_batches, &setup) != 0) {
    _exit(kSetupFailed);
  }
  pthread_join(thread, nullptr);
  _exit(0);
}

}  // namespace cradle
