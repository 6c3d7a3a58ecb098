// Planted bugs of networks: what samples of a batch do to the parameters that they share.

#include <vector>

#include "checks/engines/textbook_faults.h"
#include "checks/engines/textbook_memory.h"
#include "checks/engines/textbook_network.h"

namespace cradle::textbook {
namespace {

// The places of a network's parameters: of all, or of the biases.
std::vector<Value**> places(const Mlp* mlp, bool biases_only) {
  std::vector<Value**> found;
  for (std::uint32_t layer = 0; layer < mlp->n_layers; ++layer) {
    for (std::uint32_t k = 0; k < mlp->layers[layer]->nout; ++k) {
      Neuron* const neuron = mlp->layers[layer]->neurons[k];
      for (std::uint32_t i = 0; i < neuron->nin && !biases_only; ++i)
        found.push_back(&neuron->w[i]);
      found.push_back(&neuron->b);
    }
  }
  return found;
}

// Runs the network with copies of its parameters, which nobody reads the gradients of.
Value** forward_with_copies(Mlp* mlp, Value** x, bool biases_only) {
  const std::vector<Value**> shared = places(mlp, biases_only);
  std::vector<Value*> originals;
  for (Value** const place : shared) {
    originals.push_back(*place);
    *place = value_create_leaf((*place)->data);
  }
  Value** const outputs = mlp_forward(mlp, x);
  for (std::size_t k = 0; k < shared.size(); ++k) {
    value_release(*shared[k]);
    *shared[k] = originals[k];
  }
  return outputs;
}

// Each output becomes half of itself and a constant half: the same value, half the slope.
Value** forward_with_half_the_slope(Mlp* mlp, Value** x) {
  Value** const outputs = mlp_forward(mlp, x);
  const std::uint32_t width = mlp->layers[mlp->n_layers - 1]->nout;
  for (std::uint32_t k = 0; outputs != nullptr && k < width; ++k) {
    Value* const half = value_create_leaf(0.5);
    Value* const product = value_mul(half, outputs[k]);
    Value* const rest = value_create_leaf(outputs[k]->data - product->data);
    value_release(outputs[k]);
    outputs[k] = value_add(product, rest);
    value_release(half);
    value_release(product);
    value_release(rest);
  }
  return outputs;
}

}  // namespace

Value** faulty_mlp_forward(Mlp* mlp, Value** x) {
  switch (options.fault) {
    case Fault::network_last_sample:
      return forward_with_copies(mlp, x, false);
    case Fault::network_bias_of_last_sample:
      return forward_with_copies(mlp, x, true);
    case Fault::network_scaled_loss:
      return forward_with_half_the_slope(mlp, x);
    default:
      return mlp_forward(mlp, x);
  }
}

}  // namespace cradle::textbook
