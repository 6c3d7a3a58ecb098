// Batches of equal sessions, timed as a whole: with making and releasing, not backward alone.

#include "checks/cradle/age.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "checks/cradle/checks.h"
#include "checks/oracles/leaks.h"

namespace cradle {
namespace {

constexpr std::size_t kBatch = 100;
constexpr std::size_t kStretch = 10;  // batches
constexpr std::uint64_t kSessionsMax = 30'000;
constexpr double kAgingSeconds = 2;

// Measured on nine healthy engines, on an idle machine and beside eight busy processes: of 2,700
// stretches none took more than 2.9 times as long as the first.
constexpr double kSlowerBy = 4;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Ages {
  double young = 0;  // seconds of one session among the first
  double old = 0;    // and among the last
  std::uint64_t sessions = 0;
  bool died = false;

  bool apart() const { return !died && old > kSlowerBy * young; }
};

// One session of a stretch.
double seconds_of_one(Host& host, const Program& program, Ages& ages) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < kStretch && !ages.died; ++k) {
    std::vector<Job> jobs(kBatch, Job{program, std::nullopt});
    const double start = host.engine_seconds();
    host.post(std::move(jobs));
    const std::vector<Trace> traces = host.take();
    least = std::min(least, host.engine_seconds() - start);
    ages.died = std::any_of(traces.begin(), traces.end(),
                            [](const Trace& trace) { return trace.death != Death::none; });
  }
  ages.sessions += kBatch * kStretch;
  return least / kBatch;
}

// From the birth of a process on, until it is clear, or old enough.
Ages grown_old(Host& host, const Program& program, const std::atomic<bool>& stop) {
  host.restart();
  const auto start = std::chrono::steady_clock::now();
  Ages ages;
  ages.young = seconds_of_one(host, program, ages);
  do {
    ages.old = seconds_of_one(host, program, ages);
  } while (!ages.died && !ages.apart() && ages.sessions < kSessionsMax &&
           seconds_since(start) < kAgingSeconds && !stop.load());
  return ages;
}

Finding slower_finding(const Program& program, const Ages& ages) {
  Finding finding;
  finding.check = name_of(CheckId::depth);
  finding.profile = kSessions;
  finding.program = program;
  finding.judgement =
      judged(Verdict::disagree,
             fmt::format("sessions take longer with the age of the process: {:.1f} us each at "
                         "first, {:.1f} us after {} of them",
                         1e6 * ages.young, 1e6 * ages.old, ages.sessions));
  finding.judgement.kind = Kind::cost;
  return finding;
}

}  // namespace

bool check_age(const cradle_engine& engine, const Capabilities& capabilities,
               const HostLimits& limits, const std::atomic<bool>& stop, Row& row,
               std::vector<Finding>& findings) {
  const Program program = leak_programs(capabilities).front();
  Host host(engine, limits);
  Ages ages = grown_old(host, program, stop);
  ++row.cases;
  if (ages.apart()) {
    const Ages again = grown_old(host, program, stop);
    if (again.apart()) {  // each by its own first stretch: the machine may be busier by now
      ++row.disagree;
      findings.push_back(slower_finding(program, again));
      return true;
    }
    ages.died = ages.died || again.died;
  }
  ++(ages.died ? row.inconclusive : row.agree);
  if (ages.died) row.reason = "the engine died: see survival";
  return false;
}

}  // namespace cradle
