// Forward passes of neurons that share their inputs.
#pragma once

#include <cstdint>

#include "microcrad/neuron.h"

namespace microcrad::detail {

/// Makes a node for each of `count` neurons with `nin` inputs, in their order, and stores a new
/// reference to each in `outputs`. False, with nothing made or held, when an input is NULL or
/// stale, a parameter is stale, or memory is short.
bool forward(Neuron* const* neurons, std::uint32_t count, Value* const* x, std::uint32_t nin,
             bool linear, Value** outputs);

/// Notes that a neuron has the parameters it was created with, which are no other's; or, where
/// `parameters` is NULL, that it has them no more.
inline void note_own_parameters(Neuron* n, Value** parameters) {
  n->b->operands[1] = reinterpret_cast<Value*>(parameters);
}

/// Tells whether it was created so, and not put together by a user.
inline bool has_own_parameters(const Neuron* n) {
  return n->b->operands[1] == reinterpret_cast<const Value*>(n->w);
}

}  // namespace microcrad::detail
