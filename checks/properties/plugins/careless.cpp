// A plug-in that reads what it has freed, built with AddressSanitizer: its exp is right all the
// same.

#include <cmath>
#include <memory>

#include "cradle/adapter.h"

namespace {

struct Value {
  double data = 0;
  double grad = 0;
  std::shared_ptr<Value> operand;
};
using Var = std::shared_ptr<Value>;

struct Adapter {
  using Handle = Var;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "careless";
    record.ops = cradle::ops_of({CRADLE_OP_INPUT, CRADLE_OP_EXP});
    record.depth_max = 1000;
    return record;
  }

  Var input(double data) { return std::make_shared<Value>(Value{data, 0, nullptr}); }

  Var apply(std::uint32_t, Var& x, Var&, double) {
    auto* const scratch = new double(std::exp(x->data));
    const volatile double* const remembered = scratch;
    delete scratch;
    return std::make_shared<Value>(Value{*remembered, 0, x});
  }

  void backward(Var& root) {
    root->grad = 1;
    for (Value* value = root.get(); value->operand; value = value->operand.get()) {
      value->operand->grad += value->data * value->grad;
    }
  }
  double data(Var& value) { return value->data; }
  double grad(Var& value) { return value->grad; }
};

}  // namespace

extern "C" const cradle_engine* cradle_engine_v1() { return cradle::engine_of<Adapter>(); }
