// Cleanup without guards: NULL is released by doing nothing, and makes NULL of whatever it is put
// into.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  Value* maybe_null = NULL;
  value_release(maybe_null); /* does nothing if maybe_null is NULL */
  value_retain(maybe_null);

  Value* a = value_create_leaf(1.0);
  CHECK(value_add(a, maybe_null) == NULL);
  CHECK(value_add(maybe_null, a) == NULL);
  CHECK(value_mul(a, maybe_null) == NULL);
  CHECK(value_pow(maybe_null, 2.0) == NULL);
  CHECK(value_exp(maybe_null) == NULL);
  CHECK(value_log(maybe_null) == NULL);
  CHECK(value_relu(maybe_null) == NULL);
  CHECK(a->ref_count == 1);

  value_release(a);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
