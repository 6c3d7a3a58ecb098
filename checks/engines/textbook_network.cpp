// The textbook engine's networks. Whatever fails half way gives back what was made.

#include "checks/engines/textbook_network.h"

#include "checks/engines/textbook_memory.h"

namespace cradle::textbook {
namespace {

// An array of `count` NULLs; one of none has an address too.
template <typename Item>
Item* make_array(std::uint32_t count) {
  Item* const items = static_cast<Item*>(memory.allocate((std::size_t{count} + 1) * sizeof(Item)));
  if (items == nullptr) return nullptr;
  for (std::uint32_t i = 0; i < count; ++i) items[i] = Item{};
  return items;
}

// Knuth's MMIX generator: the top 53 bits, in [-1, 1).
double next_parameter(std::uint64_t& state) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<double>(state >> 11) * 0x1p-52 - 1;
}

void neuron_free(Neuron* neuron) {
  if (neuron == nullptr) return;
  for (std::uint32_t i = 0; neuron->w != nullptr && i < neuron->nin; ++i) {
    value_release(neuron->w[i]);
  }
  value_release(neuron->b);
  memory.release(neuron->w);
  memory.release(neuron);
}

Neuron* neuron_create(std::uint32_t nin, std::uint64_t& state) {
  Neuron* const neuron = make_array<Neuron>(1);
  if (neuron == nullptr) return nullptr;
  neuron->nin = nin;
  neuron->w = make_array<Value*>(nin);
  bool made = neuron->w != nullptr;
  for (std::uint32_t i = 0; made && i < nin; ++i) {
    neuron->w[i] = value_create_leaf(next_parameter(state));
    made = neuron->w[i] != nullptr;
  }
  if (made) neuron->b = value_create_leaf(next_parameter(state));
  if (neuron->b != nullptr) return neuron;
  neuron_free(neuron);
  return nullptr;
}

void layer_free(Layer* layer) {
  if (layer == nullptr) return;
  for (std::uint32_t i = 0; layer->neurons != nullptr && i < layer->nout; ++i) {
    neuron_free(layer->neurons[i]);
  }
  memory.release(layer->neurons);
  memory.release(layer);
}

Layer* layer_create(std::uint32_t nin, std::uint32_t nout, std::uint64_t& state) {
  Layer* const layer = make_array<Layer>(1);
  if (layer == nullptr) return nullptr;
  *layer = {nin, nout, make_array<Neuron*>(nout)};
  bool made = layer->neurons != nullptr;
  for (std::uint32_t i = 0; made && i < nout; ++i) {
    layer->neurons[i] = neuron_create(nin, state);
    made = layer->neurons[i] != nullptr;
  }
  if (made) return layer;
  layer_free(layer);
  return nullptr;
}

void release_all(Value** values, std::uint32_t count) {
  if (values == nullptr) return;
  for (std::uint32_t i = 0; i < count; ++i) value_release(values[i]);
  memory.release(values);
}

Value** layer_forward(Layer* layer, Value** x, bool linear) {
  Value** const outputs = make_array<Value*>(layer->nout);
  if (outputs == nullptr) return nullptr;
  for (std::uint32_t i = 0; i < layer->nout; ++i) {
    outputs[i] = neuron_forward(layer->neurons[i], x, linear);
    if (outputs[i] == nullptr) {
      release_all(outputs, i);
      return nullptr;
    }
  }
  return outputs;
}

bool append_parameters(Vector* parameters, const Neuron* neuron) {
  for (std::uint32_t i = 0; i < neuron->nin; ++i) {
    if (vector_append(parameters, neuron->w[i]) != 0) return false;
  }
  return vector_append(parameters, neuron->b) == 0;
}

}  // namespace

Value* neuron_forward(Neuron* neuron, Value** x, bool linear) {
  Value* sum = neuron->b;
  value_retain(sum);
  for (std::uint32_t i = 0; i < neuron->nin; ++i) {
    if (is_planted(Fault::network_skips_zeros) && x[i]->data == 0) continue;
    Value* const product = value_mul(neuron->w[i], x[i]);
    Value* const next = value_add(sum, product);
    value_release(product);
    value_release(sum);
    sum = next;
  }
  if (linear || (is_planted(Fault::network_slope_at_kink) && sum->data == 0)) return sum;
  Value* const output = value_relu(sum);
  value_release(sum);
  return output;
}

Mlp* mlp_create(std::uint32_t nin, const std::uint32_t* nouts, std::uint32_t n_layers,
                bool last_layer_linear) {
  Mlp* const mlp = make_array<Mlp>(1);
  if (mlp == nullptr) return nullptr;
  *mlp = {nin, n_layers, make_array<Layer*>(n_layers), last_layer_linear};
  std::uint64_t state = 1;
  bool made = mlp->layers != nullptr;
  for (std::uint32_t i = 0; made && i < n_layers; ++i) {
    mlp->layers[i] = layer_create(i == 0 ? nin : nouts[i - 1], nouts[i], state);
    made = mlp->layers[i] != nullptr;
  }
  if (made) return mlp;
  mlp_free(mlp);
  return nullptr;
}

void mlp_free(Mlp* mlp) {
  if (mlp == nullptr) return;
  for (std::uint32_t i = 0; mlp->layers != nullptr && i < mlp->n_layers; ++i) {
    layer_free(mlp->layers[i]);
  }
  memory.release(mlp->layers);
  memory.release(mlp);
}

Value** mlp_forward(Mlp* mlp, Value** x) {
  Value** values = x;
  for (std::uint32_t i = 0; i < mlp->n_layers; ++i) {
    const bool linear = mlp->last_layer_linear && i + 1 == mlp->n_layers;
    Value** const outputs = layer_forward(mlp->layers[i], values, linear);
    if (values != x) release_all(values, mlp->layers[i]->nin);
    if (outputs == nullptr) return nullptr;
    values = outputs;
  }
  return values;
}

void value_array_free(Value** values) { memory.release(values); }

Vector* mlp_parameters(Mlp* mlp) {
  Vector* const parameters = vector_create();
  if (parameters == nullptr) return nullptr;
  for (std::uint32_t i = 0; i < mlp->n_layers; ++i) {
    for (std::uint32_t j = 0; j < mlp->layers[i]->nout; ++j) {
      if (!append_parameters(parameters, mlp->layers[i]->neurons[j])) {
        vector_free(parameters);
        return nullptr;
      }
    }
  }
  return parameters;
}

}  // namespace cradle::textbook
