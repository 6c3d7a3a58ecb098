// The flat lists of trainable scalars, on each level.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  uint32_t nouts[] = {3, 1};
  MLP* mlp = mlp_create(2, nouts, 2);
  Layer* l = mlp->layers[0];
  Neuron* n = l->neurons[0];

  Vector* of_neuron = neuron_parameters(n);
  CHECK(of_neuron->size == 3); /* two weights and a bias */
  CHECK(vector_get(of_neuron, 0) == n->w[0]);
  CHECK(vector_get(of_neuron, 1) == n->w[1]);
  CHECK(vector_get(of_neuron, 2) == n->b);
  CHECK(n->b->ref_count == 2); /* the neuron's and the Vector's */

  Vector* of_layer = layer_parameters(l);
  CHECK(of_layer->size == 3 * 3);
  Vector* of_mlp = mlp_parameters(mlp);
  CHECK(of_mlp->size == 3 * 3 + 1 * 4);
  CHECK(n->b->ref_count == 4);
  for (size_t i = 0; i < of_layer->size; i++) {
    CHECK(vector_get(of_mlp, i) == vector_get(of_layer, i));
  }

  vector_free(of_neuron);
  vector_free(of_layer);
  mlp_free(mlp);
  CHECK(microcrad_live_values() == of_mlp->size); /* the Vector still holds them */
  vector_free(of_mlp);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
