// Equality of doubles as the engine promises it: bit for bit, but that any NaN equals any other.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

inline bool same_bits(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

inline bool same_bits(const std::vector<double>& some, const std::vector<double>& others) {
  return std::equal(some.begin(), some.end(), others.begin(), others.end(),
                    [](double a, double b) { return same_bits(a, b); });
}

/// Numbers that shorten in a report: sixteenths from -4 to 4, zero included.
inline double readable_number(int choice) { return (choice % 129 - 64) / 16.0; }
