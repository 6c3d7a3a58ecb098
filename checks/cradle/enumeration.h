// Every program of up to K lines, as a stream that can be entered anywhere.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/program/program.h"
#include "checks/program/small.h"

namespace cradle {

/// Returns how many programs of 1 to `options.length` lines there are.
std::uint64_t enumerated_count(const SmallOptions& options);

class Enumeration {
 public:
  /// Enumerates lengths 1 to `options.length`; 0 makes an enumeration that is never asked.
  explicit Enumeration(const SmallOptions& options);

  std::uint64_t count() const { return count_; }

  /// Returns program `index`: shortest first, then in the order of the odometer. It stays valid
  /// until the next call.
  /// Requires  index < count().
  /// Cost      One step after its predecessor; else SmallWalk::enter.
  const Program& program(std::uint64_t index);

 private:
  struct Length {
    std::uint64_t first;  // index of its first program
    SmallWalk walk;
  };
  std::vector<Length> lengths_;
  std::uint64_t count_ = 0;
  std::size_t current_ = 0;  // of lengths_
  std::uint64_t next_ = ~std::uint64_t{0};
};

}  // namespace cradle
