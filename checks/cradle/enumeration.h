// Every program of up to K instructions, as a stream that can be entered anywhere.

#pragma once

#include <cstddef>
#include <cstdint>

#include "checks/program/choices.h"
#include "checks/program/program.h"
#include "checks/program/small.h"

namespace cradle {

/// Returns how many programs of 1 to `length` instructions there are.
std::uint64_t enumerated_count(std::size_t length, OpSet ops);

class Enumeration {
 public:
  /// Requires  length up to 8; 0 makes an enumeration that is never asked.
  Enumeration(std::size_t length, OpSet ops);

  /// Returns program `index`: shortest first, then in the order of the odometer.
  /// Cost  Steps over the programs between the last one asked for and this one; starts over to go
  /// back.
  Program program(std::uint64_t index);

 private:
  void rewind();

  [[maybe_unused]] std::size_t length_max_;  // asserted
  OpSet ops_;
  std::size_t length_ = 1;
  Odometer odometer_;
  Program current_;
  std::uint64_t index_ = 0;
};

}  // namespace cradle
