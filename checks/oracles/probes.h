// The programs of a probe, and what each is to find out.

#pragma once

#include <vector>

#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

enum class Question : std::uint8_t {
  rule,             // which form of the rule of `op`?
  recomputes,       // is the result worked out anew from operands that were set since?
  mask,             // does a shut gate multiply?
  second_backward,  // does it add, start anew, or refuse?
  relu_at_zero,     // the derivative of relu at 0, and so on
  leaky_slope,
  leaky_at_zero,
  abs_at_zero,
};

struct Probe {
  Question question = Question::rule;
  Op op = Op::input;
  Program program;
};

/// Returns the probes of what `declared` leaves open, in a fixed order.
std::vector<Probe> probes_of(const Capabilities& declared);

/// Returns whether `declared` leaves the form of the rule of `op` open.
bool form_is_open(Op op, const Capabilities& declared);

}  // namespace cradle
