// MLP: layers in a row. A forward pass keeps no reference to what is between two layers: the graph
// does.
#include "microcrad/mlp.h"

#include <cstdint>

#include "engine/memory.h"
#include "engine/random.h"

namespace microcrad::detail {
namespace {

// Fills an empty network. When it fails, what was made is still there for mlp_free.
bool fill(MLP* mlp, const std::uint32_t* nouts, std::uint32_t n_layers) {
  mlp->layers = allocate_array<Layer*>(n_layers);
  if (mlp->layers == nullptr) return false;
  for (; mlp->n_layers < n_layers; ++mlp->n_layers) {
    const std::uint32_t i = mlp->n_layers;
    mlp->layers[i] = layer_create(i == 0 ? mlp->nin : nouts[i - 1], nouts[i]);
    if (mlp->layers[i] == nullptr) return false;
  }
  return true;
}

MLP* create(std::uint32_t nin, const std::uint32_t* nouts, std::uint32_t n_layers, bool linear) {
  if (nouts == nullptr || n_layers == 0) return nullptr;
  MLP* const mlp = allocate_array<MLP>(1);
  if (mlp == nullptr) return nullptr;
  *mlp = MLP{nin, 0, nullptr, linear};
  const std::uint64_t state_before = random_state;
  if (fill(mlp, nouts, n_layers)) return mlp;
  random_state = state_before;
  mlp_free(mlp);
  return nullptr;
}

}  // namespace
}  // namespace microcrad::detail

using namespace microcrad::detail;

MLP* mlp_create(uint32_t nin, uint32_t* nouts, uint32_t n_layers) {
  return create(nin, nouts, n_layers, false);
}

MLP* mlp_create_linear(uint32_t nin, uint32_t* nouts, uint32_t n_layers) {
  return create(nin, nouts, n_layers, true);
}

Value** mlp_forward(MLP* mlp, Value** x) {
  if (mlp == nullptr) return nullptr;
  Value** signals = x;
  for (std::uint32_t i = 0; i < mlp->n_layers; ++i) {
    Layer* const layer = mlp->layers[i];
    const bool linear = mlp->linear && i + 1 == mlp->n_layers;
    Value** const outputs =
        linear ? layer_forward_linear(layer, signals) : layer_forward(layer, signals);
    if (signals != x) {
      for (std::uint32_t j = 0; j < layer->nin; ++j) value_release(signals[j]);
      deallocate(signals);
    }
    if (outputs == nullptr) return nullptr;
    signals = outputs;
  }
  return signals;
}

void mlp_free(MLP* mlp) {
  if (mlp == nullptr) return;
  for (std::uint32_t i = 0; i < mlp->n_layers; ++i) layer_free(mlp->layers[i]);
  deallocate(mlp->layers);
  deallocate(mlp);
}
