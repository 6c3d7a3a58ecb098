// The textbook engine: the specification of microcrad read literally, in the plainest C++.
//
// A malloc for each node and another for its operands; a depth-first topological sort with a Vector
// and a hash set; recursion in the sort and in release; nothing is reset. It is the yardstick of
// bench/ and the engine that bugs are planted in. Options can take the recursion out. Errors: NULL,
// or -1 from backward, with nothing leaked and every count as before; NULL in gives NULL out.

#pragma once

#include <cstdint>

namespace cradle::textbook {

enum class OpCode : std::int32_t { leaf, add, mul, pow, exp, log, relu };

struct Value {
  std::uint32_t ref_count;
  std::uint32_t n_prevs;
  double data;
  double extra_data;  // the exponent of pow
  Value** prev;
  OpCode op_code;
  std::uint32_t magic;
  double grad;
};

/// Makes a leaf, with one reference, which is the caller's.
Value* value_create_leaf(double data);

/// Each op makes a result that retains its operands.
Value* value_add(Value* v1, Value* v2);
Value* value_mul(Value* v1, Value* v2);
Value* value_pow(Value* base, double exponent);
Value* value_exp(Value* v);
Value* value_log(Value* v);
Value* value_relu(Value* v);

/// Takes and drops one reference. A Value without references is freed, and drops its operands. Does
/// nothing for NULL; a stale Value is told by its magic, as far as its memory can still be read.
void value_retain(Value* v);
void value_release(Value* v);

/// Sets the gradient of `root` to 1 and adds into those of everything it depends on. Returns 0 or
/// -1.
int value_backward(Value* root);

}  // namespace cradle::textbook
