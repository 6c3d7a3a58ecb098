// The flat lists of every weight and bias: of a neuron, of a layer, of a network.
#include <cstddef>
#include <cstdint>

#include "engine/vector.h"
#include "microcrad/mlp.h"

namespace microcrad::detail {
namespace {

std::size_t count(const Neuron& n) { return std::size_t{n.nin} + 1; }

std::size_t count(const Layer& l) { return std::size_t{l.nout} * (std::size_t{l.nin} + 1); }

std::size_t count(const MLP& mlp) {
  std::size_t sum = 0;
  for (std::uint32_t i = 0; i < mlp.n_layers; ++i) sum += count(*mlp.layers[i]);
  return sum;
}

bool append(Vector* list, const Neuron& n) {
  for (std::uint32_t i = 0; i < n.nin; ++i) {
    if (vector_append(list, n.w[i]) != 0) return false;
  }
  return vector_append(list, n.b) == 0;
}

bool append(Vector* list, const Layer& l) {
  for (std::uint32_t i = 0; i < l.nout; ++i) {
    if (!append(list, *l.neurons[i])) return false;
  }
  return true;
}

bool append(Vector* list, const MLP& mlp) {
  for (std::uint32_t i = 0; i < mlp.n_layers; ++i) {
    if (!append(list, *mlp.layers[i])) return false;
  }
  return true;
}

template <typename Part>
Vector* parameters_of(const Part* part) {
  if (part == nullptr) return nullptr;
  Vector* const list = vector_create();
  if (list == nullptr) return nullptr;
  if (vector_reserve(list, count(*part)) && append(list, *part)) return list;
  vector_free(list);
  return nullptr;
}

}  // namespace
}  // namespace microcrad::detail

Vector* neuron_parameters(Neuron* n) { return microcrad::detail::parameters_of(n); }

Vector* layer_parameters(Layer* l) { return microcrad::detail::parameters_of(l); }

Vector* mlp_parameters(MLP* mlp) { return microcrad::detail::parameters_of(mlp); }
