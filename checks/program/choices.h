// Choices: the only door for randomness.
//
// A generator asks for numbers below a bound and cannot tell where they come from: a seed, the
// bytes of a fuzzer, or an odometer that enumerates every combination. Replay, generation and
// enumeration therefore run the same code. Nothing here depends on the standard library's
// distributions, so a seed gives the same case everywhere.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cradle {

class Choices {
 public:
  virtual ~Choices() = default;
  /// Returns a number in [0, bound). Requires bound > 0.
  virtual std::uint64_t below(std::uint64_t bound) = 0;
  /// True when there is nothing more to choose from: a byte string at its end. `below` then returns
  /// 0.
  virtual bool exhausted() const { return false; }
};

/// Choices from a seed: xoshiro256**, seeded by splitmix64.
/// Source  Blackman & Vigna, Scrambled Linear Pseudorandom Number Generators, ACM TOMS 47 (2021).
class SeedChoices final : public Choices {
 public:
  explicit SeedChoices(std::uint64_t seed);
  /// Unbiased, by Lemire's multiplication with rejection. Source: ACM TOMACS 29 (2019).
  std::uint64_t below(std::uint64_t bound) override;

 private:
  std::uint64_t next();
  std::uint64_t state_[4];
};

/// Choices from bytes, for fuzzers: `below(bound)` takes as many bytes as bound - 1 needs,
/// little-endian, and reduces them modulo bound. Past the end every byte is 0.
class ByteChoices final : public Choices {
 public:
  explicit ByteChoices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint64_t below(std::uint64_t bound) override;
  bool exhausted() const override { return position_ >= bytes_.size(); }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
};

/// Every sequence of choices in turn, in the order of an odometer: run the generator, then `next`.
class Odometer final : public Choices {
 public:
  std::uint64_t below(std::uint64_t bound) override;
  /// Moves on to the next sequence; false when all have been seen.
  bool next();

 private:
  struct Wheel {
    std::uint64_t digit;
    std::uint64_t bound;
  };
  std::vector<Wheel> wheels_;
  std::size_t position_ = 0;
};

/// Returns the seed of case `index` of a campaign: a function of both and of nothing else, so that
/// a case is the same for any number of jobs and shards.
std::uint64_t case_seed(std::uint64_t campaign_seed, std::uint64_t stream, std::uint64_t index);

}  // namespace cradle
