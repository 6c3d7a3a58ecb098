// The magic field: a stale Value is told by its canary, complained about, and left alone.
#include <microcrad/microcrad.h>
#include <string.h>

#include "check.h"

static int complaints = 0;

static void count_complaint(const char* function, const Value* value, void* user) {
  CHECK(strcmp(function, "value_release") == 0 || strcmp(function, "value_retain") == 0);
  CHECK(value == user);
  complaints++;
}

int main(void) {
  Value* a = value_create_leaf(1.0);
  microcrad_set_complaint(count_complaint, a);
  value_retain(a);
  value_release(a);
  CHECK(complaints == 0);

  value_release(a);
  value_release(a); /* one too many */
  value_retain(a);
  CHECK(complaints == 2);
  CHECK(microcrad_live_values() == 0);
  microcrad_set_complaint(NULL, NULL);
  return 0;
}
