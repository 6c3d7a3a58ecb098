// A result co-owns its operands: the counts after each call.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  Value* a = value_create_leaf(2.0); /* a: ref_count 1 (yours) */
  CHECK(a->ref_count == 1);
  Value* b = value_create_leaf(3.0); /* b: ref_count 1 (yours) */
  CHECK(b->ref_count == 1);
  Value* c = value_add(a, b); /* a,b now ref_count 2; c ref_count 1 */
  CHECK(a->ref_count == 2 && b->ref_count == 2 && c->ref_count == 1);
  CHECK(c->data == 5.0);

  value_release(c); /* c freed; it releases its hold on a and b */
  CHECK(microcrad_live_values() == 2);
  CHECK(a->ref_count == 1 && b->ref_count == 1);
  value_release(a);
  CHECK(microcrad_live_values() == 1);
  value_release(b);
  CHECK(microcrad_live_values() == 0);

  /* The other way round: the operands outlive your references to them. */
  a = value_create_leaf(2.0);
  b = value_create_leaf(3.0);
  c = value_add(a, b);
  value_release(a);
  value_release(b);
  CHECK(microcrad_live_values() == 3);
  CHECK(c->prev[0]->ref_count == 1 && c->prev[0]->data == 2.0);
  CHECK(c->prev[1]->ref_count == 1 && c->prev[1]->data == 3.0);
  value_release(c);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
