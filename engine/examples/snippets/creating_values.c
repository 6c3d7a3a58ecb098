// value_create and value_create_leaf: one reference each, owned by whoever called.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  Value* x = value_create_leaf(42.0);
  CHECK(x->data == 42.0);
  CHECK(x->ref_count == 1);
  CHECK(x->n_prevs == 0);
  CHECK(x->grad == 0.0);

  Value* leaf = value_create(7.0, 0, NULL);
  CHECK(leaf->data == 7.0 && leaf->n_prevs == 0 && leaf->ref_count == 1);

  Value* prev[] = {x, leaf, x};
  Value* node = value_create(1.5, 3, prev);
  CHECK(node->data == 1.5 && node->ref_count == 1 && node->n_prevs == 3);
  CHECK(node->prev != prev); /* the array is copied */
  CHECK(node->prev[0] == x && node->prev[1] == leaf && node->prev[2] == x);
  CHECK(x->ref_count == 3 && leaf->ref_count == 2); /* and each operand retained */

  value_release(node);
  CHECK(x->ref_count == 1 && leaf->ref_count == 1);
  value_release(x);
  value_release(leaf);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
