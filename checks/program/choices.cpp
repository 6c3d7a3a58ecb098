// The three sources of choices.

#include "checks/program/choices.h"

#include <bit>
#include <cassert>

namespace cradle {
namespace {

// splitmix64: Steele, Lea & Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
std::uint64_t splitmix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// The high and low halves of a 128-bit product, by hand: not every compiler has a 128-bit integer
// that -Wpedantic lets pass.
struct Product {
  std::uint64_t high;
  std::uint64_t low;
};

Product multiply(std::uint64_t lhs, std::uint64_t rhs) {
  const std::uint64_t mask = 0xffffffffu;
  const std::uint64_t low_low = (lhs & mask) * (rhs & mask);
  const std::uint64_t low_high = (lhs & mask) * (rhs >> 32);
  const std::uint64_t high_low = (lhs >> 32) * (rhs & mask);
  const std::uint64_t middle = (low_low >> 32) + (low_high & mask) + (high_low & mask);
  return {(lhs >> 32) * (rhs >> 32) + (low_high >> 32) + (high_low >> 32) + (middle >> 32),
          (middle << 32) | (low_low & mask)};
}

}  // namespace

SeedChoices::SeedChoices(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = splitmix(seed);
}

std::uint64_t SeedChoices::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t SeedChoices::below(std::uint64_t bound) {
  assert(bound > 0);
  Product product = multiply(next(), bound);
  if (product.low < bound) {
    const std::uint64_t rejected = (0 - bound) % bound;  // 2^64 mod bound
    while (product.low < rejected) product = multiply(next(), bound);
  }
  return product.high;
}

std::uint64_t ByteChoices::below(std::uint64_t bound) {
  assert(bound > 0);
  const auto byte_count = static_cast<int>((std::bit_width(bound - 1) + 7) / 8);
  std::uint64_t number = 0;
  for (int k = 0; k < byte_count; ++k, ++position_) {
    const std::uint64_t byte = position_ < bytes_.size() ? bytes_[position_] : 0;
    number |= byte << (8 * k);
  }
  return number % bound;
}

std::uint64_t Odometer::below(std::uint64_t bound) {
  assert(bound > 0);
  if (position_ == wheels_.size()) wheels_.push_back({0, bound});
  assert(wheels_[position_].bound == bound);
  return wheels_[position_++].digit;
}

bool Odometer::next() {
  wheels_.resize(position_);  // what the last run did not ask for is not part of its sequence
  position_ = 0;
  while (!wheels_.empty() && wheels_.back().digit + 1 == wheels_.back().bound) wheels_.pop_back();
  if (wheels_.empty()) return false;
  ++wheels_.back().digit;
  return true;
}

std::uint64_t case_seed(std::uint64_t campaign_seed, std::uint64_t stream, std::uint64_t index) {
  std::uint64_t state = campaign_seed;
  state = splitmix(state) ^ stream;
  state = splitmix(state) ^ index;
  return splitmix(state);
}

}  // namespace cradle
