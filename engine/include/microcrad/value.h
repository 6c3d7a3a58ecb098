// Value: one scalar in a computation graph, the ops that make new ones, and the reverse sweep.
//
// A Value remembers the operands it was computed from, so that value_backward can apply the chain
// rule from a result back to everything it depends on. Values are reference counted: who gets one,
// releases it once. The conventions that hold for every function are numbered in microcrad.h.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Which operation produced a Value, its op_code. A leaf, and whatever value_create makes, has
// VALUE_OP_NONE.
enum {
  VALUE_OP_NONE = 0,  // passes no gradient to its operands
  VALUE_OP_ADD = 1,
  VALUE_OP_MUL = 2,
  VALUE_OP_POW = 3,  // extra_data is the exponent
  VALUE_OP_EXP = 4,
  VALUE_OP_LOG = 5,
  VALUE_OP_RELU = 6,
  // A whole neuron: prev is x0..x(n-1), w0..w(n-1), b, so n_prevs is 2n + 1. Made by
  // neuron_forward. data is relu(((b + w0 x0) + w1 x1) + ...); extra_data is 0, or 1 for a neuron
  // without the relu.
  VALUE_OP_NEURON = 7
};

// One node, a cache line: a scalar, its gradient, and the operands it was made of. Users may write
// data and grad; everything else is for reading. `prev` and what it points at belong to the Value.
typedef struct Value {
  uint32_t ref_count;         // How many references point at this Value.
  uint32_t n_prevs;           // How many operands produced it; 0 for a leaf.
  double data;                // The scalar this node holds.
  double extra_data;          // Parameter of the operation, such as the exponent of pow.
  struct Value** prev;        // The operands.
  int32_t op_code;            // One of VALUE_OP_*.
  uint32_t magic;             // Debug canary: tells a live Value from a stale one.
  double grad;                // d(root) / d(this), accumulated by value_backward; 0 at first.
  struct Value* operands[2];  // Where prev points if there are at most two; else the engine's own.
} Value;

// Makes a node with `n_prevs` operands, copied from `prev` and retained, that passes no gradient to
// them. Returns a new reference; NULL when n_prevs is negative, prev or an operand is NULL, an
// operand is stale, or memory is short. With no operands it is a leaf, and prev may be NULL. Cost:
// one step per operand.
Value* value_create(double data, int32_t n_prevs, Value** prev);

// Makes a leaf: an input, a weight, a constant. Returns a new reference, or NULL when memory is
// short.
Value* value_create_leaf(double data);

// Each op returns a new reference to its result, which holds one reference to each operand, two
// where both are the same; NULL when an operand is NULL or stale, or when memory is short. Its data
// is computed at once, its gradient is 0.
Value* value_add(Value* v1, Value* v2);  // v1 + v2
Value* value_mul(Value* v1, Value* v2);  // v1 * v2
Value* value_pow(Value* b, double e);    // b to the power e; slope 0 if e is 0, and 1 if e is 1
Value* value_exp(Value* v);              // e to the power v
Value* value_log(Value* v);              // the natural logarithm of v
Value* value_relu(Value* v);             // v < 0 ? 0 : v, so NaN and -0 stay; the slope at 0 is 0

// Sets v->grad to 1 and adds into the gradients of all that v depends on; resets nothing. Called
// again, it passes on each node's whole accumulated gradient, so zero the gradients that are not to
// accumulate. Returns 0, or -1 when v is NULL or stale. It allocates nothing and does not recurse:
// creation order is a topological order, so that one sweep back over marked nodes does what a
// depth-first search would. Cost: one step per operand of each node that v depends on. Older nodes
// of the thread besides those are passed over, eight at a time in a segment that has some of those,
// else eight segments at a time.
int value_backward(Value* v);

// Takes one more reference, to be released once more. Does nothing for NULL; a stale Value is
// complained about, and left as it is.
void value_retain(Value* v);

// Drops one reference. The last one frees the Value and drops those to its operands, and so on
// down, without recursion. Does nothing for NULL; a stale Value is complained about, and left as it
// is. Memory stays with the thread, for the next Values: see microcrad_thread_release. Cost: one
// step per operand of each Value that it frees.
void value_release(Value* v);

// Frees an array that layer_forward or mlp_forward returned; only the array, not the Values in it.
// Does nothing for NULL.
void value_array_free(Value** values);

#ifdef __cplusplus
}
#endif
