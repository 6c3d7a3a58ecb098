// A plug-in whose add is right, and whose exp does what DOES names to the process it runs in.

#include <sys/mman.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cradle/adapter.h"

namespace {

enum class Deed { exits, hangs, eats_memory, overwrites_its_caller, overflows, throws };

struct Value {
  double data = 0;
  double grad = 0;
  std::vector<std::shared_ptr<Value>> operands;
  bool is_exp = false;
};
using Var = std::shared_ptr<Value>;

// NOLINTNEXTLINE(misc-no-recursion): that is the deed.
int recurse(int depth) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  return recurse(depth + 1) + frame[0];
}

// Every byte that can be written and is shared with another process.
void overwrite_shared_memory() {
  std::FILE* const maps = std::fopen("/proc/self/maps", "r");
  char line[512];
  while (maps != nullptr && std::fgets(line, sizeof line, maps) != nullptr) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char rights[5] = {};
    if (std::sscanf(line, "%lx-%lx %4s", &begin, &end, rights) != 3) continue;
    if (std::string(rights) != "rw-s") continue;
    std::memset(reinterpret_cast<void*>(begin), 0x5a, 1 << 20);
  }
}

void act() {
  constexpr Deed kDeed = Deed::DOES;
  if (kDeed == Deed::exits) std::exit(0);
  if (kDeed == Deed::overflows) recurse(0);
  if (kDeed == Deed::throws) throw std::runtime_error("the table of exp has no such entry");
  if (kDeed == Deed::overwrites_its_caller) overwrite_shared_memory();
  volatile bool forever = kDeed == Deed::hangs;
  while (forever) {
  }
  for (int k = 0; k < 100 && kDeed == Deed::eats_memory; ++k) {
    constexpr std::size_t kGiga = std::size_t{1} << 30;
    void* const block = std::malloc(kGiga);
    if (block == nullptr) std::abort();
    std::memset(block, k, kGiga / 64);
  }
}

struct Adapter {
  using Handle = Var;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "violent";
    record.ops = cradle::ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_EXP});
    record.depth_max = 1000;
    return record;
  }

  Var input(double data) { return std::make_shared<Value>(Value{data, 0, {}, false}); }

  Var apply(std::uint32_t op, Var& x, Var& y, double) {
    if (op == CRADLE_OP_ADD) return std::make_shared<Value>(Value{x->data + y->data, 0, {x, y}});
    act();
    return std::make_shared<Value>(Value{std::exp(x->data), 0, {x}, true});
  }

  // Newest first: nodes know no order of their own, so that every path is walked.
  // NOLINTNEXTLINE(misc-no-recursion): small graphs only.
  void pass_on(Value& value, double owed) {
    value.grad += owed;
    for (const Var& operand : value.operands) {
      pass_on(*operand, value.is_exp ? owed * value.data : owed);
    }
  }
  void backward(Var& root) { pass_on(*root, 1); }
  double data(Var& value) { return value->data; }
  double grad(Var& value) { return value->grad; }
};

}  // namespace

extern "C" const cradle_engine* cradle_engine_v1() { return cradle::engine_of<Adapter>(); }
