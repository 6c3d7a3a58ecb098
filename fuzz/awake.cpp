// One mistake of each kind that a sanitizer is there for, on request: ci/sanitize runs these and
// asks for the report. A sanitizer that is silent here says nothing by its silence elsewhere.
//
// usage: awake KIND
//
// The mistakes are a caller's; all but one show in microcrad's own memory or code.
#include <microcrad/microcrad.h>

#include <climits>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace {

// Values with an allocation each, so that a memory checker sees where one ends.
void one_allocation_each() {
  if (microcrad_set_segment_nodes(1) != 0) std::abort();
}

int read_after_release() {
  one_allocation_each();
  Value* const value = value_create_leaf(1);
  value_release(value);
  const volatile double* const data = &value->data;
  return *data > 0 ? 1 : 0;
}

int leak() {
  static_cast<void>(vector_create());
  return 0;
}

int overflow_of_an_integer() {
  volatile int most = INT_MAX;
  most = most + 1;
  return most > 0 ? 1 : 0;
}

// Two threads on one graph, which the engine does not allow.
int race() {
  Value* const value = value_create_leaf(1);
  const auto hold = [value] {
    for (int k = 0; k < 1000; ++k) value_retain(value);
  };
  std::thread one(hold);
  std::thread other(hold);
  one.join();
  other.join();
  return 0;
}

int uninitialised() {
  void* (*volatile const allocate)(std::size_t) = std::malloc;  // so that compilers do not see it
  void* const memory = allocate(sizeof(Value*));
  // It is the engine that looks: what is done here is not asked about, as of the harness.
  value_release(value_create(1, 1, static_cast<Value**>(memory)));
  std::free(memory);
  return 0;
}

// (1e16 + 1) - 1e16 has no right digit left.
int cancellation() {
  Value* const large = value_create_leaf(1e16);
  Value* const minus = value_create_leaf(-1e16);
  Value* const one = value_create_leaf(1);
  Value* const sum = value_add(large, one);
  Value* const rest = value_add(sum, minus);
  std::printf("%g\n", rest->data);
  for (Value* const value : {large, minus, one, sum, rest}) value_release(value);
  return 0;
}

struct Kind {
  const char* name;
  int (*make)();
};

constexpr Kind kKinds[] = {{"read_after_release", read_after_release},
                           {"leak", leak},
                           {"overflow_of_an_integer", overflow_of_an_integer},
                           {"race", race},
                           {"uninitialised", uninitialised},
                           {"cancellation", cancellation}};

}  // namespace

int main(int argc, char** argv) {
  for (const Kind& kind : kKinds) {
    if (argc == 2 && std::strcmp(argv[1], kind.name) == 0) return kind.make();
  }
  std::fprintf(stderr, "usage: awake KIND, one of:");
  for (const Kind& kind : kKinds) std::fprintf(stderr, " %s", kind.name);
  std::fprintf(stderr, "\n");
  return 2;
}
