// The calculus: each op's value, and below it how the op passes its gradient back to its operands.
//
// mul, pow, log and relu read their operands' data as it is when backward runs; exp and the neuron
// read their own result.
#pragma once

#include <cmath>
#include <cstdint>

#include "engine/arena.h"
#include "microcrad/value.h"

namespace microcrad {

/// Marks a node, and its segment, for the rest of the sweep. Stored unconditionally: a branch would
/// cost more.
inline void mark(const Value* node) {
  Segment* const segment = segment_of(node);
  marks_of(segment)[line_of(node)] = 1;
  arena.flags[segment->position] = 1;
}

/// Adds a contribution to an operand's gradient, and sees to it that the sweep gets there.
inline void accumulate(Value* operand, double contribution) {
  operand->grad += contribution;
  mark(operand);
}

// add: c = a + b.  da += dc, db += dc
inline double add(double a, double b) { return a + b; }

inline void pull_back_add(const Value& c) {
  accumulate(c.operands[0], c.grad);
  accumulate(c.operands[1], c.grad);
}

// mul: c = a b.  da += b dc, db += a dc
inline double mul(double a, double b) { return a * b; }

inline void pull_back_mul(const Value& c) {
  Value* const a = c.operands[0];
  Value* const b = c.operands[1];
  accumulate(a, b->data * c.grad);
  accumulate(b, a->data * c.grad);
}

// pow: c = a^e with a constant e.  da += e a^(e-1) dc; the slope is 0 for e = 0 and 1 for e = 1,
// everywhere.
inline double pow(double a, double e) {
  if (e == 0.0) return 1.0;
  if (e == 1.0) return a;
  if (e == 2.0) return a * a;
  return std::pow(a, e);
}

inline void pull_back_pow(const Value& c) {
  Value* const a = c.operands[0];
  const double e = c.extra_data;
  if (e == 0.0) {
    accumulate(a, 0.0);
  } else {
    accumulate(a, (e * pow(a->data, e - 1.0)) * c.grad);
  }
}

// exp: c = e^a.  da += c dc
inline double exp(double a) { return std::exp(a); }

inline void pull_back_exp(const Value& c) { accumulate(c.operands[0], c.data * c.grad); }

// log: c = ln a.  da += dc / a
inline double log(double a) { return std::log(a); }

inline void pull_back_log(const Value& c) {
  Value* const a = c.operands[0];
  accumulate(a, c.grad / a->data);
}

// relu: c = a < 0 ? 0 : a, so NaN and -0 stay.  da += a > 0 ? dc : 0
inline double relu(double a) { return a < 0.0 ? 0.0 : a; }

inline void pull_back_relu(const Value& c) {
  Value* const a = c.operands[0];
  accumulate(a, a->data > 0.0 ? c.grad : 0.0);
}

// neuron: c = relu(((b + w0 x0) + w1 x1) + ...), or the sum itself when extra_data is 1.
//
// With s = dc where c > 0 (everywhere when linear), else 0:  dw_i += x_i s, dx_i += w_i s, db += s.
inline double neuron(Value* const* x, Value* const* w, const Value* b, std::uint32_t nin,
                     bool linear) {
  double sum = b->data;
  for (std::uint32_t i = 0; i < nin; ++i) sum += w[i]->data * x[i]->data;
  return linear ? sum : relu(sum);
}

// From the last operands to the first, as the sweep over the same graph op by op would go: so every
// gradient has the same bits.
inline void pull_back_neuron(const Value& c) {
  const std::uint32_t nin = (c.n_prevs - 1) / 2;
  Value* const* const x = c.prev;
  Value* const* const w = c.prev + nin;
  const bool open = c.extra_data != 0.0 || c.data > 0.0;
  const double s = open ? c.grad : 0.0;
  for (std::uint32_t i = nin; i-- > 0;) {
    accumulate(w[i], x[i]->data * s);
    accumulate(x[i], w[i]->data * s);
  }
  accumulate(c.prev[c.n_prevs - 1], s);
}

// What value_create makes, and whatever has an unknown op code: operands are reached, and get
// nothing.
inline void pull_back_none(const Value& c) {
  for (std::uint32_t i = 0; i < c.n_prevs; ++i) mark(c.prev[i]);
}

inline void pull_back(const Value& c) {
  switch (c.op_code) {
    case VALUE_OP_ADD:
      return pull_back_add(c);
    case VALUE_OP_MUL:
      return pull_back_mul(c);
    case VALUE_OP_POW:
      return pull_back_pow(c);
    case VALUE_OP_EXP:
      return pull_back_exp(c);
    case VALUE_OP_LOG:
      return pull_back_log(c);
    case VALUE_OP_RELU:
      return pull_back_relu(c);
    case VALUE_OP_NEURON:
      return pull_back_neuron(c);
    default:
      return pull_back_none(c);
  }
}

}  // namespace microcrad
