// Neuron: relu(w . x + b), with weights and a bias that are Values.
//
// A forward pass makes one node, VALUE_OP_NEURON of value.h, that holds the inputs, the weights and
// the bias. Its value, its gradients and the counts of its operands are, bit for bit, those of the
// graph of value_mul, value_add and value_relu that says the same.
#pragma once

#include "microcrad/value.h"
#include "microcrad/vector.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Neuron {
  uint32_t nin;  // How many inputs.
  Value** w;     // The weights, one per input; the neuron holds a reference to each.
  Value* b;      // The bias, held too.
} Neuron;

// Makes a neuron whose weights and bias are uniform in [-1/sqrt(nin), 1/sqrt(nin)); see
// microcrad_seed. Returns NULL when memory is short, and then leaves the random sequence where it
// was.
Neuron* neuron_create(uint32_t nin);

// Returns a new reference to relu(w . x + b), for an array of n->nin inputs; NULL when an argument
// or an input is NULL or stale, or memory is short.
Value* neuron_forward(Neuron* n, Value** x);

// The same node without the relu.
Value* neuron_forward_linear(Neuron* n, Value** x);

// Returns a new Vector of the weights in order, then the bias; NULL when n is NULL or memory is
// short.
Vector* neuron_parameters(Neuron* n);

// Releases the weights and the bias, and frees the neuron; graphs that use them keep them. NULL is
// fine.
void neuron_free(Neuron* n);

#ifdef __cplusplus
}
#endif
