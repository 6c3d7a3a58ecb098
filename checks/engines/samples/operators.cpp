// The operators of a handle, checked in a program of a few lines: copy what is below the engine.
//
//   c++ -std=c++20 -g -fsanitize=address operators.cpp -o operators && ./operators

#include "cradle/operators.h"

#include <cstdio>
#include <memory>
#include <utility>

namespace {

// The engine: a handle of a node, which keeps what it is made of.

struct Node {
  double data = 0;
  double grad = 0;
  double to_a = 0;  // derivatives by a and b
  double to_b = 0;
  std::shared_ptr<Node> a;
  std::shared_ptr<Node> b;
};

struct Var {
  Var(double data) : node(std::make_shared<Node>()) { node->data = data; }  // NOLINT
  Var(double data, const Var& a, double to_a, const Var& b, double to_b)
      : node(std::make_shared<Node>(Node{data, 0, to_a, to_b, a.node, b.node})) {}

  std::shared_ptr<Node> node;
};

double of(const Var& x) { return x.node->data; }
Var operator+(const Var& a, const Var& b) { return {of(a) + of(b), a, 1, b, 1}; }
Var operator-(const Var& a, const Var& b) { return {of(a) - of(b), a, 1, b, -1}; }
Var operator*(const Var& a, const Var& b) { return {of(a) * of(b), a, of(b), b, of(a)}; }
Var& operator+=(Var& a, const Var& b) { return a = a + b; }

// Along every path: good enough for small graphs.
// NOLINTNEXTLINE(misc-no-recursion): small graphs.
void pass_on(Node& node, double owed) {
  node.grad += owed;
  if (node.a) pass_on(*node.a, node.to_a * owed);
  if (node.b) pass_on(*node.b, node.to_b * owed);
}

// The adapter: the same struct as for a plug-in, of which these members are needed.

struct Adapter {
  using Handle = Var;

  Var input(double data) { return data; }
  void backward(Var& root) { pass_on(*root.node, 1); }
  double data(Var& value) { return value.node->data; }
  double grad(Var& value) { return value.node->grad; }
};

}  // namespace

int main() {
  const cradle::OperatorReport report = cradle::check_operators<Adapter>();
  std::fputs(cradle::text_of(report).c_str(), stdout);
  return report.failures.empty() ? 0 : 1;
}
