// Layer: neurons that share their inputs.
#pragma once

#include "microcrad/neuron.h"

#ifdef __cplusplus
extern "C" {
#endif

// Neurons side by side, for reading; they belong to the layer.
typedef struct Layer {
  uint32_t nin;      // How many inputs.
  uint32_t nout;     // How many neurons, and so outputs.
  Neuron** neurons;  // Each with nin inputs.
} Layer;

// Makes `nout` neurons with `nin` inputs each, drawn one after the other as neuron_create does.
// Returns the layer, to be freed with layer_free; NULL when memory is short or a neuron cannot have
// so many inputs, and then leaves the random sequence where it was. Cost: nout (nin + 1) leaves.
Layer* layer_create(uint32_t nin, uint32_t nout);

// Returns an array of l->nout new references, one per neuron in order, for an array of l->nin
// inputs. Release each of them, and free the array with value_array_free (with the default
// allocator free does as well). Returns NULL, with nothing made, when an argument or an input is
// NULL, an input or a parameter is stale, or memory is short. Without neurons the array is empty,
// and has an address all the same. Cost: nout times that of neuron_forward.
Value** layer_forward(Layer* l, Value** x);

// Returns the same without the relu, on the terms of layer_forward.
Value** layer_forward_linear(Layer* l, Value** x);

// Returns a new Vector of the nout (nin + 1) parameters, neuron by neuron, on the terms of
// neuron_parameters.
Vector* layer_parameters(Layer* l);

// Frees the layer and its neurons; graphs and Vectors that use their parameters keep those. Does
// nothing for NULL. Cost: one step per parameter.
void layer_free(Layer* l);

#ifdef __cplusplus
}
#endif
