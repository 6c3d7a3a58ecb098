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

}  // namespace microcrad::detail
