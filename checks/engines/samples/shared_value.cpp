// A textbook micrograd in C++, and its adapter: shared_ptr for the graph, a lambda for each rule.
//
// Copy this file, put your engine in place of the first half, and compile:
//
//   c++ -std=c++20 -O2 -shared -fPIC shared_value.cpp -o libmine.so
//   cradle check --engine ./libmine.so
//
// It passes every check but depth: its topological sort and its destructors are recursive, so that
// a chain of some ten thousand nodes overflows the stack. The adapter declares that limit; take
// the line out, and cradle finds where it is.

#include <cmath>
#include <functional>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cradle/adapter.h"

namespace {

// The engine.

class Value;
using Var = std::shared_ptr<Value>;

class Value {
 public:
  Value(double value, std::vector<Var> operands) : data(value), operands_(std::move(operands)) {}

  double data;
  double grad = 0;

  const std::vector<Var>& operands() const { return operands_; }
  std::function<void()> pull_back = [] {};  // adds to the operands' gradients what this one owes

 private:
  std::vector<Var> operands_;
};

Var leaf(double data) { return std::make_shared<Value>(data, std::vector<Var>{}); }

// `rule` keeps plain pointers: a Var in it would make the node its own owner, and nothing would be
// freed.
template <typename Rule>
Var node(double data, std::vector<Var> operands, Rule rule) {
  Var made = std::make_shared<Value>(data, std::move(operands));
  made->pull_back = [self = made.get(), rule] { rule(*self); };
  return made;
}

Var add(const Var& a, const Var& b) {
  return node(a->data + b->data, {a, b}, [x = a.get(), y = b.get()](const Value& out) {
    x->grad += out.grad;
    y->grad += out.grad;
  });
}

Var mul(const Var& a, const Var& b) {
  return node(a->data * b->data, {a, b}, [x = a.get(), y = b.get()](const Value& out) {
    x->grad += y->data * out.grad;
    y->grad += x->data * out.grad;
  });
}

Var pow(const Var& a, double exponent) {
  return node(std::pow(a->data, exponent), {a}, [x = a.get(), exponent](const Value& out) {
    x->grad += exponent * std::pow(x->data, exponent - 1) * out.grad;
  });
}

Var tanh(const Var& a) {
  return node(std::tanh(a->data), {a},
              [x = a.get()](const Value& out) { x->grad += (1 - out.data * out.data) * out.grad; });
}

Var relu(const Var& a) {
  return node(a->data < 0 ? 0 : a->data, {a}, [x = a.get()](const Value& out) {
    if (out.data > 0) x->grad += out.grad;
  });
}

// NOLINTNEXTLINE(misc-no-recursion): the textbook's way.
void sort(Value* value, std::unordered_set<Value*>& seen, std::vector<Value*>& sorted) {
  if (!seen.insert(value).second) return;
  for (const Var& operand : value->operands()) sort(operand.get(), seen, sorted);
  sorted.push_back(value);
}

void backward(const Var& root) {
  std::unordered_set<Value*> seen;
  std::vector<Value*> sorted;
  sort(root.get(), seen, sorted);
  root->grad = 1;
  for (std::size_t k = sorted.size(); k-- > 0;) sorted[k]->pull_back();
}

// The adapter: how cradle makes a node, reads it, and differentiates from it.

struct Adapter {
  using Handle = Var;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "shared_value";
    record.ops = cradle::ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_MUL, CRADLE_OP_POW,
                                 CRADLE_OP_TANH, CRADLE_OP_RELU});
    record.depth_max = 10'000;
    return record;
  }

  Var input(double data) { return leaf(data); }

  Var apply(std::uint32_t op, Var& x, Var& y, double exponent) {
    switch (op) {
      case CRADLE_OP_ADD:
        return add(x, y);
      case CRADLE_OP_MUL:
        return mul(x, y);
      case CRADLE_OP_POW:
        return pow(x, exponent);
      case CRADLE_OP_TANH:
        return tanh(x);
      default:
        return relu(x);
    }
  }

  void backward(Var& root) { ::backward(root); }
  double data(Var& value) { return value->data; }
  double grad(Var& value) { return value->grad; }
  void zero_grad(Var& value) { value->grad = 0; }
  void set(Var& value, double data) { value->data = data; }
};

}  // namespace

extern "C" const cradle_engine* cradle_engine_v1() { return cradle::engine_of<Adapter>(); }
