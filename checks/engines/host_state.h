// What a host knows of its child: for the sources of Host alone.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/engines/child.h"
#include "checks/engines/host.h"

namespace cradle {

/// Throws what errno says of `what`.
[[noreturn]] void fail_with(const char* what);

enum class Outcome { finished, closed, timed_out };

struct Host::State {
  const cradle_engine& engine;
  HostLimits limits;
  std::byte* memory = nullptr;
  std::vector<Job> jobs;
  std::vector<Job> taken;
  std::vector<Trace> traces;  // of the jobs before `first`
  std::uint32_t first = 0;
  pid_t child = -1;
  int requests = -1;
  int responses = -1;
  int complaints = -1;
  int memory_file = -1;  // behind the shared memory, for a child that is another program
  bool retried = false;  // a child that died before it began anything gets one more chance
  std::uint64_t deaths = 0;
  unsigned hangs = 0;  // programs of this batch that ran out of time
  bool large = false;  // the batch has a program that leaves many pages behind

  State(const cradle_engine& engine_in, const HostLimits& limits_in)
      : engine(engine_in), limits(limits_in) {}

  ChildProgress& progress() { return *reinterpret_cast<ChildProgress*>(memory); }

  void map();
  void start();
  void stop();
  void send();
  Outcome wait_for_batch();
  void read_traces();
  Trace mourn(Outcome outcome);
  bool write_jobs();
};

}  // namespace cradle
