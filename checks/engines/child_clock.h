// A clock for children: when has a program had its time?

#pragma once

#include <sys/types.h>
#include <time.h>

#include <chrono>

namespace cradle {

/// The time that a child has had: of the processor, so that a program is not given up because the
/// machine is busy; and of the wall, several times as long, for one that sleeps.
class ChildClock {
 public:
  explicit ChildClock(pid_t child) : known_(clock_getcpuclockid(child, &clock_) == 0) { restart(); }

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

  double processor() const {
    timespec time = {};
    if (!known_ || clock_gettime(clock_, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  clockid_t clock_ = {};
  bool known_;
  double processor_start_ = 0;
  std::chrono::steady_clock::time_point wall_start_;
};

}  // namespace cradle
