// value_retain and value_release: the count goes up and down, and at zero the graph frees itself.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  Value* a = value_create_leaf(1.0);
  value_retain(a); /* take a reference: ref_count++ */
  CHECK(a->ref_count == 2);
  value_release(a); /* drop a reference: ref_count-- */
  CHECK(a->ref_count == 1);

  /* A weight that is used ten thousand times is retained ten thousand times. */
  enum { USES = 10000 };
  Value* sum = value_create_leaf(0.0);
  for (int i = 0; i < USES; i++) {
    Value* longer_sum = value_add(sum, a);
    value_release(sum);
    sum = longer_sum;
  }
  CHECK(a->ref_count == 1 + USES);
  CHECK(microcrad_live_values() == 2 + USES);
  CHECK(sum->data == 10000.0);
  CHECK(value_backward(sum) == 0);
  CHECK(a->grad == 10000.0);

  /* Release the root, and the whole subgraph that nothing else holds disappears. */
  value_release(sum);
  CHECK(microcrad_live_values() == 1);
  CHECK(a->ref_count == 1);
  value_release(a);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
