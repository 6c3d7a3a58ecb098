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

// A neuron's parameters, for reading; their data and grad may be written.
typedef struct Neuron {
  uint32_t nin;  // How many inputs.
  Value** w;     // The weights, one per input; the neuron holds a reference to each.
  Value* b;      // The bias, held too.
} Neuron;

// Makes a neuron whose weights and bias are uniform in [-1/sqrt(nin), 1/sqrt(nin)), in [-1, 1)
// without inputs; see microcrad_seed. Returns it, to be freed with neuron_free; NULL when memory is
// short or nin is above 2^31 - 1, and then leaves the random sequence where it was. Cost: one leaf
// per input, and one.
Neuron* neuron_create(uint32_t nin);

// Returns a new reference to relu(w . x + b), for an array of n->nin inputs; NULL when an argument
// or an input is NULL, an input or a parameter is stale, or memory is short. The node holds a
// reference to each input and parameter; array and inputs stay the caller's. Cost: one
// multiplication and addition per input; a node of 64 bytes, and 8 for each operand.
Value* neuron_forward(Neuron* n, Value** x);

// Returns the same node without the relu, on the terms of neuron_forward.
Value* neuron_forward_linear(Neuron* n, Value** x);

// Returns a new Vector of the weights in order, then the bias, to be freed with vector_free; NULL
// when n is NULL, a parameter is stale or memory is short. It holds references to the neuron's own
// Values: what is written to them, the neuron sees. Cost: one step per parameter.
Vector* neuron_parameters(Neuron* n);

// Releases the weights and the bias, and frees the neuron; graphs and Vectors that use them keep
// them. Does nothing for NULL. Cost: one step per parameter.
void neuron_free(Neuron* n);

#ifdef __cplusplus
}
#endif
