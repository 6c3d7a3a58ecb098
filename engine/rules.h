// The calculus: each op's value (of add, mul and relu in detail/node.h, with the nodes they make),
// and below it how the op passes its gradient back to its operands.
//
// mul, pow, log and relu read their operands' data as it is when backward runs; exp and the neuron
// read their own result.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "microcrad/detail/arena.h"
#include "microcrad/value.h"

namespace microcrad::detail {

// What the sweep reads of the arena, in registers: marks are bytes, and for all the compiler knows
// a byte that is stored may be any of the arena's fields.
struct Sweep {
  std::uintptr_t mask = arena.geometry.block - 1;
  std::uint8_t* flags = arena.flags;

  /// Marks a node, and its segment, for the rest of the sweep. Stored unconditionally: a branch
  /// would cost more.
  void mark(const Value* node) const {
    const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(node);
    Segment* const segment = segment_of(node, mask);
    marks_of(segment)[(address & mask) / kLineBytes] = 1;
    flags[segment->position] = 1;
  }

  /// Adds a contribution to an operand's gradient, which it returns, and sees to it that the sweep
  /// gets there.
  double accumulate(Value* operand, double contribution) const {
    const double grad = operand->grad + contribution;
    operand->grad = grad;
    mark(operand);
    return grad;
  }
};

// What an add or a mul has passed on: its operands, and their gradients as they are now.
struct Passed {
  const Value* a = nullptr;
  const Value* b = nullptr;
  double grad_a = 0.0;
  double grad_b = 0.0;

  /// The gradient of the next node. Along a chain that node is one of these, and to wait for what
  /// is hardly stored would take longer than all the rest. When both are the same, b's is the sum.
  double gradient_of(const Value* node) const {
    if (node == b) return grad_b;
    if (node == a) return grad_a;
    return node->grad;
  }
};

// add: c = a + b.  da += dc, db += dc
// mul: c = a b.    da += b dc, db += a dc
//
// Both by one path, add with the factor 1: which of the two comes next is hard to foresee, and a
// product is cheaper than a wrong guess. (GCC 12 jumps over the products of an add nevertheless.)
// To mark the operands is the caller's.
inline Passed pull_back_add_or_mul(const Value& c, double grad) {
  static constexpr double kOne = 1.0;
  Value* const a = c.operands[0];
  Value* const b = c.operands[1];
  const bool is_mul = c.op_code == VALUE_OP_MUL;
  const double slope_a = *(is_mul ? &b->data : &kOne);
  const double slope_b = *(is_mul ? &a->data : &kOne);
  const double grad_a = a->grad + slope_a * grad;
  a->grad = grad_a;
  const double grad_b = b->grad + slope_b * grad;
  b->grad = grad_b;
  return {a, b, grad_a, grad_b};
}

// pow: c = a^e with a constant e.  da += e a^(e-1) dc; the slope is 0 for e = 0 and 1 for e = 1,
// everywhere.
inline double pow(double a, double e) {
  if (e == 0.0) return 1.0;
  if (e == 1.0) return a;
  if (e == 2.0) return a * a;
  return std::pow(a, e);
}

inline void pull_back_pow(const Sweep& sweep, const Value& c) {
  Value* const a = c.operands[0];
  const double e = c.extra_data;
  if (e == 0.0) {
    sweep.accumulate(a, 0.0);
  } else {
    sweep.accumulate(a, (e * pow(a->data, e - 1.0)) * c.grad);
  }
}

// exp: c = e^a.  da += c dc
inline double exp(double a) { return std::exp(a); }

inline void pull_back_exp(const Sweep& sweep, const Value& c) {
  sweep.accumulate(c.operands[0], c.data * c.grad);
}

// log: c = ln a.  da += dc / a
inline double log(double a) { return std::log(a); }

inline void pull_back_log(const Sweep& sweep, const Value& c) {
  Value* const a = c.operands[0];
  sweep.accumulate(a, c.grad / a->data);
}

// relu: c = a < 0 ? 0 : a.  da += a > 0 ? dc : 0
inline void pull_back_relu(const Sweep& sweep, const Value& c) {
  Value* const a = c.operands[0];
  sweep.accumulate(a, a->data > 0.0 ? c.grad : 0.0);
}

// neuron: c = relu(((b + w0 x0) + w1 x1) + ...), or the sum itself when extra_data is 1.
//
// Its value is made in forward.cpp, along with the node. With s = dc where c > 0 (everywhere when
// linear), else 0:  dw_i += x_i s, dx_i += w_i s, db += s.
inline double sum_gradient(const Value& c) {
  return c.extra_data != 0.0 || c.data > 0.0 ? c.grad : 0.0;
}

// From the last operands to the first, as the sweep over the same graph op by op would go: so every
// gradient has the same bits.
inline void pull_back_neuron(const Sweep& sweep, const Value& c) {
  const std::uint32_t nin = c.n_prevs / 2;
  Value* const* const x = c.prev;
  Value* const* const w = c.prev + nin;
  const double s = sum_gradient(c);
  for (std::uint32_t i = nin; i-- > 0;) {
    Value* const input = x[i];
    Value* const weight = w[i];
    weight->grad += input->data * s;
    input->grad += weight->data * s;
    // Here a branch is worth it: weights are leaves, and so is none or all of the inputs.
    if (weight->n_prevs != 0) sweep.mark(weight);
    if (input->n_prevs != 0) sweep.mark(input);
  }
  sweep.accumulate(c.prev[c.n_prevs - 1], s);
}

// Four neurons that a layer made one after the other, on the same inputs, from leaves of their own:
// no Value stands twice among their operands. So their sweeps may go side by side, and each
// gradient has the bits that it would have had by one after the other: an input's own sum goes on
// from the youngest neuron to the oldest.
inline constexpr std::uint32_t kAbreast = 4;

// Of the youngest of four: the oldest one; else NULL. In the place of an operand, which stand
// elsewhere in a neuron with inputs.
inline Value*& leads(Value& neuron) { return neuron.operands[1]; }

// The neuron that was made `count` before, in a row of neurons with as many operands.
inline Value* made_before(Value* neuron, std::uint32_t count) {
  return neuron - static_cast<std::ptrdiff_t>(count) * (1 + array_lines(neuron->n_prevs));
}

// Tells whether a neuron and the three before it are to be swept abreast, and takes their marks. A
// row that begins in another segment is none: the oldest stands further away than three neurons.
inline bool take_abreast(const Sweep& sweep, Value* c) {
  if (leads(*c) != made_before(c, kAbreast - 1)) return false;
  std::uint8_t* const marks = marks_of(segment_of(c, sweep.mask));
  for (std::uint32_t k = 1; k < kAbreast; ++k) {
    const Value* const other = made_before(c, k);
    if (marks[line_of(other)] == 0 || other->op_code != VALUE_OP_NEURON) return false;
  }
  for (std::uint32_t k = 1; k < kAbreast; ++k) marks[line_of(made_before(c, k))] = 0;
  return true;
}

[[gnu::noinline]] inline void pull_back_abreast(const Sweep& sweep, Value* c) {
  struct Neuron {
    double s;
    Value* const* w;
  };
  const std::uint32_t nin = c->n_prevs / 2;
  std::array<Neuron, kAbreast> neurons;
  Value* last = nullptr;
  for (Neuron& neuron : neurons) {
    last = last == nullptr ? c : made_before(last, 1);
    neuron = {sum_gradient(*last), last->prev + nin};
  }
  for (std::uint32_t i = nin; i-- > 0;) {
    Value* const input = c->prev[i];
    const double data = input->data;
    double grad = input->grad;
    for (const Neuron& neuron : neurons) {
      Value* const weight = neuron.w[i];
      weight->grad += data * neuron.s;
      grad += weight->data * neuron.s;
    }
    input->grad = grad;
    if (input->n_prevs != 0) sweep.mark(input);
  }
  for (const Neuron& neuron : neurons) neuron.w[nin]->grad += neuron.s;
}

// What value_create makes, and whatever has an unknown op code: operands are reached, and get
// nothing.
inline void pull_back_none(const Sweep& sweep, const Value& c) {
  for (std::uint32_t i = 0; i < c.n_prevs; ++i) sweep.mark(c.prev[i]);
}

// Apart: add and mul are swept without any of this in their way.
[[gnu::noinline]] inline void pull_back_other(const Sweep sweep, Value& c) {
  switch (c.op_code) {
    case VALUE_OP_POW:
      return pull_back_pow(sweep, c);
    case VALUE_OP_EXP:
      return pull_back_exp(sweep, c);
    case VALUE_OP_LOG:
      return pull_back_log(sweep, c);
    case VALUE_OP_RELU:
      return pull_back_relu(sweep, c);
    case VALUE_OP_NEURON:
      if (take_abreast(sweep, &c)) return pull_back_abreast(sweep, &c);
      return pull_back_neuron(sweep, c);
    default:
      return pull_back_none(sweep, c);
  }
}

}  // namespace microcrad::detail
