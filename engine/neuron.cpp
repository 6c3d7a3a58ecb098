// Neuron: its parameters. A forward pass makes one wide node, in forward.cpp.
#include "microcrad/neuron.h"

#include <cmath>
#include <cstdint>

#include "engine/forward.h"
#include "engine/memory.h"
#include "engine/random.h"
#include "microcrad/detail/node.h"

namespace microcrad::detail {
namespace {

// The prev of a node counts its operands in 32 bits, and there are 2 nin + 1.
constexpr std::uint32_t kInputsMax = (UINT32_MAX - 1) / 2;

Value* random_leaf(double bound) { return make_leaf((2.0 * random_unit() - 1.0) * bound); }

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
  if (n->b == nullptr) return false;
  note_own_parameters(n, n->w);
  return true;
}

Value* forward_alone(Neuron* n, Value** x, bool linear) {
  if (n == nullptr || x == nullptr) return nullptr;
  Value* output = nullptr;
  return forward(&n, 1, x, n->nin, linear, &output) ? output : nullptr;
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

Value* neuron_forward(Neuron* n, Value** x) { return forward_alone(n, x, false); }

Value* neuron_forward_linear(Neuron* n, Value** x) { return forward_alone(n, x, true); }

void neuron_free(Neuron* n) {
  if (n == nullptr) return;
  if (n->b != nullptr && is_alive(n->b)) note_own_parameters(n, nullptr);
  for (std::uint32_t i = 0; i < n->nin; ++i) value_release(n->w[i]);
  value_release(n->b);
  deallocate(n->w);
  deallocate(n);
}
