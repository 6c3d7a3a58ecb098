// The loop every training program has: zero the gradients, accumulate new ones, step against them.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  const double learning_rate = 0.25;
  Value* w = value_create_leaf(4.0);
  Vector* parameters = vector_create();
  CHECK(vector_append(parameters, w) == 0);

  for (int step = 0; step < 3; step++) {
    const double before = w->data;
    Value* loss = value_pow(w, 2.0); /* minimal at 0; the slope is 2w */

    for (size_t i = 0; i < parameters->size; i++)
      vector_get(parameters, i)->grad = 0.0; /* zero the gradients */

    CHECK(value_backward(loss) == 0); /* accumulate new ones */
    CHECK(w->grad == 2.0 * before);

    for (size_t i = 0; i < parameters->size; i++) {
      Value* p = vector_get(parameters, i);
      p->data -= learning_rate * p->grad; /* gradient descent step */
    }
    CHECK(w->data == before / 2.0);
    value_release(loss);
    CHECK(w->ref_count == 2); /* mine and the Vector's */
  }

  vector_free(parameters);
  CHECK(w->ref_count == 1);
  value_release(w);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
