// Every other legal form of a rule, typed anew: an engine that writes its calculus like this is as
// right as the reference, and not the same to the bit.

#include <cmath>
#include <cstdint>

#include "checks/engines/tape_engine.h"
#include "checks/engines/tape_variants.h"

namespace cradle {
namespace tape {
namespace {

// sigmoid(x) and its slope, of e^-|x|, which never overflows.
double stable_sigmoid(double x) {
  const double e = std::exp(-std::fabs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}
double sigmoid_slope(double x) {
  const double e = std::exp(-std::fabs(x));
  return e / ((1 + e) * (1 + e));
}

double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

// The second form of each: what is recomputed, divided late, or masked by a factor of 0.
struct AlternativeRules {
  using Scalar = double;
  static constexpr Order kOrder = Order::depth_first;
  static constexpr Second kSecond = Second::accumulates;

  static double gate(double data, double g) { return (data > 0 ? 1.0 : 0.0) * g; }

  static double value(std::uint32_t op, double x, double y, double exponent) {
    switch (op) {
      case CRADLE_OP_RELU:
        return std::fmax(x, 0);
      case CRADLE_OP_LEAKY_RELU:
        return std::fmax(x, kLeakySlope * x);
      case CRADLE_OP_SIGMOID:
        return stable_sigmoid(x);
      case CRADLE_OP_ABS:
        return x < 0 ? -x : x;
      default:
        return tape::value(op, x, y, exponent);
    }
  }

  static Contributions<double> contributions(std::uint32_t op, double x, double y, double e,
                                             double out, double g) {
    switch (op) {
      case CRADLE_OP_ADD:
        return {1 * g, 1 * g};
      case CRADLE_OP_SUB:
        return {g, -1 * g};
      case CRADLE_OP_MUL:
        return {g * y, g * x};
      case CRADLE_OP_DIV:
        return {g / y, -g * x / (y * y)};
      case CRADLE_OP_NEG:
        return {-1 * g, 0};
      case CRADLE_OP_POW:
        if (e == 0) return {0 * g, 0};
        return {e == 1 ? g : g * (e * out / x), 0};
      case CRADLE_OP_POWV:
        return {y == 0 ? 0 : y == 1 ? g : g * (y * out / x), g * (std::log(x) * out)};
      case CRADLE_OP_EXP:
        return {g * std::exp(x), 0};
      case CRADLE_OP_LOG:
        return {g * (1 / x), 0};
      case CRADLE_OP_RELU:
        return {gate(x, g), 0};
      case CRADLE_OP_LEAKY_RELU:
        return {(x > 0 ? 1 : kLeakySlope) * g, 0};
      case CRADLE_OP_TANH:
        return {g * ((1 - out) * (1 + out)), 0};
      case CRADLE_OP_SIGMOID:
        return {g * sigmoid_slope(x), 0};
      case CRADLE_OP_SIN:
        return {g * std::cos(x), 0};
      case CRADLE_OP_COS:
        return {-(g * std::sin(x)), 0};
      case CRADLE_OP_SQRT:
        return {0.5 * std::pow(x, -0.5) * g, 0};
      case CRADLE_OP_ABS:
        return {sign(x) * g, 0};
      default:  // an op that has but one form
        return tape::contributions(op, x, y, e, out, g);
    }
  }
};

// The record of an engine of whose rules nothing is known.
cradle_capabilities undeclared(const char* name) {
  cradle_capabilities record = plain_record(name);
  record.exp_form = record.log_form = record.pow_form = CRADLE_FORM_UNKNOWN;
  record.div_form = record.tanh_form = record.sigmoid_form = CRADLE_FORM_UNKNOWN;
  record.sqrt_form = record.mask_form = CRADLE_FORM_UNKNOWN;
  record.relu_keeps_nan = 0;
  return record;
}

struct Alternative : Tape<AlternativeRules> {
  static cradle_capabilities capabilities() { return undeclared("tape:alternative"); }
};

// What micrograd has no op for, it makes of those that it has: a - b = a + -1 b, a / b = a b^-1,
// sqrt a = a^0.5. The rules are those of the composition.
struct PowersRules : Plain<double> {
  static double value(std::uint32_t op, double x, double y, double exponent) {
    switch (op) {
      case CRADLE_OP_SUB:
        return x + -1 * y;
      case CRADLE_OP_DIV:
        return x * std::pow(y, -1);
      case CRADLE_OP_NEG:
        return -1 * x;
      case CRADLE_OP_SQRT:
        return std::pow(x, 0.5);
      default:
        return tape::value(op, x, y, exponent);
    }
  }

  static Contributions<double> contributions(std::uint32_t op, double x, double y, double e,
                                             double out, double g) {
    switch (op) {
      case CRADLE_OP_DIV: {
        const double to_power = x * g;
        return {std::pow(y, -1) * g, -1 * std::pow(y, -2) * to_power};
      }
      case CRADLE_OP_POW:
        if (e == 0 || e == 1) return {e == 1 ? g : 0, 0};
        return {std::pow(x, e - 1) * (e * g), 0};
      case CRADLE_OP_POWV:
        return {y == 0 ? 0 : std::pow(x, y - 1) * (y * g), out * g * std::log(x)};
      case CRADLE_OP_SQRT:
        return {0.5 * (std::pow(x, -0.5) * g), 0};
      default:
        return tape::contributions(op, x, y, e, out, g);
    }
  }
};

struct Powers : Tape<PowersRules> {
  static cradle_capabilities capabilities() {
    cradle_capabilities record = plain_record("tape:powers");
    record.div_form = CRADLE_FORM_DIV_POWER;
    record.sqrt_form = CRADLE_FORM_SQRT_POWER;
    return record;
  }
};

// Slopes from operands, where the plain rules take them from the result; reciprocals for divisions.
struct RecomputedRules : Plain<double> {
  static Contributions<double> contributions(std::uint32_t op, double x, double y, double e,
                                             double out, double g) {
    switch (op) {
      case CRADLE_OP_DIV: {
        const double r = 1 / y;
        return {g * r, -g * out * r};
      }
      case CRADLE_OP_POWV:
        return {y == 0 ? 0 : y * (std::pow(x, y - 1) * g), std::pow(x, y) * std::log(x) * g};
      case CRADLE_OP_EXP:
        return {std::exp(x) * g, 0};
      case CRADLE_OP_TANH: {
        const double t = std::tanh(x);
        return {(1 - t * t) * g, 0};
      }
      case CRADLE_OP_SIGMOID: {
        const double s = 1 / (1 + std::exp(-x));
        return {(s * g) * (1 - s), 0};
      }
      case CRADLE_OP_SQRT:
        return {g * (0.5 / std::sqrt(x)), 0};
      case CRADLE_OP_ABS:
        return {x == 0 ? 0 : g * x / std::fabs(x), 0};
      default:
        return tape::contributions(op, x, y, e, out, g);
    }
  }
};

struct Recomputed : Tape<RecomputedRules> {
  static cradle_capabilities capabilities() { return undeclared("tape:recomputed"); }
};

}  // namespace
}  // namespace tape

const cradle_engine* tape_alternative_engine() { return engine_of<tape::Alternative>(); }
const cradle_engine* tape_powers_engine() { return engine_of<tape::Powers>(); }
const cradle_engine* tape_recomputed_engine() { return engine_of<tape::Recomputed>(); }

}  // namespace cradle
