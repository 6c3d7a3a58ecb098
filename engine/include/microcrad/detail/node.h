// Making nodes and counting references to them: what the ops, the neuron and the C++ face have in
// common. It is inlined in all of them: a call costs more than what it does.
#pragma once

#include <cstddef>
#include <cstdint>

#include "microcrad/detail/arena.h"
#include "microcrad/value.h"

namespace microcrad::detail {

inline constexpr std::uint32_t kAlive = 0x4D43AD01;  // Value::magic from creation ...
inline constexpr std::uint32_t kDead = 0xDEADAD00;   // ... and after the last release

/// Tells the handler that `function` was given a stale Value.
void complain(const char* function, const Value* value);

/// Gives the memory of a node back, which holds no operand any more.
void give_back(Value* node);

/// Destroys a node without references, and what it alone held.
void destroy(Value* node);

/// Tells by its canary whether a Value is alive. With one node per segment the canary of a freed
/// Value lies in freed memory, and to read it is AddressSanitizer's to report.
inline bool is_alive(const Value* value) {
  if (kAsan && arena.geometry.nodes > 1) return unchecked_canary(value) == kAlive;
  return value->magic == kAlive;
}

/// Tells whether `function` may use the Value: not NULL, and not stale, which is complained about.
inline bool is_usable(const Value* value, const char* function) {
  if (value == nullptr) return false;
  if (is_alive(value)) return true;
  complain(function, value);
  return false;
}

/// Counts one more reference. A count at its maximum stays there.
inline Value* hold(Value* value) {
  if (value->ref_count != UINT32_MAX) ++value->ref_count;
  return value;
}

/// Counts so many more, likewise.
inline void hold(Value* value, std::uint32_t times) {
  const bool fits = times < UINT32_MAX - value->ref_count;
  value->ref_count = fits ? value->ref_count + times : UINT32_MAX;
}

/// Drops one reference. True when it was the last one, and the Value must be destroyed.
inline bool drop(Value* value) {
  if (value->ref_count == UINT32_MAX) return false;
  return --value->ref_count == 0;
}

/// Drops one reference; the last one destroys the Value.
inline void release(Value* value) {
  if (is_usable(value, "value_release") && drop(value)) destroy(value);
}

/// Fills in all of a node but its data.
inline void fill_node(Value* node, std::int32_t op, double extra, std::uint32_t operands) {
  node->ref_count = 1;
  node->n_prevs = operands;
  node->extra_data = extra;
  node->prev = node->operands;
  node->op_code = op;
  node->magic = kAlive;
  node->grad = 0.0;
}

/// Stores a result. Whoever reads it, reads it rounded: where ops are inlined, and the flags are a
/// user's, a product and a sum would else become one rounding on some machines.
inline void set_data(Value* node, double data) {
  node->data = data;
  asm("" : "+m"(node->data));  // NOLINT(hicpp-no-assembler)
}

/// Makes an op node of a line that was taken, or of NULL nothing. Its data and both places for
/// operands are the caller's to set: operands with `hold`, once this has succeeded, so that a
/// failure leaves no trace; data, too, only now, as before it would have to be kept while a line is
/// found.
inline Value* make_node(Value* line, std::int32_t op, double extra, std::uint32_t operands) {
  if (line == nullptr) return nullptr;
  ask_for_line(line, kAhead);
  fill_node(line, op, extra, operands);
  return line;
}

// The values of the ops that are inlined wherever a node is made; rules.h has the others, and all
// gradients.
inline double add(double a, double b) { return a + b; }
inline double mul(double a, double b) { return a * b; }
inline double relu(double a) { return a < 0.0 ? 0.0 : a; }  // NaN and -0 stay

/// Makes the node of an add or a mul, on the terms of make_node, and computes it.
template <std::int32_t kOp>
inline Value* make_binary(Value* line, const Value* a, const Value* b) {
  static_assert(kOp == VALUE_OP_ADD || kOp == VALUE_OP_MUL);
  Value* const node = make_node(line, kOp, 0.0, 2);
  if (node == nullptr) return nullptr;
  if constexpr (kOp == VALUE_OP_ADD) {
    set_data(node, add(a->data, b->data));
  } else {
    set_data(node, mul(a->data, b->data));
  }
  return node;
}

/// The same of a relu.
inline Value* make_relu(Value* line, const Value* a) {
  Value* const node = make_node(line, VALUE_OP_RELU, 0.0, 1);
  if (node != nullptr) set_data(node, relu(a->data));
  return node;
}

/// Makes a node with any number of operands, on the terms of make_node, in lines of its own.
/// Returns NULL when memory is short.
Value* make_wide_node(std::int32_t op, double extra, std::uint32_t operands);

/// Makes a leaf. Returns NULL when memory is short.
Value* make_leaf(double data);

}  // namespace microcrad::detail
