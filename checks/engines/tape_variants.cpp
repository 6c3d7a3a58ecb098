// The tape with the plain rules: in another order, after another backward, in another precision.

#include "checks/engines/tape_variants.h"

#include "checks/engines/tape_engine.h"

namespace cradle {
namespace tape {
namespace {

struct DepthFirstRules : Plain<double> {
  static constexpr Order kOrder = Order::depth_first;
};

struct DepthFirst : Tape<DepthFirstRules> {
  static cradle_capabilities capabilities() { return plain_record("tape:depth_first"); }
};

struct ResettingRules : Plain<double> {
  static constexpr Second kSecond = Second::resets;
};

struct Resetting : Tape<ResettingRules> {
  static cradle_capabilities capabilities() {
    cradle_capabilities record = plain_record("tape:resets");
    record.second_backward = CRADLE_SECOND_RESETS;
    return record;
  }
};

struct RefusingRules : Plain<double> {
  static constexpr Second kSecond = Second::refuses;
};

struct Refusing : Tape<RefusingRules> {
  static cradle_capabilities capabilities() {
    cradle_capabilities record = plain_record("tape:refuses");
    record.second_backward = CRADLE_SECOND_REFUSES;
    return record;
  }
};

// The library's functions of binary32 have bounds of their own: glibc's manual says at most 1 for
// expf, logf, powf, sinf and cosf, and 2 beside the correctly rounded value for tanhf.
struct Binary32 : Tape<Plain<float>> {
  static cradle_capabilities capabilities() {
    cradle_capabilities record = plain_record("tape:binary32");
    record.precision_bits = 24;
    record.leaky_slope = record.leaky_at_zero = double{static_cast<float>(kLeakySlope)};
    record.exp_ulps = record.log_ulps = record.pow_ulps = 1;
    record.sin_ulps = record.cos_ulps = 1;
    record.tanh_ulps = 2.5;
    return record;
  }
};

}  // namespace
}  // namespace tape

const cradle_engine* tape_depth_first_engine() { return engine_of<tape::DepthFirst>(); }
const cradle_engine* tape_resets_engine() { return engine_of<tape::Resetting>(); }
const cradle_engine* tape_refuses_engine() { return engine_of<tape::Refusing>(); }
const cradle_engine* tape_binary32_engine() { return engine_of<tape::Binary32>(); }

}  // namespace cradle
