// Layer: neurons that share their inputs.
#pragma once

#include "microcrad/neuron.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Layer {
  uint32_t nin;      // How many inputs.
  uint32_t nout;     // How many neurons, and so outputs.
  Neuron** neurons;  // Each with nin inputs.
} Layer;

// Makes `nout` neurons with `nin` inputs each. Returns NULL when memory is short.
Layer* layer_create(uint32_t nin, uint32_t nout);

// Returns an array of l->nout new references, one per neuron in order, for an array of l->nin
// inputs. Release each of them, and free the array with value_array_free (with the default
// allocator free does as well). Returns NULL, with nothing made, when an argument or an input is
// NULL or stale, or memory is short.
Value** layer_forward(Layer* l, Value** x);

// The same without the relu.
Value** layer_forward_linear(Layer* l, Value** x);

// Returns a new Vector of the parameters, neuron by neuron; NULL when l is NULL or memory is short.
Vector* layer_parameters(Layer* l);

// Frees the layer and its neurons; graphs that use their parameters keep those. Does nothing for
// NULL.
void layer_free(Layer* l);

#ifdef __cplusplus
}
#endif
