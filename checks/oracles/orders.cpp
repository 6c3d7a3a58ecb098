// Two factors are taken out and what they make is put back, in every way, until one is left.

#include "checks/oracles/orders.h"

#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace cradle {
namespace {

constexpr std::size_t kFactorsMax = 4;

struct Factors {
  std::array<Factor, kFactorsMax> all = {};
  std::size_t count = 0;
};

Factor joined(const Factor& lhs, const Factor& rhs) {
  if (lhs.divides == rhs.divides) return {lhs.value * rhs.value, lhs.divides};
  return {lhs.divides ? rhs.value / lhs.value : lhs.value / rhs.value, false};
}

// What a float engine has that works `value` out in double and rounds it once, or adds it as it is.
// A chain of a few operations in double is right to 2^-49, relatively, and exponents of floats do
// not underflow there; the error may tip the rounding.
void admit_in_double(Contribution& c, double value, const Arithmetic& round) {
  if (!std::isfinite(value)) return;
  for (const double end : {value * (1 - 0x1p-49), value * (1 + 0x1p-49)}) {
    c.admit(round(end));
    c.admit_finite(end);
  }
}

// The last two: a product may also go into the sum as it is.
void admit_last(Contribution& c, const Factor& lhs, const Factor& rhs, const Arithmetic& round) {
  assert(!lhs.divides);  // the first factor of a list never does, and what is joined to it
  const double last = joined(lhs, rhs).value;
  c.admit(round(last));
  if (round.is_single()) return admit_in_double(c, last, round);
  if (rhs.divides) return;
  if (std::isfinite(lhs.value) && std::isfinite(rhs.value)) {
    c.admit_finite(Float128(lhs.value) * rhs.value);
  }
}

void admit_all(Contribution& c, const Factors& factors, const Arithmetic& round) {
  if (factors.count == 2) return admit_last(c, factors.all[0], factors.all[1], round);
  for (std::size_t i = 0; i < factors.count; ++i) {
    for (std::size_t j = i + 1; j < factors.count; ++j) {
      const Factor both = joined(factors.all[i], factors.all[j]);
      Factors fewer = factors;
      fewer.all[j] = factors.all[factors.count - 1];
      --fewer.count;
      for_each_rounding(both.value, round, [&](double value) {
        fewer.all[i] = {value, both.divides};
        admit_all(c, fewer, round);
      });
    }
  }
}

}  // namespace

void admit_orders(Contribution& c, std::initializer_list<Factor> factors, const Arithmetic& round) {
  assert(factors.size() >= 2 && factors.size() <= kFactorsMax);
  Factors list;
  for (const Factor& factor : factors) list.all[list.count++] = factor;
  admit_all(c, list, round);
}

}  // namespace cradle
