// Value: creation, the ops, and the references that keep a graph alive.
#include "microcrad/value.h"

#include <cstring>
#include <utility>

#include "engine/memory.h"
#include "engine/rules.h"
#include "microcrad/detail/arena.h"
#include "microcrad/detail/node.h"

namespace microcrad::detail {
namespace {

// Whether the operands of a wide node stand in the lines after it: a quarter of a segment at most,
// so that a wide node that does not fit in the rest of a segment wastes little.
bool stands_in_segment(std::uint32_t operands) { return operands / 8 < arena.geometry.nodes / 4; }

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

// The nodes that wait to be destroyed form a stack, linked through the gradient that nobody will
// read again.
void link(Value* node, Value* below) {
  static_assert(sizeof node->grad == sizeof below);
  std::memcpy(&node->grad, &below, sizeof below);
}

Value* below(const Value* node) {
  Value* next;
  std::memcpy(&next, &node->grad, sizeof next);
  return next;
}

// The stack, with its top apart: along a chain nothing is stored only to be loaded again. What it
// needs of the arena is in a register: for all the compiler knows each store changes the arena.
struct Doomed {
  Value* top;
  Value* rest = nullptr;
  std::uintptr_t mask = arena.geometry.block - 1;

  void push(Value* node) {
    node->magic = kDead;
    if (top != nullptr) {
      link(top, rest);
      rest = top;
    }
    top = node;
  }
  Value* pop() {
    Value* const node = std::exchange(top, nullptr);
    if (node != nullptr || rest == nullptr) return node;
    Value* const next = rest;
    rest = below(next);
    return next;
  }
  // An operand that is stale had its reference stolen by a release too many; it is left alone.
  void let_go(Value* operand) {
    if (!is_alive(operand)) return complain("value_release", operand);
    if (drop(operand)) push(operand);
  }
  // The line of an op node with its operands in the node itself, as all but neurons are.
  void give_back_line(Value* node) const {
    node->n_prevs = 0;
    node->op_code = VALUE_OP_NONE;
    give_back_lines(segment_of(node, mask), node, 1);
  }
};

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

// Without operands, so that whoever reaches it through a reference that was stolen finds nothing to
// follow.
void give_back(Value* node) {
  const std::uint32_t operands = node->n_prevs;
  std::uint32_t lines = 1;
  if (operands > 2) {
    // Not told by the address: an array from the allocator may begin where the node's segment ends.
    if (stands_in_segment(operands)) {
      lines += array_lines(operands);
    } else {
      deallocate(node->prev);
    }
  }
  node->n_prevs = 0;
  node->op_code = VALUE_OP_NONE;
  if (operands == 0) {
    give_back_leaf(node);
  } else {
    give_back_lines(segment_of(node), node, lines);
  }
}

// Without recursion.
void destroy(Value* root) {
  root->magic = kDead;
  Doomed doomed{root};
  while (Value* const node = doomed.pop()) {
    ask_for_line(node, -kAhead);
    const std::uint32_t operands = node->n_prevs;
    if (operands == 2) {
      doomed.let_go(node->operands[0]);
      doomed.let_go(node->operands[1]);
      doomed.give_back_line(node);
    } else if (operands == 1) {
      doomed.let_go(node->operands[0]);
      doomed.give_back_line(node);
    } else {
      Value* const* const prev = node->prev;
      for (std::uint32_t i = 0; i < operands; ++i) doomed.let_go(prev[i]);
      give_back(node);
    }
  }
  rewind_open_segment();
}

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
