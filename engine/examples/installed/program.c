// A C program against an installed microcrad: exits 0 when d(ab)/da is b.
#include <microcrad/microcrad.h>
#include <stdio.h>

int main(void) {
  Value* a = value_create_leaf(2.0);
  Value* b = value_create_leaf(3.0);
  Value* c = value_mul(a, b);
  const int status = value_backward(c);
  const int right = status == 0 && c->data == 6.0 && a->grad == 3.0 && b->grad == 2.0;
  if (!right) printf("expected 6, 3 and 2\n");
  value_release(c);
  value_release(a);
  value_release(b);
  microcrad_thread_release();
  return right ? 0 : 1;
}
