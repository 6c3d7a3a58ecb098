// The textbook engine's values: making them, and counting references to them.

#include "checks/engines/textbook.h"

#include <cmath>
#include <cstring>

#include "checks/engines/textbook_faults.h"
#include "checks/engines/textbook_memory.h"

namespace cradle::textbook {
namespace {

constexpr std::uint32_t kAlive = 0x56414C55;
constexpr std::uint32_t kDead = 0xDEADDEAD;

bool is_alive(const Value* v) { return v != nullptr && v->magic == kAlive; }

std::uint32_t references_to_take(const Value& result, std::uint32_t operand) {
  return is_planted(Fault::none) ? 1 : faulty_takes(result, operand);
}

std::uint32_t references_to_drop(const Value& result, std::uint32_t operand) {
  return is_planted(Fault::none) ? 1 : faulty_drops(result, operand);
}

// A count of 32 bits, or of 8 where that bug is planted.
std::uint32_t counted(std::uint32_t references) {
  return is_planted(Fault::count_8_bit) ? references & 0xFF : references;
}

// Operands are retained last, when nothing can fail any more.
Value* make(OpCode op_code, double data, double extra, std::uint32_t n_prevs, Value** prev) {
  if (is_planted(Fault::leak_on_failure)) {
    for (std::uint32_t i = 0; i < n_prevs; ++i) value_retain(prev[i]);
  }
  Value* const v = static_cast<Value*>(memory.allocate_node(sizeof(Value)));
  if (v == nullptr) return nullptr;
  v->prev = nullptr;
  if (n_prevs > 0) {
    v->prev = static_cast<Value**>(memory.allocate_node(n_prevs * sizeof(Value*)));
    if (v->prev == nullptr) {
      memory.release_node(v);
      return nullptr;
    }
  }
  v->ref_count = 1;
  v->n_prevs = n_prevs;
  v->data = data;
  v->extra_data = extra;
  v->op_code = op_code;
  v->magic = kAlive;
  v->grad = 0;
  ++memory.live_values;
  for (std::uint32_t i = 0; i < n_prevs; ++i) v->prev[i] = prev[i];
  for (std::uint32_t i = 0; i < n_prevs; ++i) {
    for (std::uint32_t n = references_to_take(*v, i); n > 0; --n) value_retain(prev[i]);
  }
  if (!is_planted(Fault::none)) faulty_after_making(v);
  return v;
}

Value* unary(OpCode op_code, double data, Value* v, double extra = 0) {
  if (!is_planted(Fault::none)) data = faulty_value(op_code, data, v->data, extra);
  return make(op_code, data, extra, 1, &v);
}

Value* binary(OpCode op_code, double data, Value* v1, Value* v2) {
  if (!is_planted(Fault::none)) data = faulty_value(op_code, data, v1->data, 0);
  Value* prev[] = {v1, v2};
  return make(op_code, data, 0, 2, prev);
}

// Drops one reference; true when it was the last one, and the Value is to be destroyed.
bool drop(Value* v) {
  if (!is_alive(v)) return false;
  v->ref_count = counted(v->ref_count - 1);
  if (v->ref_count > 0) return false;
  v->magic = kDead;
  --memory.live_values;
  return true;
}

void free_value(Value* v) {
  memory.release_node(v->prev);
  memory.release_node(v);
}

// The dead are linked through their gradients, which nobody reads any more: no memory is needed.
void destroy_iteratively(Value* first) {
  Value* pending = nullptr;
  const auto push = [&](Value* v) {
    std::memcpy(&v->grad, &pending, sizeof pending);
    pending = v;
  };
  push(first);
  while (pending != nullptr) {
    Value* const v = pending;
    std::memcpy(&pending, &v->grad, sizeof pending);
    for (std::uint32_t i = 0; i < v->n_prevs; ++i) {
      for (std::uint32_t n = references_to_drop(*v, i); n > 0; --n) {
        if (drop(v->prev[i])) push(v->prev[i]);
      }
    }
    free_value(v);
  }
}

}  // namespace

Value* value_create_leaf(double data) { return make(OpCode::leaf, data, 0, 0, nullptr); }

Value* value_add(Value* v1, Value* v2) {
  if (!is_alive(v1) || !is_alive(v2)) return nullptr;
  return binary(OpCode::add, v1->data + v2->data, v1, v2);
}

Value* value_mul(Value* v1, Value* v2) {
  if (!is_alive(v1) || !is_alive(v2)) return nullptr;
  return binary(OpCode::mul, v1->data * v2->data, v1, v2);
}

Value* value_pow(Value* base, double exponent) {
  if (!is_alive(base)) return nullptr;
  return unary(OpCode::pow, std::pow(base->data, exponent), base, exponent);
}

Value* value_exp(Value* v) {
  if (!is_alive(v)) return nullptr;
  return unary(OpCode::exp, std::exp(v->data), v);
}

Value* value_log(Value* v) {
  if (!is_alive(v)) return nullptr;
  return unary(OpCode::log, std::log(v->data), v);
}

Value* value_relu(Value* v) {
  if (!is_alive(v)) return nullptr;
  return unary(OpCode::relu, v->data < 0 ? 0 : v->data, v);
}

void value_retain(Value* v) {
  if (is_alive(v)) v->ref_count = counted(v->ref_count + 1);
}

void value_release(Value* v) {
  if (!drop(v)) return;
  if (options.iterative_release) return destroy_iteratively(v);
  for (std::uint32_t i = 0; i < v->n_prevs; ++i) {
    for (std::uint32_t n = references_to_drop(*v, i); n > 0; --n) value_release(v->prev[i]);
  }
  free_value(v);
}

}  // namespace cradle::textbook
