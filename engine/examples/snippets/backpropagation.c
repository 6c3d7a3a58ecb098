// value_backward: 0 on success, gradients that add up over every path, and nothing that is reset.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  /* y = x * x + x: x is used three times, and receives the sum over its uses. */
  Value* x = value_create_leaf(3.0);
  Value* square = value_mul(x, x);
  Value* y = value_add(square, x);
  CHECK(value_backward(y) == 0);
  CHECK(y->grad == 1.0);
  CHECK(square->grad == 1.0);
  CHECK(x->grad == 7.0); /* 2x + 1 */

  /* Again, without zeroing: square now passes on what it has accumulated. */
  CHECK(value_backward(y) == 0);
  CHECK(y->grad == 1.0);
  CHECK(square->grad == 2.0);
  CHECK(x->grad == 7.0 + 1.0 + 2.0 * 6.0);

  /* And after zeroing, as the first time. */
  x->grad = square->grad = 0.0;
  CHECK(value_backward(y) == 0);
  CHECK(x->grad == 7.0);

  CHECK(value_backward(NULL) == -1);
  value_release(y);
  value_release(square);
  value_release(x);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
