// Neuron, Layer, MLP: relu(w . x + b), side by side, in a row.
#include <microcrad/microcrad.h>

#include "check.h"

static double relu(double v) { return v < 0.0 ? 0.0 : v; }

int main(void) {
  Value* x[] = {value_create_leaf(0.5), value_create_leaf(-2.0)};

  Neuron* n = neuron_create(2);
  CHECK(n->nin == 2);
  Value* y = neuron_forward(n, x);
  CHECK(y->data == relu((n->b->data + n->w[0]->data * 0.5) + n->w[1]->data * -2.0));
  CHECK(y->ref_count == 1);
  CHECK(x[0]->ref_count == 2 && n->w[0]->ref_count == 2 && n->b->ref_count == 2);
  value_release(y);
  neuron_free(n);

  Layer* l = layer_create(2, 3);
  CHECK(l->nin == 2 && l->nout == 3);
  Value** outputs = layer_forward(l, x);
  for (uint32_t i = 0; i < l->nout; i++) {
    Value* alone = neuron_forward(l->neurons[i], x);
    CHECK(outputs[i]->data == alone->data);
    value_release(alone);
    value_release(outputs[i]);
  }
  value_array_free(outputs);
  layer_free(l);

  uint32_t nouts[] = {4, 2};
  MLP* mlp = mlp_create(2, nouts, 2);
  CHECK(mlp->nin == 2 && mlp->n_layers == 2);
  CHECK(mlp->layers[0]->nin == 2 && mlp->layers[0]->nout == 4);
  CHECK(mlp->layers[1]->nin == 4 && mlp->layers[1]->nout == 2);
  outputs = mlp_forward(mlp, x);
  for (uint32_t i = 0; i < 2; i++) {
    CHECK(outputs[i]->data >= 0.0); /* every neuron applies a relu */
    value_release(outputs[i]);
  }
  value_array_free(outputs);
  mlp_free(mlp);

  value_release(x[0]);
  value_release(x[1]);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
