// The struct: every field, by its name and type, in a leaf and in a result.
#include <microcrad/microcrad.h>

#include "check.h"

int main(void) {
  Value* a = value_create_leaf(3.0);
  Value* c = value_pow(a, 2.0);
  const uint32_t* ref_count = &c->ref_count;
  const uint32_t* n_prevs = &c->n_prevs;
  const double* data = &c->data;
  const double* extra_data = &c->extra_data;
  struct Value* const* const* prev = (struct Value* const* const*)&c->prev;
  const int32_t* op_code = &c->op_code;
  const uint32_t* magic = &c->magic;
  const double* grad = &c->grad;

  CHECK(*ref_count == 1);
  CHECK(*n_prevs == 1);
  CHECK(*data == 9.0);
  CHECK(*extra_data == 2.0);  // the exponent
  CHECK((*prev)[0] == a);
  CHECK(*op_code == VALUE_OP_POW);
  CHECK(*magic == a->magic);  // one constant for every live Value
  CHECK(*grad == 0.0);

  CHECK(a->n_prevs == 0);  // a leaf has no operands
  CHECK(a->op_code == VALUE_OP_NONE);
  CHECK(sizeof(Value) == 64);

  value_release(c);
  value_release(a);
  CHECK(microcrad_live_values() == 0);
  return 0;
}
