// The child host: engines run in a process of their own.
//
// Engines call exit, overflow the stack, hang and corrupt memory. So a child only runs programs and
// writes traces to shared memory, in batches, under limits on time, memory and stack; the parent
// decodes them as untrusted bytes and judges. A death is part of a trace, never the end of a run:
// the host starts another child and goes on with the next program.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "checks/engines/engine.h"
#include "checks/engines/wire.h"

namespace cradle {

struct HostLimits {
  double seconds = 1;  // of the processor, for one program; five times as much of the wall
  double seconds_a_node = 20e-6;                    // and this much more for each of its nodes
  std::size_t memory_bytes = std::size_t{8} << 30;  // of private data; not under ASan
  std::size_t stack_bytes = std::size_t{8} << 20;   // of the thread that runs the engine
  std::size_t shared_bytes = std::size_t{2} << 30;  // reserved for jobs and traces; used as needed
};

class Host {
 public:
  /// Starts no process yet.
  /// Errors  throws std::system_error when the memory cannot be mapped.
  Host(const cradle_engine& engine, const HostLimits& limits);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Hands a batch to the child, which runs while the caller judges the one before.
  /// Requires  no batch is under way.
  void post(std::vector<Job> jobs);

  /// Waits for the batch that was posted and returns its traces, one a job, in order. After a few
  /// programs that hang the rest of the batch is `unrun`.
  /// Errors  throws std::runtime_error when the limits leave no room for the child itself.
  std::vector<Trace> take();

  /// Returns the jobs of the batch that `take` returned last.
  const std::vector<Job>& taken() const;

  /// Posts one program and takes its trace.
  Trace run(const Program& program);

  /// Shortens the time for a program: the engine is known to hang, and it need not be shown again.
  void give_up_sooner();

  /// Ends the child: the next batch runs in a fresh one. Requires no batch under way.
  void restart();

  /// Returns the time that the engine has had in the child that runs now, 0 when none does: of the
  /// processor, so that what else the machine does is left out. A command is a process of its own:
  /// of it, the time of the wall since some moment.
  double engine_seconds() const;

  /// How many children have died so far.
  std::uint64_t deaths() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cradle
