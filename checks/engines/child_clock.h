// A clock for children: when has a program had its time?

#pragma once

#include <sys/types.h>
#include <time.h>

#include <chrono>
#include <optional>

namespace cradle {

/// Returns the time of the processor that a process has used; nothing where it cannot be asked.
inline std::optional<double> processor_seconds_of(pid_t process) {
  clockid_t clock = {};
  timespec time = {};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) {
    return std::nullopt;
  }
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// The time that a child has had: of the processor, so that a program is not given up because the
/// machine is busy; and of the wall, several times as long, for one that sleeps.
class ChildClock {
 public:
  explicit ChildClock(pid_t child) : child_(child) { restart(); }

  void restart() {
    processor_start_ = processor();
    wall_start_ = std::chrono::steady_clock::now();
  }
  bool over(double seconds) const {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_start_;
    return processor() - processor_start_ > seconds || wall.count() > kWallFactor * seconds;
  }

 private:
  static constexpr double kWallFactor = 5;

  double processor() const { return processor_seconds_of(child_).value_or(0); }

  pid_t child_;
  double processor_start_ = 0;
  std::chrono::steady_clock::time_point wall_start_;
};

}  // namespace cradle
