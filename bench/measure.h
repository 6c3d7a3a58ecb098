// Measuring a workload in phases, each engine's time counted only when its results are right.
//
// A workload is built for one engine E and has phases: forward() makes the graph, backward() sweeps
// it, release() gives it back, step() does what is left of a training step. Its numbers are chosen
// so that every intermediate result is exact: then all engines agree to the bit, in whatever order
// they add.

#pragma once

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cradle::bench {

/// What a workload computes: the loss, and the gradients of its leaves; and where they can be read
/// and are the same for all that make the same graph, a digest of each node's operands and count.
struct Results {
  double loss = 0;
  std::vector<double> gradients;
  std::optional<std::uint64_t> digest;

  bool operator==(const Results& other) const {
    const bool counts = digest.has_value() && other.digest.has_value();
    return loss == other.loss && gradients == other.gradients &&
           (!counts || digest == other.digest);
  }
};

/// Bytes that the process has from malloc, of glibc.
inline double allocated_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
}

struct FirstRun {
  Results results;
  double bytes = 0;  // what the graph takes, its adjoints included
};

/// Runs a workload once; its leaves then have no gradient, as before.
template <typename Workload>
FirstRun first_run(Workload&& workload) {
  FirstRun run;
  const double before = allocated_bytes();
  workload.forward();
  workload.backward();
  run.bytes = allocated_bytes() - before;
  run.results = workload.results();
  workload.release();
  workload.step();
  return run;
}

/// Returns the seconds that a phase takes.
template <typename Phase>
double seconds(Phase phase) {
  const auto start = std::chrono::steady_clock::now();
  phase();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Times a workload, in nanoseconds for each op of its mathematics, unless its results are not
/// `expected`.
///
/// The counters are the phases; the benchmark's own time is all of an iteration.
template <typename Workload>
void measure(benchmark::State& state, Workload& workload, const Results& expected) {
  const FirstRun first = first_run(workload);
  if (!(first.results == expected)) {
    state.SkipWithError("loss, gradients or counts are not those of the yardstick");
    return;
  }
  double forward = 0;
  double backward = 0;
  double release = 0;
  double step = 0;
  for ([[maybe_unused]] auto _ : state) {
    forward += seconds([&] { workload.forward(); });
    backward += seconds([&] { workload.backward(); });
    release += seconds([&] { workload.release(); });
    step += seconds([&] { workload.step(); });
  }
  const double ops = static_cast<double>(state.iterations()) * static_cast<double>(workload.ops());
  const double ns = 1e9 / ops;
  state.counters["forward"] = forward * ns;
  state.counters["backward"] = backward * ns;
  state.counters["release"] = release * ns;
  state.counters["step"] = step * ns;
  state.counters["total"] = (forward + backward + release + step) * ns;
  state.counters["ops"] = static_cast<double>(workload.ops());
  state.counters["bytes"] = first.bytes / static_cast<double>(workload.ops());
}

}  // namespace cradle::bench
