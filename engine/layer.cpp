// Layer: neurons side by side. Parameters are drawn neuron by neuron, and outputs made in that
// order.
#include "microcrad/layer.h"

#include <cstdint>

#include "engine/forward.h"
#include "engine/memory.h"
#include "engine/random.h"

namespace microcrad::detail {
namespace {

Value** forward_all(Layer* l, Value** x, bool linear) {
  if (l == nullptr || x == nullptr) return nullptr;
  Value** const outputs = allocate_array<Value*>(l->nout);
  if (outputs == nullptr) return nullptr;
  if (forward(l->neurons, l->nout, x, l->nin, linear, outputs)) return outputs;
  deallocate(outputs);
  return nullptr;
}

// Fills an empty layer. When it fails, what was made is still there for layer_free.
bool fill(Layer* l, std::uint32_t nout) {
  l->neurons = allocate_array<Neuron*>(nout);
  if (l->neurons == nullptr) return false;
  for (; l->nout < nout; ++l->nout) {
    l->neurons[l->nout] = neuron_create(l->nin);
    if (l->neurons[l->nout] == nullptr) return false;
  }
  return true;
}

}  // namespace
}  // namespace microcrad::detail

using namespace microcrad::detail;

Layer* layer_create(uint32_t nin, uint32_t nout) {
  Layer* const l = allocate_array<Layer>(1);
  if (l == nullptr) return nullptr;
  *l = Layer{nin, 0, nullptr};
  const std::uint64_t state_before = random_state;
  if (fill(l, nout)) return l;
  random_state = state_before;
  layer_free(l);
  return nullptr;
}

Value** layer_forward(Layer* l, Value** x) { return forward_all(l, x, false); }

Value** layer_forward_linear(Layer* l, Value** x) { return forward_all(l, x, true); }

void layer_free(Layer* l) {
  if (l == nullptr) return;
  for (std::uint32_t i = 0; i < l->nout; ++i) neuron_free(l->neurons[i]);
  deallocate(l->neurons);
  deallocate(l);
}
