// Nodes and their rules: each value with what it passes back.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "checks/properties/plugins/shared_bugs.h"
#include "checks/properties/plugins/shared_engine.h"

namespace shared_engine {
namespace {

// What a leaf is called in drawings.
void name_leaf() {
  static std::vector<std::uint64_t> names;
  std::uint64_t name = names.size();
  while (std::find(names.begin(), names.end(), name) != names.end()) ++name;
  names.push_back(name);
}

Var node(double data, const Var& a, const Var& b, Rule rule, double exponent = 0) {
  Var made = std::make_shared<Node>(data, a, b);
  made->exponent = exponent;
  if (planted(Bug::cycle_at_once)) {
    made->pull_back = [made, rule] { rule(*made); };
  } else {
    made->pull_back = [out = made.get(), rule] { rule(*out); };
  }
  return made;
}

}  // namespace

// What a node owned dies after it, not within it, however long the chain.
Node::~Node() {
  if (planted(Bug::recursive_release)) return;
  static std::vector<Var> dying;
  static bool at_work = false;
  if (lhs) dying.push_back(std::move(lhs));
  if (rhs) dying.push_back(std::move(rhs));
  if (at_work) return;
  at_work = true;
  while (!dying.empty()) {
    const Var last = std::move(dying.back());
    dying.pop_back();
  }
  at_work = false;
}

Var leaf(double data) {
  if (planted(Bug::names_all_leaves)) name_leaf();
  return node(data, nullptr, nullptr, [](Node&) {});
}

Var add(const Var& a, const Var& b) {
  return node(a->data + b->data, a, b, [](Node& out) {
    out.lhs->grad += out.grad;
    out.rhs->grad += out.grad;
  });
}

Var sub(const Var& a, const Var& b) {
  return node(a->data - b->data, a, b, [](Node& out) {
    out.lhs->grad += out.grad;
    out.rhs->grad += planted(Bug::sub_loses_sign) ? out.grad : -out.grad;
  });
}

Var mul(const Var& a, const Var& b) {
  return node(a->data * b->data, a, b, [](Node& out) {
    out.lhs->grad += out.rhs->data * out.grad;
    out.rhs->grad += out.lhs->data * out.grad;
  });
}

Var div(const Var& a, const Var& b) {
  return node(a->data / b->data, a, b, [](Node& out) {
    const double x = out.lhs->data;
    const double y = out.rhs->data;
    if (planted(Bug::div_by_product_rule)) {
      out.lhs->grad += y * out.grad;
      out.rhs->grad += x * out.grad;
      return;
    }
    out.lhs->grad += out.grad / y;
    out.rhs->grad += -out.grad * x / (y * y);
  });
}

Var neg(const Var& a) {
  return node(-a->data, a, nullptr, [](Node& out) { out.lhs->grad -= out.grad; });
}

Var pow(const Var& a, double exponent) {
  return node(
      std::pow(a->data, exponent), a, nullptr,
      [](Node& out) {
        const double e = out.exponent;
        if (e == 0 && !planted(Bug::pow_zero_zero)) return;
        out.lhs->grad += e * std::pow(out.lhs->data, e - 1) * out.grad;
      },
      exponent);
}

Var pow(const Var& a, const Var& exponent) {
  return node(std::pow(a->data, exponent->data), a, exponent, [](Node& out) {
    const double x = out.lhs->data;
    const double e = out.rhs->data;
    if (e != 0) out.lhs->grad += e * std::pow(x, e - 1) * out.grad;
    if (!planted(Bug::powv_drops_exponent)) out.rhs->grad += out.data * std::log(x) * out.grad;
  });
}

Var exp(const Var& a) {
  return node(std::exp(a->data), a, nullptr,
              [](Node& out) { out.lhs->grad += out.data * out.grad; });
}

Var log(const Var& a) {
  if (planted(Bug::exits_on_domain_error) && a->data < 0) std::exit(1);
  return node(std::log(a->data), a, nullptr,
              [](Node& out) { out.lhs->grad += out.grad / out.lhs->data; });
}

Var relu(const Var& a) {
  return node(a->data < 0 ? 0 : a->data, a, nullptr, [](Node& out) {
    if (out.data > 0) out.lhs->grad += out.grad;
  });
}

// Of the exponential alone it is infinity over infinity from 355 on.
Var tanh(const Var& a) {
  const double e = std::expm1(2 * a->data);
  const double t = planted(Bug::tanh_overflows) ? e / (e + 2) : std::tanh(a->data);
  return node(t, a, nullptr, [](Node& out) {
    const double of = planted(Bug::tanh_from_input) ? out.lhs->data : out.data;
    out.lhs->grad += (1 - of * of) * out.grad;
  });
}

// The same from 710 on.
Var sigmoid(const Var& a) {
  const double e = std::exp(a->data);
  const double s = planted(Bug::sigmoid_overflows) ? e / (1 + e) : 1 / (1 + std::exp(-a->data));
  return node(s, a, nullptr,
              [](Node& out) { out.lhs->grad += out.data * (1 - out.data) * out.grad; });
}

}  // namespace shared_engine
