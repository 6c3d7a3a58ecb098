// The simplest program that computes something and its gradient.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  Value* a = value_create_leaf(2.0);
  Value* b = value_create_leaf(3.0);
  Value* c = value_mul(a, b); /* c = a * b = 6 */
  CHECK(c->n_prevs == 2 && c->prev[0] == a && c->prev[1] == b);

  CHECK(value_backward(c) == 0);

  printf("c    = %f\n", c->data);
  printf("dc/da= %f\n", a->grad);
  printf("dc/db= %f\n", b->grad);
  CHECK(c->data == 6.0);
  CHECK(c->grad == 1.0);
  CHECK(a->grad == 3.0); /* == b */
  CHECK(b->grad == 2.0); /* == a */

  value_release(c); /* c freed; releases its hold on a and b */
  CHECK(a->ref_count == 1 && b->ref_count == 1);
  CHECK(microcrad_live_values() == 2);
  value_release(a);
  value_release(b);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
