// Minimising a network that an engine gets wrong only as a network.

#pragma once

#include <functional>

#include "checks/program/lower.h"

namespace cradle {

/// Returns a network of one sample that still fails, with fewer layers, narrower ones, plainer
/// numbers and a plainer loss, as far as single steps go. Requires  fails(network).
Network simplest_network(const Network& network, const std::function<bool(const Network&)>& fails);

}  // namespace cradle
