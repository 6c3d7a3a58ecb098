// Neuron: its parameters, and a forward pass that makes one wide node.
#include "microcrad/neuron.h"

#include <cmath>
#include <cstdint>

#include "engine/memory.h"
#include "engine/random.h"
#include "engine/rules.h"
#include "microcrad/detail/node.h"

namespace microcrad::detail {
namespace {

// The prev of a node counts its operands in 32 bits, and there are 2 nin + 1.
constexpr std::uint32_t kInputsMax = (UINT32_MAX - 1) / 2;

Value* random_leaf(double bound) { return make_leaf((2.0 * random_unit() - 1.0) * bound); }

// Undoes what forward did to the first operands, because the next one is of no use. A count that
// reached its maximum on the way stays there: it can no longer be told from one that was there.
Value* abandon(Value* node, std::uint32_t nin, std::uint32_t held) {
  for (std::uint32_t i = 0; i < held; ++i) {
    drop(node->prev[i]);
    drop(node->prev[nin + i]);
  }
  give_back(node);
  return nullptr;
}

// Each operand is looked at once: checked, multiplied and held. A network has more weights than a
// cache has room for.
Value* forward(Neuron* n, Value** x, bool linear, const char* function) {
  if (n == nullptr || x == nullptr || !is_usable(n->b, function)) return nullptr;
  const std::uint32_t nin = n->nin;
  Value* const node = make_wide_node(VALUE_OP_NEURON, linear ? 1.0 : 0.0, 2 * nin + 1);
  if (node == nullptr) return nullptr;
  Value** const operands = node->prev;
  double sum = n->b->data;
  for (std::uint32_t i = 0; i < nin; ++i) {
    Value* const input = x[i];
    Value* const weight = n->w[i];
    if (!is_usable(input, function) || !is_usable(weight, function)) return abandon(node, nin, i);
    sum += weight->data * input->data;
    operands[i] = hold(input);
    operands[nin + i] = hold(weight);
  }
  operands[2 * nin] = hold(n->b);
  set_data(node, linear ? sum : relu(sum));
  return node;
}

// Fills an empty neuron. When it fails, what was made is still there for neuron_free.
bool fill(Neuron* n, std::uint32_t nin) {
  const double bound = 1.0 / std::sqrt(nin == 0 ? 1.0 : static_cast<double>(nin));
  n->w = allocate_array<Value*>(nin);
  if (n->w == nullptr) return false;
  for (; n->nin < nin; ++n->nin) {
    n->w[n->nin] = random_leaf(bound);
    if (n->w[n->nin] == nullptr) return false;
  }
  n->b = random_leaf(bound);
  return n->b != nullptr;
}

}  // namespace
}  // namespace microcrad::detail

using namespace microcrad::detail;

Neuron* neuron_create(uint32_t nin) {
  if (nin > kInputsMax) return nullptr;
  Neuron* const n = allocate_array<Neuron>(1);
  if (n == nullptr) return nullptr;
  *n = Neuron{};
  const std::uint64_t state_before = random_state;
  if (fill(n, nin)) return n;
  random_state = state_before;
  neuron_free(n);
  return nullptr;
}

Value* neuron_forward(Neuron* n, Value** x) { return forward(n, x, false, "neuron_forward"); }

Value* neuron_forward_linear(Neuron* n, Value** x) {
  return forward(n, x, true, "neuron_forward_linear");
}

void neuron_free(Neuron* n) {
  if (n == nullptr) return;
  for (std::uint32_t i = 0; i < n->nin; ++i) value_release(n->w[i]);
  value_release(n->b);
  deallocate(n->w);
  deallocate(n);
}
