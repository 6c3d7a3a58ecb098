// MLP: a multi-layer perceptron, layers that feed each other.
//
// Every neuron has a relu, those of the last layer included, so that outputs are never negative;
// mlp_create_linear leaves the relu out of the last layer.
#pragma once

#include <stdbool.h>

#include "microcrad/layer.h"

#ifdef __cplusplus
extern "C" {
#endif

// Layers in a row, for reading; they belong to the network.
typedef struct MLP {
  uint32_t nin;       // How many inputs the first layer takes.
  uint32_t n_layers;  // How many layers.
  Layer** layers;     // In order.
  bool linear;        // Whether the last layer goes without relu.
} MLP;

// Makes a network with `n_layers` layers of widths nouts[0], nouts[1], ..., drawn layer by layer as
// layer_create does. Returns it, to be freed with mlp_free; NULL when nouts is NULL, n_layers is 0,
// memory is short or a neuron cannot have so many inputs, and then leaves the random sequence where
// it was. Cost: one leaf per parameter.
MLP* mlp_create(uint32_t nin, uint32_t* nouts, uint32_t n_layers);

// Makes the same with a last layer without relu, on the terms of mlp_create.
MLP* mlp_create_linear(uint32_t nin, uint32_t* nouts, uint32_t n_layers);

// Returns an array of new references, one per neuron of the last layer, for an array of mlp->nin
// inputs. Release each of them, and free the array with value_array_free (with the default
// allocator free does as well). Returns NULL, with nothing made, when an argument or input is NULL,
// an input or a parameter is stale, or memory is short. What is between the layers is kept by the
// graph of the outputs alone. Cost: that of each layer's layer_forward.
Value** mlp_forward(MLP* mlp, Value** x);

// Returns a new Vector of every trainable scalar, layer by layer, neuron by neuron, weights then
// bias, on the terms of neuron_parameters.
Vector* mlp_parameters(MLP* mlp);

// Frees the network; graphs and Vectors that use its parameters keep those. Does nothing for NULL.
// Cost: one step per parameter.
void mlp_free(MLP* mlp);

#ifdef __cplusplus
}
#endif
