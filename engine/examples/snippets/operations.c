// The six ops: their values, their operands, and what is built from them.
#include <math.h>
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  Value* v1 = value_create_leaf(2.0);
  Value* v2 = value_create_leaf(-3.0);

  Value* sum = value_add(v1, v2);
  Value* product = value_mul(v1, v2);
  Value* power = value_pow(v1, 3.0);
  Value* exponential = value_exp(v1);
  Value* logarithm = value_log(v1);
  Value* rectified = value_relu(v2);
  CHECK(sum->data == -1.0);
  CHECK(product->data == -6.0);
  CHECK(fabs(power->data - 8.0) < 1e-14);
  CHECK(power->extra_data == 3.0); /* only constant exponents */
  CHECK(fabs(exponential->data - exp(2.0)) < 1e-14);
  CHECK(fabs(logarithm->data - log(2.0)) < 1e-15);
  CHECK(rectified->data == 0.0);
  CHECK(v1->ref_count == 6); /* mine, and one for each of five results */
  CHECK(v2->ref_count == 4);

  /* Subtraction is addition with a negated operand. */
  Value* minus_one = value_create_leaf(-1.0);
  Value* negated = value_mul(v2, minus_one);
  Value* difference = value_add(v1, negated);
  CHECK(difference->data == 5.0);

  /* Division is multiplication by a reciprocal. */
  Value* reciprocal = value_pow(v1, -1.0);
  Value* quotient = value_mul(v2, reciprocal);
  CHECK(quotient->data == -1.5);

  Value* all[] = {v1,        v2,        sum,     product,    power,      exponential, logarithm,
                  rectified, minus_one, negated, difference, reciprocal, quotient};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) value_release(all[i]);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
