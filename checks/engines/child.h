// The two sides of a child process: the memory they share, and the loop that runs inside.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "checks/engines/engine.h"
#include "checks/engines/wire.h"
#include "checks/program/trace.h"

namespace cradle {

/// At the start of the shared memory. The child writes it, so the parent believes none of it
/// unchecked.
struct ChildProgress {
  std::atomic<std::uint32_t>
      started;  // jobs of the batch begun: the last one may have killed the child
  std::atomic<std::uint32_t> done;    // jobs whose traces are complete
  std::atomic<std::uint64_t> moment;  // what the last one begun is at, see `moment_in`
};

/// One batch: jobs one after the other from `jobs`, each trace written behind its length from
/// `traces`.
struct ChildBatch {
  std::uint32_t first = 0;  // the job to begin with: those before it are done, or killed a child
  std::uint32_t count = 0;
};

struct ChildSetup {
  const cradle_engine* engine = nullptr;  // NULL: it is loaded first, under the limits
  const cradle_engine* (*load)(const char* path) = nullptr;  // NULL when it cannot be
  const char* path = nullptr;
  std::int64_t (*live_allocations)() = nullptr;  // of this process; NULL where nobody counts them
  // Where programs run elsewhere: the programs of a batch that is about to be run, and one of them.
  std::function<void(std::vector<Job>)> announce;
  std::function<Trace(const Job&)> run;
  std::byte* memory = nullptr;  // progress, then half for jobs, half for traces
  std::size_t memory_bytes = 0;
  std::size_t limit_memory_bytes = 0;
  std::size_t limit_stack_bytes = 0;
  int requests = -1;    // a pipe of ChildBatch
  int responses = -1;   // a pipe of one byte a batch
  int complaints = -1;  // where standard error goes
};

/// In front of each trace.
struct TraceHead {
  std::uint64_t length = 0;      // of the trace in bytes
  std::int64_t left_behind = 0;  // allocations that were made during the session and live on
};

inline constexpr std::size_t kJobsOffset = 64;
inline std::size_t traces_offset(std::size_t memory_bytes) { return memory_bytes / 2; }

/// How a child ends that could not start its thread: the limits leave no room for it.
inline constexpr int kSetupFailed = 120;
/// The same for one whose engine could not be loaded.
inline constexpr int kLoadFailed = 121;

/// Sets the limits and serves batches until the pipe of requests is closed. Never returns.
[[noreturn]] void serve(ChildSetup setup);

}  // namespace cradle
