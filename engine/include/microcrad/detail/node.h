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

/// Drops one reference. True when it was the last one, and the Value must be destroyed.
inline bool drop(Value* value) {
  if (value->ref_count == UINT32_MAX) return false;
  return --value->ref_count == 0;
}

/// Drops one reference; the last one destroys the Value.
inline void release(Value* value) {
  if (is_usable(value, "value_release") && drop(value)) destroy(value);
}

inline void fill_node(Value* node, std::int32_t op, double data, double extra,
                      std::uint32_t operands) {
  node->ref_count = 1;
  node->n_prevs = operands;
  node->data = data;
  node->extra_data = extra;
  node->prev = node->operands;
  node->op_code = op;
  node->magic = kAlive;
  node->grad = 0.0;
  // Whoever reads the result, reads it rounded: where ops are inlined, and the flags are a user's,
  // a product and a sum would else become one rounding on some machines.
  asm("" : "+m"(node->data));  // NOLINT(hicpp-no-assembler)
}

/// Makes a node of at most two operands, which the caller stores with `hold` once this has
/// succeeded: so a failure leaves no trace. Returns NULL when memory is short.
inline Value* make_node(std::int32_t op, double data, double extra, std::uint32_t operands) {
  constexpr std::ptrdiff_t kAhead = 8;
  Value* const node = take_lines(1);
  if (node == nullptr) return nullptr;
  __builtin_prefetch(node + kAhead, 1);
  fill_node(node, op, data, extra, operands);
  node->operands[0] = node->operands[1] = nullptr;
  return node;
}

/// Makes a node with any number of operands, on the same terms.
Value* make_wide_node(std::int32_t op, double data, double extra, std::uint32_t operands);

/// Makes a leaf. Returns NULL when memory is short.
Value* make_leaf(double data);

}  // namespace microcrad::detail
