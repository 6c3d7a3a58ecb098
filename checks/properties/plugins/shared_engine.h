// A micrograd in C++ that works: shared pointers, a closure for each rule, iterative throughout.
//
// It shares nothing with the engines and oracles of cradle. shared_bugs.h has what can be planted
// in it.

#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace shared_engine {

struct Node;
using Var = std::shared_ptr<Node>;
using Rule = void (*)(Node& out);

struct Node {
  Node(double value, Var a, Var b) : data(value), lhs(std::move(a)), rhs(std::move(b)) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();

  double data;
  double grad = 0;
  double exponent = 0;
  Var lhs;  // null in a leaf
  Var rhs;  // null in an op of one operand
  std::function<void()> pull_back = [] {};
  std::vector<Node*> order;  // kept by order_is_appended
  Var keeper;                // of cycle_once_backward
};

Var leaf(double data);
Var add(const Var& a, const Var& b);
Var sub(const Var& a, const Var& b);
Var mul(const Var& a, const Var& b);
Var div(const Var& a, const Var& b);
Var neg(const Var& a);
Var pow(const Var& a, double exponent);
Var pow(const Var& a, const Var& exponent);
Var exp(const Var& a);
Var log(const Var& a);
Var relu(const Var& a);
Var tanh(const Var& a);
Var sigmoid(const Var& a);

/// Adds to the gradients of all that `root` is made of, as micrograd does.
void backward(const Var& root);

}  // namespace shared_engine
