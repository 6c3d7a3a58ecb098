// splitmix64: 64 bits of state, a plain counter, the same numbers on every machine.
//
// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
#include "engine/random.h"

#include "microcrad/microcrad.h"

namespace microcrad::detail {

constinit thread_local std::uint64_t random_state = 0;

double random_unit() {
  random_state += 0x9E3779B97F4A7C15;
  std::uint64_t bits = random_state;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  bits ^= bits >> 31;
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace microcrad::detail

void microcrad_seed(uint64_t seed) { microcrad::detail::random_state = seed; }
