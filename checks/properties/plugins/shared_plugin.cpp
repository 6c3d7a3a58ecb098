// The adapter of the engine in C++.

#include <cstdint>

#include "checks/properties/plugins/shared_engine.h"
#include "cradle/adapter.h"

namespace {

using shared_engine::Var;

struct Adapter {
  using Handle = Var;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "shared_engine";
    record.ops =
        cradle::ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_SUB, CRADLE_OP_MUL, CRADLE_OP_DIV,
                        CRADLE_OP_NEG, CRADLE_OP_POW, CRADLE_OP_POWV, CRADLE_OP_EXP, CRADLE_OP_LOG,
                        CRADLE_OP_RELU, CRADLE_OP_TANH, CRADLE_OP_SIGMOID});
    return record;
  }

  Var input(double data) { return shared_engine::leaf(data); }

  Var apply(std::uint32_t op, Var& x, Var& y, double exponent) {
    switch (op) {
      case CRADLE_OP_ADD:
        return shared_engine::add(x, y);
      case CRADLE_OP_SUB:
        return shared_engine::sub(x, y);
      case CRADLE_OP_MUL:
        return shared_engine::mul(x, y);
      case CRADLE_OP_DIV:
        return shared_engine::div(x, y);
      case CRADLE_OP_NEG:
        return shared_engine::neg(x);
      case CRADLE_OP_POW:
        return shared_engine::pow(x, exponent);
      case CRADLE_OP_POWV:
        return shared_engine::pow(x, y);
      case CRADLE_OP_EXP:
        return shared_engine::exp(x);
      case CRADLE_OP_LOG:
        return shared_engine::log(x);
      case CRADLE_OP_RELU:
        return shared_engine::relu(x);
      case CRADLE_OP_TANH:
        return shared_engine::tanh(x);
      default:
        return shared_engine::sigmoid(x);
    }
  }

  void backward(Var& root) { shared_engine::backward(root); }
  double data(Var& node) { return node->data; }
  double grad(Var& node) { return node->grad; }
  void zero_grad(Var& node) { node->grad = 0; }
  void set(Var& node, double data) { node->data = data; }
};

}  // namespace

extern "C" const cradle_engine* cradle_engine_v1() { return cradle::engine_of<Adapter>(); }
