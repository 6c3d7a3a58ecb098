// How much more than in proportion radii grow, measured: all radii of an op's operands, its value
// and its gradient are made larger by a thousandth, and what becomes of the bounds is compared with
// what elasticity.h says.

#include "checks/oracles/elasticity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "checks/oracles/radius.h"
#include "checks/program/numbers.h"
#include "checks/program/text.h"
#include "checks/properties/engine_kinds.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

using WideBall = Ball<Float128>;

constexpr double kStep = 0x1p-10;

// What is lost of a quotient of logarithms of radii that were rounded up by 1e-12 several times,
// over that step.
constexpr double kNoise = 1e-7;

// Radii near 2^-50 of a number are usual; near 1/4 of it the filter is about to give up.
WideBall draw_ball(Choices& choices, bool is_positive) {
  const double size = std::exp2(draw_in(choices, -12, 6));
  const bool negative = !is_positive && choices.below(2) == 0;
  WideBall ball = {Float128(negative ? -size : size) * (1 + Float128(0x1p-70)), 0};
  if (choices.below(5) > 0) ball.radius = size * std::exp2(draw_in(choices, -52, -2));
  if (choices.below(8) == 0) ball.centre *= Float128(0x1p-40);  // hardly anything is left of it
  return ball;
}

WideBall grown(WideBall ball, double factor) {
  ball.radius *= factor;
  return ball;
}

// The largest elasticity less 1, in units of what is said of it.
struct Seen {
  double value = 0;
  double contribution = 0;
  std::uint64_t counted = 0;
  std::uint64_t doubled = 0;  // and not judged
};

double elasticity(double before, double after) {
  if (before == 0) return 0;
  return std::log(after / before) / std::log1p(kStep);
}

// What rounding adds to a radius is a step function: where the leading power of what is rounded may
// change between the two, nothing is said of how it grows.
bool may_double(const WideBall& before, const WideBall& after) {
  const double least = before.size() * (1 - 0x1p-40);
  return leading_power(least) != leading_power(after.reach() * (1 + 0x1p-40));
}

struct Case {
  Model model;
  Instruction line;
  WideBall a, b, g;
};

std::string text_of(const Case& at) {
  const auto text = [](const WideBall& ball) {
    return print(static_cast<double>(ball.centre)) + " +- " + print(ball.radius);
  };
  return std::string(info(at.line.op).name) + " of " + text(at.a) + ", " + text(at.b) + " to " +
         print(at.line.immediate) + ", gradient " + text(at.g);
}

// Bounds where all radii are `factor` times those of the case; false where they are undecided.
struct Bounds {
  WideBall out;
  std::array<WideBall, 2> contributions;
};
bool bounds_of(const Case& at, double factor, const WideBall* out, Bounds& bounds) {
  const WideBall a = grown(at.a, factor);
  const WideBall b = grown(at.b, factor);
  const unsigned arity = info(at.line.op).arity;
  const WideBall& second = arity == 1 ? a : b;
  if (forward(at.model, at.line, a, second, bounds.out) != nullptr) return false;
  const WideBall result = grown(out == nullptr ? bounds.out : *out, factor);
  for (unsigned slot = 0; slot < arity; ++slot) {
    if (contribute(at.model, at.line, slot, a, second, result, grown(at.g, factor),
                   bounds.contributions[slot]) != nullptr) {
      return false;
    }
  }
  return true;
}

// Of no more than what decides: an excess above its maximum is not asked what it is.
void measure(const Case& at, Seen& seen) {
  const unsigned arity = info(at.line.op).arity;
  const WideBall& b = arity == 1 ? at.a : at.b;
  Bounds before;
  Bounds after;
  if (!bounds_of(at, 1, nullptr, before)) return;
  if (!bounds_of(at, 1 + kStep, &before.out, after)) return;
  const double of_op = excess_of_op(at.line, at.a, b, at.model.arithmetic.u);
  if (!(of_op <= kExcessMax)) return;
  ++seen.counted;
  if (may_double(before.out, after.out)) {
    ++seen.doubled;
  } else {
    const double value = elasticity(before.out.radius, after.out.radius) - 1;
    ASSERT_LE(value, of_op * (1 + kStep) + kNoise) << text_of(at);
    if (of_op > 0x1p-10) seen.value = std::max(seen.value, value / of_op);
  }
  for (unsigned slot = 0; slot < arity; ++slot) {
    const double said = of_op + excess_of_contribution(at.line, slot, at.a, b, before.out, at.g);
    if (!(said <= kExcessMax)) continue;
    const WideBall& small = before.contributions[slot];
    const WideBall& large = after.contributions[slot];
    if (may_double(small, large)) {
      ++seen.doubled;
      continue;
    }
    const double found = elasticity(small.radius, large.radius) - 1;
    ASSERT_LE(found, said * (1 + kStep) + kNoise) << text_of(at) << ", slot " << slot;
    if (said > 0x1p-10) seen.contribution = std::max(seen.contribution, found / said);
  }
}

Instruction at_a_quarter(Op op) {
  Instruction line;
  line.op = op;
  line.immediate = 0.25;
  return line;
}

TEST(OracleElasticity, is_no_more_than_is_said_of_it) {
  for (std::size_t k = 1; k < kOpCount; ++k) {
    const Op op = static_cast<Op>(k);
    if (op == Op::neuron) continue;
    Seen seen;
    SeedChoices choices(kSampleSeed + k);
    for (std::size_t n = 0; n < 20'000; ++n) {
      const Capabilities engine = engine_of_kind(kEngineKinds[n % std::size(kEngineKinds)]);
      Case at = {{engine, arithmetic_of(engine.precision_bits)}, {}, {}, {}, {}};
      at.line.op = op;
      if (op == Op::pow) at.line.immediate = draw_readable(choices);
      const bool is_positive = info(op).domain != Domain::everywhere;
      at.a = draw_ball(choices, is_positive);
      at.b = draw_ball(choices, false);
      at.g = draw_ball(choices, false);
      ASSERT_NO_FATAL_FAILURE(measure(at, seen));
    }
    std::printf(
        "%-10s %5llu cases, %4llu next to a power of two: value %.3f, contribution %.3f of "
        "what is said\n",
        std::string(info(op).name).c_str(), static_cast<unsigned long long>(seen.counted),
        static_cast<unsigned long long>(seen.doubled), seen.value, seen.contribution);
    EXPECT_GT(seen.counted, 1'000u);
    const bool is_linear = excess_of_op<Float128>(at_a_quarter(op), {1, 0.25}, {1, 0.25}, 1) == 0;
    EXPECT_EQ(std::max(seen.value, seen.contribution) > 0.03, !is_linear) << "and not far less";
  }
}

// x^y of a known x: y may be next to nothing, and hardly known, and still its power is.
TEST(OracleElasticity, of_a_power_is_little_where_its_base_is_known) {
  Instruction line;
  line.op = Op::powv;
  const WideBall base = {3, 0};
  const WideBall exponent = {Float128(1e-6), 1e-12};
  EXPECT_LT(excess_of_op<Float128>(line, base, exponent, 0x1p-53), 2e-9);
}

// Of a partial that is known well nothing is left but what roundings and a library make of it:
// 2^-12, and here no more than as much again.
TEST(OracleElasticity, of_a_contribution_is_little_where_the_partial_is_known) {
  const Capabilities engine = engine_of_kind(kEngineKinds[0]);
  const Model model = {engine, arithmetic_of(engine.precision_bits)};
  for (std::size_t k = 1; k < kOpCount; ++k) {
    Instruction line = at_a_quarter(static_cast<Op>(k));
    if (line.op == Op::neuron) continue;
    for (const double radius : {0.0, 0x1p-40}) {
      const WideBall a = {Float128(0.7), radius};
      const WideBall b = info(line.op).arity == 1 ? a : WideBall{Float128(1.3), radius};
      WideBall out;
      ASSERT_EQ(forward(model, line, a, b, out), nullptr);
      for (unsigned slot = 0; slot < info(line.op).arity; ++slot) {
        EXPECT_LE(excess_of_contribution(line, slot, a, b, out, {Float128(1), 0.25}), 0x1p-11)
            << info(line.op).name << ", slot " << slot;
      }
    }
  }
}

}  // namespace
}  // namespace cradle
