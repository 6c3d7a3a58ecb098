// The parent's side: handing out batches, watching the clock, reading what children left.

#include "checks/engines/host.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

#include "checks/engines/burial.h"
#include "checks/engines/child.h"
#include "checks/engines/child_clock.h"
#include "checks/engines/foreign.h"
#include "checks/engines/host_state.h"
#include "checks/engines/run.h"

namespace cradle {
namespace {

// Above this the pages that a program filled are given back after it.
constexpr std::size_t kLargeNodes = 100'000;

// A program takes microseconds; whoever acts on a time-out confirms it with the full time.
constexpr double kSecondsAfterHang = 0.1;

// After so many the rest of a batch is not run: a batch of hundreds that hang would take minutes.
constexpr unsigned kHangsMax = 3;

}  // namespace

// Writes the batch into the shared memory; false when it does not fit.
bool Host::State::write_jobs() {
  std::span<std::byte> space(memory + kJobsOffset,
                             traces_offset(limits.shared_bytes) - kJobsOffset);
  for (const Job& job : jobs) {
    const auto length = write_job(job, space);
    if (!length) return false;
    space = space.subspan(*length);
  }
  return true;
}

void Host::State::send() {
  progress().started.store(first, std::memory_order_relaxed);
  progress().done.store(first, std::memory_order_relaxed);
  progress().moment.store(0, std::memory_order_relaxed);
  if (child < 0) start();
  const ChildBatch batch = {first, static_cast<std::uint32_t>(jobs.size())};
  // A child that died between batches is noticed when the answer is awaited.
  const auto handler = signal(SIGPIPE, SIG_IGN);
  if (write(requests, &batch, sizeof batch) < 0 && errno != EPIPE) fail_with("write");
  signal(SIGPIPE, handler);
}

// Waits until the batch is done, or the child has closed the pipe (it is dead, as a rule), or is
// too slow.
Outcome Host::State::wait_for_batch() {
  ChildClock clock(child);
  std::uint32_t seen = first;
  for (;;) {
    pollfd answer = {responses, POLLIN, 0};
    const int ready = poll(&answer, 1, 20);
    if (ready > 0) {
      char finished = 0;
      return read(responses, &finished, 1) == 1 ? Outcome::finished : Outcome::closed;
    }
    // A process that the engine started may keep the pipe open after the child's death.
    siginfo_t what = {};
    if (waitid(P_PID, static_cast<id_t>(child), &what, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        what.si_pid == child) {
      return Outcome::closed;
    }
    const std::uint32_t started = progress().started.load(std::memory_order_acquire);
    if (started != seen) {
      seen = started;
      clock.restart();
    }
    const std::size_t current = std::clamp<std::size_t>(started, 1, jobs.size()) - 1;
    // One that hangs has cost the full time already: the next ones of the batch are given up
    // sooner.
    const double base = hangs > 0 ? std::min(limits.seconds, kSecondsAfterHang) : limits.seconds;
    const double allowed =
        base + limits.seconds_a_node * static_cast<double>(jobs[current].program.code.size());
    if (clock.over(allowed)) return Outcome::timed_out;
  }
}

// Reads the traces that are complete, from job `first` on, and moves `first` behind them. Stops at
// one that cannot be read: what is behind it cannot be found, and is run again.
void Host::State::read_traces() {
  const auto done = std::min<std::uint32_t>(progress().done.load(std::memory_order_acquire),
                                            static_cast<std::uint32_t>(jobs.size()));
  const std::size_t end = limits.shared_bytes;
  std::size_t at = traces_offset(end);
  for (; first < done; ++first) {
    TraceHead head;
    std::optional<Trace> trace;
    if (sizeof head <= end - at) {
      std::memcpy(&head, memory + at, sizeof head);
      at += sizeof head;
      if (head.length <= end - at) {
        trace = read_trace({memory + at, head.length}, jobs[first].program);
      }
    }
    if (!trace) return;
    trace->left_behind = head.left_behind;
    at += head.length;
    traces.push_back(std::move(*trace));
  }
}

// Makes sure that the child is dead, and says of what, as a trace.
Trace Host::State::mourn(Outcome outcome) {
  ++deaths;
  if (outcome == Outcome::timed_out) ++hangs;
  Trace trace = bury(child, outcome == Outcome::timed_out, complaints);
  trace.died_at = moment_in(progress().moment.load(std::memory_order_relaxed));
  close(requests);
  close(responses);
  child = -1;
  return trace;
}

Host::Host(const cradle_engine& engine, const HostLimits& limits)
    : state_(std::make_unique<State>(engine, limits)) {
  state_->map();
}

Host::~Host() {
  state_->stop();
  for (const int file : {state_->complaints, state_->memory_file}) {
    if (file >= 0) close(file);
  }
  munmap(state_->memory, state_->limits.shared_bytes);
}

void Host::post(std::vector<Job> jobs) {
  State& state = *state_;
  if (state.large) madvise(state.memory, state.limits.shared_bytes, MADV_REMOVE);
  state.large = false;
  for (const Job& job : jobs) state.large = state.large || job.program.code.size() > kLargeNodes;
  state.jobs = std::move(jobs);
  state.traces.clear();
  state.first = 0;
  state.hangs = 0;
  if (state.jobs.empty()) return;
  if (!state.write_jobs()) {
    throw std::length_error("a batch is larger than the memory shared with the child");
  }
  state.send();
}

std::vector<Trace> Host::take() {
  State& state = *state_;
  while (state.first < state.jobs.size()) {
    const Outcome outcome = state.wait_for_batch();
    Trace death;
    death.death = Death::protocol;
    const bool began = state.progress().started.load() > state.first;
    // Dead before it is read: a child that is too slow must not write meanwhile.
    if (outcome != Outcome::finished) death = state.mourn(outcome);
    if (!began && death.death == Death::exit && death.death_code == kSetupFailed) {
      state.jobs.clear();
      throw std::runtime_error(
          "the child cannot start: the limits on memory or stack are too tight");
    }
    if (!began && death.death == Death::exit && death.death_code == kLoadFailed) {
      state.jobs.clear();
      throw std::runtime_error("the plug-in could be loaded once, and now it cannot: " +
                               death.death_note);
    }
    state.read_traces();
    if (state.first == state.jobs.size()) break;
    if (!began && !state.retried && outcome == Outcome::closed) {
      // It died between two batches, of what an earlier program left behind: no fault of this one.
      state.retried = true;
    } else {
      // A batch that ended early without a death: a spoilt counter, a trace that cannot be read or
      // lies beyond the memory.
      if (outcome == Outcome::finished) state.stop();
      state.retried = false;
      state.traces.push_back(std::move(death));
      ++state.first;
    }
    if (state.hangs >= kHangsMax) {
      Trace unrun;
      unrun.death = Death::unrun;
      state.traces.resize(state.jobs.size(), unrun);
      break;
    }
    // What the dead one wrote over the jobs is none of its successor's business.
    if (state.first < state.jobs.size() && state.write_jobs()) state.send();
  }
  state.taken = std::move(state.jobs);
  state.jobs.clear();
  return std::move(state.traces);
}

const std::vector<Job>& Host::taken() const { return state_->taken; }

Trace Host::run(const Program& program) {
  post({Job{program, std::nullopt}});
  return std::move(take().front());
}

void Host::give_up_sooner() {
  state_->limits.seconds = std::min(state_->limits.seconds, kSecondsAfterHang);
}

void Host::restart() { state_->stop(); }

double Host::engine_seconds() const {
  const ForeignEngine* const foreign = as_foreign(state_->engine);
  if (foreign != nullptr && foreign->path.starts_with("cmd:")) {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now().time_since_epoch();
    return since.count();
  }
  return state_->child < 0 ? 0 : processor_seconds_of(state_->child).value_or(0);
}

std::uint64_t Host::deaths() const { return state_->deaths; }

}  // namespace cradle
