// Value: creation, the ops, and the references that keep a graph alive.
#include "microcrad/value.h"

#include "engine/memory.h"
#include "engine/rules.h"
#include "microcrad/detail/arena.h"
#include "microcrad/detail/node.h"

namespace microcrad::detail {
namespace {

// Stores the operands of a node, unless it could not be made.
Value* with_operand(Value* node, Value* operand) {
  if (node == nullptr) return nullptr;
  node->operands[0] = hold(operand);
  node->operands[1] = nullptr;
  return node;
}

Value* with_operands(Value* node, Value* lhs, Value* rhs) {
  if (node == nullptr) return nullptr;
  node->operands[0] = hold(lhs);
  node->operands[1] = hold(rhs);
  return node;
}

// An op whose value a library computes: that outweighs keeping it while a slot is found.
Value* make_function(std::int32_t op, double data, double extra, Value* operand) {
  Value* const node = make_node(take_lines(1), op, extra, 1);
  if (node == nullptr) return nullptr;
  set_data(node, data);
  return with_operand(node, operand);
}

// An op whose operands may be of no use, or whose node finds no line in the open segment: apart, so
// that the usual case keeps nothing across a call.
template <std::int32_t kOp>
[[gnu::noinline]] Value* binary_slowly(Value* a, Value* b, const char* function) {
  if (!is_usable(a, function) || !is_usable(b, function)) return nullptr;
  return with_operands(make_binary<kOp>(take_lines(1), a, b), a, b);
}

[[gnu::noinline]] Value* relu_slowly(Value* a) {
  return is_usable(a, "value_relu") ? with_operand(make_relu(take_lines(1), a), a) : nullptr;
}

template <std::int32_t kOp>
Value* binary(Value* a, Value* b, const char* function) {
  const bool usable = a != nullptr && b != nullptr && is_alive(a) && is_alive(b);
  if (!usable || !has_line()) return binary_slowly<kOp>(a, b, function);
  return with_operands(make_binary<kOp>(take_ready_line(), a, b), a, b);
}

}  // namespace

Value* make_wide_node(std::int32_t op, double extra, std::uint32_t operands) {
  if (operands <= 2) {
    Value* const node = make_node(take_lines(1), op, extra, operands);
    if (node != nullptr) node->operands[1] = nullptr;  // the first one is the caller's to store
    return node;
  }
  const bool inside = stands_in_segment(operands);
  Value** array = nullptr;
  if (!inside) {
    array = allocate_array<Value*>(operands);
    if (array == nullptr) return nullptr;
  }
  const std::uint32_t lines = inside ? 1 + array_lines(operands) : 1;
  Value* const node = take_lines(lines);
  if (node == nullptr) {
    deallocate(array);
    return nullptr;
  }
  segment_of(node)->arrays += lines - 1;
  fill_node(node, op, extra, operands);
  node->prev = inside ? reinterpret_cast<Value**>(node + 1) : array;
  node->operands[0] = node->operands[1] = nullptr;
  return node;
}

Value* make_leaf(double data) {
  Value* const leaf = take_leaf();
  if (leaf == nullptr) return nullptr;
  fill_node(leaf, VALUE_OP_NONE, 0.0, 0);
  set_data(leaf, data);
  leaf->operands[0] = leaf->operands[1] = nullptr;
  return leaf;
}

}  // namespace microcrad::detail

using namespace microcrad::detail;

Value* value_create_leaf(double data) { return make_leaf(data); }

Value* value_create(double data, int32_t n_prevs, Value** prev) {
  if (n_prevs < 0) return nullptr;
  if (n_prevs == 0) return make_leaf(data);
  if (prev == nullptr) return nullptr;
  for (int32_t i = 0; i < n_prevs; ++i) {
    if (!is_usable(prev[i], "value_create")) return nullptr;
  }
  const std::uint32_t operands = static_cast<std::uint32_t>(n_prevs);
  Value* const node = make_wide_node(VALUE_OP_NONE, 0.0, operands);
  if (node == nullptr) return nullptr;
  set_data(node, data);
  for (std::uint32_t i = 0; i < operands; ++i) node->prev[i] = hold(prev[i]);
  return node;
}

Value* value_add(Value* v1, Value* v2) { return binary<VALUE_OP_ADD>(v1, v2, "value_add"); }

Value* value_mul(Value* v1, Value* v2) { return binary<VALUE_OP_MUL>(v1, v2, "value_mul"); }

Value* value_pow(Value* b, double e) {
  if (!is_usable(b, "value_pow")) return nullptr;
  return make_function(VALUE_OP_POW, microcrad::detail::pow(b->data, e), e, b);
}

Value* value_exp(Value* v) {
  if (!is_usable(v, "value_exp")) return nullptr;
  return make_function(VALUE_OP_EXP, microcrad::detail::exp(v->data), 0.0, v);
}

Value* value_log(Value* v) {
  if (!is_usable(v, "value_log")) return nullptr;
  return make_function(VALUE_OP_LOG, microcrad::detail::log(v->data), 0.0, v);
}

Value* value_relu(Value* v) {
  if (v == nullptr || !is_alive(v) || !has_line()) return relu_slowly(v);
  return with_operand(make_relu(take_ready_line(), v), v);
}

void value_retain(Value* v) {
  if (is_usable(v, "value_retain")) hold(v);
}

void value_release(Value* v) { release(v); }

void value_array_free(Value** values) { deallocate(values); }
