// Forward passes: each weight is looked at once, checked, multiplied and held, as a network has
// more of them than a cache has room for. Inputs are checked once for all neurons, and held once.
//
// A sum in a fixed order waits for each of its additions. So four neurons are summed side by side,
// each in its own order.
#include "engine/forward.h"

#include <cstring>

#include "engine/rules.h"
#include "microcrad/detail/node.h"

namespace microcrad::detail {
namespace {

// A node that is being made: it has its inputs, which are not held yet, and its bias, which is.
struct Pass {
  Value* node;
  Value** operands;
  Value* const* weights;
  double sum;
};

bool begin(const Neuron* n, Value* const* x, bool linear, const char* function, Pass& pass) {
  if (!is_usable(n->b, function)) return false;
  const std::uint32_t nin = n->nin;
  Value* const node = make_wide_node(VALUE_OP_NEURON, linear ? 1.0 : 0.0, 2 * nin + 1);
  if (node == nullptr) return false;
  pass = {node, node->prev, n->w, n->b->data};
  std::memcpy(pass.operands, x, nin * sizeof(Value*));
  pass.operands[2 * nin] = hold(n->b);
  return true;
}

// Undoes a node of which the first `held` weights are held: a later one is of no use, or a later
// neuron. A count that reached its maximum on the way stays there: it can no longer be told from
// one that was there.
void abandon(Value* node, std::uint32_t nin, std::uint32_t held) {
  for (std::uint32_t i = 0; i < held; ++i) drop(node->prev[nin + i]);
  drop(node->prev[2 * nin]);
  give_back(node);
}

// Sums the passes over all weights; returns how many of each were good. What is stale is told
// later: a call in the loop would keep the sums in memory.
template <std::uint32_t kCount>
std::uint32_t sum(Pass* passes, Value* const* x, std::uint32_t nin) {
  double sums[kCount];
  Value* const* weights[kCount];
  Value** places[kCount];
  for (std::uint32_t k = 0; k < kCount; ++k) {
    sums[k] = passes[k].sum;
    weights[k] = passes[k].weights;
    places[k] = passes[k].operands + nin;
  }
  std::uint32_t i = 0;
  for (; i < nin; ++i) {
    const double input = x[i]->data;
    Value* column[kCount];
    bool good = true;
    for (std::uint32_t k = 0; k < kCount; ++k) {
      column[k] = weights[k][i];
      good = good && is_alive(column[k]);
    }
    if (!good) break;
    for (std::uint32_t k = 0; k < kCount; ++k) {
      sums[k] += column[k]->data * input;
      places[k][i] = hold(column[k]);
    }
  }
  for (std::uint32_t k = 0; k < kCount; ++k) passes[k].sum = sums[k];
  return i;
}

// Tells of the first stale weight of a column, which has one.
void complain_of(const Pass* passes, std::uint32_t column, const char* function) {
  while (is_usable(passes->weights[column], function)) ++passes;
}

// Tells whether kAbreast neurons may be swept abreast: they stand in a row, with their operands,
// and each has the parameters that it was created with, which are no other's. The same neuron may
// be among them twice: what it has is in the same place of both.
bool are_apart(Neuron* const* neurons, const Value& node) {
  bool apart = node.n_prevs > 2 && stands_in_segment(node.n_prevs);
  for (std::uint32_t k = 0; k < kAbreast; ++k) apart &= has_own_parameters(neurons[k]);
  return apart;
}

// Of one neuron or of kAbreast.
bool forward_abreast(Neuron* const* neurons, std::uint32_t count, Value* const* x,
                     std::uint32_t nin, bool linear, const char* function, Value** outputs) {
  Pass passes[kAbreast];
  std::uint32_t begun = 0;
  while (begun < count && begin(neurons[begun], x, linear, function, passes[begun])) ++begun;
  std::uint32_t held = 0;
  bool whole = begun == count;
  if (whole) {
    held = count == 1 ? sum<1>(passes, x, nin) : sum<kAbreast>(passes, x, nin);
    whole = held == nin;
    if (!whole) complain_of(passes, held, function);
  }
  if (!whole) {
    while (begun-- > 0) abandon(passes[begun].node, nin, held);
    return false;
  }
  for (std::uint32_t k = 0; k < count; ++k) {
    set_data(passes[k].node, linear ? passes[k].sum : relu(passes[k].sum));
    outputs[k] = passes[k].node;
  }
  Value* const last = outputs[count - 1];
  if (count == kAbreast && are_apart(neurons, *last)) leads(*last) = outputs[0];
  return true;
}

// Holds each input for all outputs. False when an input stands twice among the inputs, or among the
// parameters: then it had more references than the `counted` ones before; or when that cannot be
// told, for a count is at its maximum.
[[gnu::noinline]] bool hold_inputs(Value* const* x, std::uint32_t nin, std::uint32_t count,
                                   std::uint64_t counted) {
  std::uint64_t found = 0;
  bool exact = true;
  for (std::uint32_t i = 0; i < nin; ++i) {
    found += x[i]->ref_count;
    hold(x[i], count);
    exact = exact && x[i]->ref_count != UINT32_MAX;
  }
  return exact && found == counted;
}

}  // namespace

bool forward(Neuron* const* neurons, std::uint32_t count, Value* const* x, std::uint32_t nin,
             bool linear, Value** outputs) {
  const char* const function = linear ? "neuron_forward_linear" : "neuron_forward";
  std::uint64_t counted = 0;
  for (std::uint32_t i = 0; i < nin; ++i) {
    if (!is_usable(x[i], function)) return false;
    counted += x[i]->ref_count;
  }
  for (std::uint32_t made = 0; made < count;) {
    const std::uint32_t now = count - made < kAbreast ? 1 : kAbreast;
    if (forward_abreast(neurons + made, now, x, nin, linear, function, outputs + made)) {
      made += now;
      continue;
    }
    while (made-- > 0) abandon(outputs[made], nin, nin);
    return false;
  }
  if (hold_inputs(x, nin, count, counted)) return true;
  for (std::uint32_t k = 0; k < count; ++k) leads(*outputs[k]) = nullptr;
  return true;
}

}  // namespace microcrad::detail
