// The C++ face of microcrad: Var, a handle that owns one reference to a Value, and Mlp, a network.
//
// The graph below is the C one, and the two can be mixed: get() lends a Value, adopt() takes a
// reference over. Errors are exceptions here, and only here: std::bad_alloc when memory is short,
// std::invalid_argument for an empty or stale Var or a wrong number of inputs. A stale Var is one
// that lost its reference to a release too many, in C; it is complained about, too. What throws
// changes nothing. Costs are those of the C functions; add, mul, relu and counting are inlined.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "microcrad/detail/node.h"
#include "microcrad/microcrad.h"

namespace microcrad {
namespace detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_empty() {
  throw std::invalid_argument("microcrad: empty Var");
}
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_stale(const Value* value) {
  complain("microcrad::Var", value);
  throw std::invalid_argument("microcrad: stale Var");
}
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_short() { throw std::bad_alloc(); }

}  // namespace detail

/// One scalar of a computation graph: a handle as large as a pointer, which owns one reference.
/// Copies share the node; the last one, and the last result that uses it, frees it. A Var that was
/// moved from is empty: it may be copied, moved, disowned, assigned and destroyed, all else throws
/// std::invalid_argument.
class Var {
 public:
  /// Makes a leaf. Implicit, so that numbers mix with Vars in expressions. Throws std::bad_alloc.
  Var(double data) : value_(value_create_leaf(data)) {  // NOLINT(google-explicit-constructor)
    if (value_ == nullptr) detail::throw_short();
  }

  /// Takes over a reference that the caller owns. Throws std::bad_alloc for NULL, which is how the
  /// C functions say that memory is short. Does not look whether the Value is stale.
  static Var adopt(Value* reference) {
    if (reference == nullptr) detail::throw_short();
    return Var(reference, Adopted{});
  }
  /// Hands the reference over to the caller, who releases it once. The Var is empty then; if it was
  /// before, this returns NULL.
  Value* disown() noexcept { return std::exchange(value_, nullptr); }

  /// A copy takes a reference of its own, a move that of the other, which is empty then. Assignment
  /// drops the reference it had, as the destructor does. A copy of an empty Var is empty; to copy
  /// or drop a stale one is complained about, and the copy is stale.
  Var(const Var& other) noexcept : value_(other.value_) {
    if (detail::is_usable(value_, "value_retain")) detail::hold(value_);
  }
  Var(Var&& other) noexcept : value_(other.disown()) {}
  Var& operator=(const Var& other) noexcept { return *this = Var(other); }
  Var& operator=(Var&& other) noexcept {
    Value* const old = std::exchange(value_, other.disown());
    if (old != nullptr) detail::release(old);
    return *this;
  }
  ~Var() {
    if (value_ != nullptr) detail::release(value_);
  }

  /// The scalar, and the gradient that backward accumulated; and both, written. Throws
  /// std::invalid_argument for an empty Var. Does not look whether it is stale.
  double data() const { return get()->data; }
  double grad() const { return get()->grad; }
  void set_data(double data) { get()->data = data; }
  void set_grad(double grad) { get()->grad = grad; }

  /// Accumulates d(this)/d(node) into every node it depends on; see value_backward. Throws
  /// std::invalid_argument for an empty or stale Var.
  void backward() const {
    if (value_backward(get()) != 0) throw std::invalid_argument("microcrad: stale Var");
  }

  /// Lends the node, without a reference: for as long as the Var, or another, keeps it. Throws
  /// std::invalid_argument for an empty Var. Does not look whether it is stale.
  Value* get() const {
    if (value_ == nullptr) detail::throw_empty();
    return value_;
  }

 private:
  struct Adopted {};
  Var(Value* reference, Adopted) noexcept : value_(reference) {}

  Value* value_;
};

namespace detail {

inline Value* get_alive(const Var& operand) {
  Value* const value = operand.get();
  if (!is_alive(value)) throw_stale(value);
  return value;
}

// The reference that a node holds to an operand: one more, or that of a Var that is given away,
// unless both operands are that Var.
inline Value* taken(const Var&, Value* value) { return hold(value); }
inline Value* taken(Var&& operand, Value* value) {
  Value* const own = operand.disown();
  return own != nullptr ? own : hold(value);
}

// A compiler that weighs the size of the code would call it, and hand a Var over in memory.
template <std::int32_t kOp, typename Lhs, typename Rhs>
[[gnu::always_inline]] inline Var binary(Lhs&& lhs, Rhs&& rhs) {
  Value* const a = get_alive(lhs);
  Value* const b = get_alive(rhs);
  Value* const node = make_binary<kOp>(take_lines(1), a, b);
  if (node == nullptr) throw_short();
  node->operands[0] = taken(std::forward<Lhs>(lhs), a);
  node->operands[1] = taken(std::forward<Rhs>(rhs), b);
  return Var::adopt(node);
}

template <typename Operand>
[[gnu::always_inline]] inline Var unary_relu(Operand&& operand) {
  Value* const a = get_alive(operand);
  Value* const node = make_relu(take_lines(1), a);
  if (node == nullptr) throw_short();
  node->operands[0] = taken(std::forward<Operand>(operand), a);
  node->operands[1] = nullptr;
  return Var::adopt(node);
}

}  // namespace detail

/// a + b, a b and relu(a): one node, and its handle. It holds a reference to each operand; that of
/// an operand which is given away, such as a temporary, is not counted up and down again, but
/// becomes the node's. Throws std::invalid_argument for an empty or stale operand, std::bad_alloc.
inline Var operator+(const Var& a, const Var& b) { return detail::binary<VALUE_OP_ADD>(a, b); }
inline Var operator+(Var&& a, const Var& b) {
  return detail::binary<VALUE_OP_ADD>(std::move(a), b);
}
inline Var operator+(const Var& a, Var&& b) {
  return detail::binary<VALUE_OP_ADD>(a, std::move(b));
}
inline Var operator+(Var&& a, Var&& b) {
  return detail::binary<VALUE_OP_ADD>(std::move(a), std::move(b));
}
inline Var operator*(const Var& a, const Var& b) { return detail::binary<VALUE_OP_MUL>(a, b); }
inline Var operator*(Var&& a, const Var& b) {
  return detail::binary<VALUE_OP_MUL>(std::move(a), b);
}
inline Var operator*(const Var& a, Var&& b) {
  return detail::binary<VALUE_OP_MUL>(a, std::move(b));
}
inline Var operator*(Var&& a, Var&& b) {
  return detail::binary<VALUE_OP_MUL>(std::move(a), std::move(b));
}
inline Var relu(const Var& a) { return detail::unary_relu(a); }
inline Var relu(Var&& a) { return detail::unary_relu(std::move(a)); }
/// a to a constant power, e to the power a, and the natural logarithm of a: one node each, on the
/// same terms. See value_pow for the slopes at the exponents 0 and 1.
// What the mathematics library computes outweighs a call.
inline Var pow(const Var& a, double exponent) {
  return Var::adopt(value_pow(detail::get_alive(a), exponent));
}
inline Var exp(const Var& a) { return Var::adopt(value_exp(detail::get_alive(a))); }
inline Var log(const Var& a) { return Var::adopt(value_log(detail::get_alive(a))); }

/// Derived, as in micrograd, for there are no ops of their own: -a is a times a leaf of -1, a - b
/// is a + -b, and a / b is a times pow(b, -1): two, three and two nodes, on the same terms.
inline Var operator-(const Var& a) { return a * Var(-1.0); }
inline Var operator-(const Var& a, const Var& b) { return a + -b; }
inline Var operator/(const Var& a, const Var& b) { return a * pow(b, -1.0); }

/// What `a = a + b` and the like do: a becomes the handle of a new node, and its old node one of
/// the operands, of which other handles still have the old data. Returns a; where it throws, a is
/// as it was.
inline Var& operator+=(Var& a, const Var& b) { return a = std::move(a) + b; }
inline Var& operator+=(Var& a, Var&& b) { return a = std::move(a) + std::move(b); }
inline Var& operator*=(Var& a, const Var& b) { return a = std::move(a) * b; }
inline Var& operator*=(Var& a, Var&& b) { return a = std::move(a) * std::move(b); }
inline Var& operator-=(Var& a, const Var& b) { return a += -b; }
inline Var& operator/=(Var& a, const Var& b) { return a *= pow(b, -1.0); }

/// Whether the last layer of an Mlp goes without relu, or with it.
enum class LastLayer { linear, relu };

/// A multi-layer perceptron: relu between the layers, and a linear last layer unless told
/// otherwise. It owns its parameters, together with the Vars and graphs that use them. It can be
/// moved, not copied; one that was moved from may be assigned and destroyed, and nothing else.
class Mlp {
 public:
  /// Makes a network of `inputs` inputs and of layers of these widths, with parameters from the
  /// thread's random sequence: see neuron_create. Throws std::invalid_argument without layers,
  /// std::bad_alloc.
  Mlp(std::uint32_t inputs, std::vector<std::uint32_t> widths,
      LastLayer last_layer = LastLayer::linear) {
    if (widths.empty()) throw std::invalid_argument("microcrad: a network without layers");
    const std::uint32_t layers = static_cast<std::uint32_t>(widths.size());
    network_.reset(last_layer == LastLayer::linear
                       ? mlp_create_linear(inputs, widths.data(), layers)
                       : mlp_create(inputs, widths.data(), layers));
    list_.reset(mlp_parameters(network_.get()));  // without a network there is no list either
    if (list_ == nullptr) throw std::bad_alloc();
  }

  /// Runs a forward pass and returns one output per neuron of the last layer. The graph of the
  /// outputs keeps inputs and parameters. Throws std::invalid_argument for a wrong number of
  /// inputs, an empty or a stale one; std::bad_alloc, also where a parameter was released by
  /// others. Cost: that of mlp_forward.
  std::vector<Var> operator()(std::span<const Var> inputs) const {
    if (inputs.size() != network_->nin) {
      throw std::invalid_argument("microcrad: wrong number of inputs");
    }
    std::vector<Value*> lent;
    lent.reserve(inputs.size() + 1);  // never without an address, whatever the width
    for (const Var& input : inputs) lent.push_back(detail::get_alive(input));
    const std::size_t width = network_->layers[network_->n_layers - 1]->nout;
    std::vector<Var> outputs;
    outputs.reserve(width);
    Value** const made = mlp_forward(network_.get(), lent.data());
    if (made == nullptr) throw std::bad_alloc();
    for (std::size_t i = 0; i < width; ++i) outputs.push_back(Var::adopt(made[i]));
    value_array_free(made);
    return outputs;
  }

  /// Returns every weight and bias: layer by layer, neuron by neuron, weights then bias. They share
  /// the network's own: what is written to them, the network sees. Throws std::bad_alloc. Cost: one
  /// step per parameter, as of the next two.
  std::vector<Var> parameters() const {
    std::vector<Var> shared;
    shared.reserve(list_->size);
    for (Value* parameter : parameter_values()) {
      value_retain(parameter);
      shared.push_back(Var::adopt(parameter));
    }
    return shared;
  }

  /// Sets the gradient of every parameter to 0, and of nothing else.
  void zero_grad() {
    for (Value* parameter : parameter_values()) parameter->grad = 0.0;
  }

  /// Moves every parameter against its gradient: data -= rate * grad.
  void step(double rate) {
    for (Value* parameter : parameter_values()) parameter->data -= rate * parameter->grad;
  }

  /// Lends the network, for as long as the Mlp lives; it must not be freed.
  MLP* get() const { return network_.get(); }

 private:
  struct Free {
    void operator()(MLP* network) const { mlp_free(network); }
    void operator()(Vector* list) const { vector_free(list); }
  };

  std::span<Value* const> parameter_values() const { return {list_->items, list_->size}; }

  std::unique_ptr<MLP, Free> network_;
  std::unique_ptr<Vector, Free> list_;
};

}  // namespace microcrad
