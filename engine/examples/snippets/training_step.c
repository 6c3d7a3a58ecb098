// A full training step: forward, loss, backward, update, cleanup.
#include <microcrad/microcrad.h>

#include "check.h"

// (prediction - wanted)^2
static Value* squared_error(Value* prediction, double wanted) {
  Value* negative = value_create_leaf(-wanted);
  Value* difference = value_add(prediction, negative);
  Value* loss = value_pow(difference, 2.0);
  value_release(negative);
  value_release(difference);
  return loss;
}

int main(void) {
  const double x1 = 1.0, x2 = 0.5, learning_rate = 0.001;
  double losses[2];
  microcrad_seed(1);
  uint32_t nouts[] = {8, 1};
  MLP* model = mlp_create(2, nouts, 2);   /* a 2 -> 8 -> 1 network    */
  Vector* params = mlp_parameters(model); /* flat list of all weights */
  CHECK(params->size == 8 * 3 + 9);
  for (size_t i = 0; i < params->size; i++) { /* so that no relu is closed */
    Value* p = vector_get(params, i);
    if (p->data < 0.0) p->data = -p->data;
  }

  for (int step = 0; step < 2; step++) {
    /* forward: build the graph */
    Value* inputs[] = {value_create_leaf(x1), value_create_leaf(x2)};
    Value** out = mlp_forward(model, inputs);
    Value* loss = squared_error(out[0], 2.0);
    losses[step] = loss->data;

    /* backward + update */
    for (size_t i = 0; i < params->size; i++) vector_get(params, i)->grad = 0.0;
    CHECK(value_backward(loss) == 0);
    CHECK(out[0]->grad == 2.0 * (out[0]->data - 2.0));
    CHECK(model->layers[1]->neurons[0]->b->grad == out[0]->grad);
    for (size_t i = 0; i < params->size; i++) {
      Value* p = vector_get(params, i);
      p->data -= learning_rate * p->grad;
    }

    /* cleanup */
    value_release(loss);
    value_release(out[0]);
    value_array_free(out);
    value_release(inputs[0]);
    value_release(inputs[1]);
    CHECK(microcrad_live_values() == params->size);
  }
  CHECK(losses[1] < losses[0]);

  vector_free(params);
  mlp_free(model);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
