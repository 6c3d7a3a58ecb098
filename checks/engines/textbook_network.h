// The textbook engine's networks: neurons, layers and multi-layer perceptrons, made op by op.

#pragma once

#include <cstdint>

#include "checks/engines/textbook.h"
#include "checks/engines/textbook_collections.h"

namespace cradle::textbook {

struct Neuron {
  std::uint32_t nin;
  Value** w;
  Value* b;
};

struct Layer {
  std::uint32_t nin;
  std::uint32_t nout;
  Neuron** neurons;
};

struct Mlp {
  std::uint32_t nin;
  std::uint32_t n_layers;
  Layer** layers;
  bool last_layer_linear;
};

/// Returns relu of (((b + w0 x0) + w1 x1) + ...), or that sum when `linear`. The caller owns it.
Value* neuron_forward(Neuron* neuron, Value** x, bool linear);

/// Makes a network of small random parameters, the same each time. NULL when memory is short.
Mlp* mlp_create(std::uint32_t nin, const std::uint32_t* nouts, std::uint32_t n_layers,
                bool last_layer_linear);
void mlp_free(Mlp* mlp);

/// Returns an array of the last layer's outputs: release each, and free the array.
Value** mlp_forward(Mlp* mlp, Value** x);
void value_array_free(Value** values);

/// Returns every parameter: layer by layer, neuron by neuron, weights then bias.
Vector* mlp_parameters(Mlp* mlp);

}  // namespace cradle::textbook
