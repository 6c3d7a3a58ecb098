// The graphs of a calibration: number k of a kind, made from the seed and nothing else.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "checks/program/capabilities.h"
#include "checks/program/program.h"

namespace cradle {

///   safe          5 to 40 ops, away from kinks, domain edges and overflow
///   large         safe, with about a given number of nodes, all of which reach the last
///   mlp           a lowered network with its loss
///   zero_bias     a relu network without biases: wherever a layer is shut, the next stands on its
///                 kinks
///   special       zeros, subnormals, infinities, thresholds, exact kinks
///   wild          a safe program with a few instructions that look at nothing
///   small         5 to 12 ops, safe
///   plain         5 to 12 ops on operands drawn evenly, safe: about half of it reaches the last
///   small_neurons, large_neurons   networks of about 20, and of about the given number of, nodes
enum class GraphKind : std::uint8_t {
  safe,
  large,
  mlp,
  zero_bias,
  special,
  wild,
  small,
  small_neurons,
  large_neurons,
  plain
};

std::string_view name_of(GraphKind kind);

/// Returns graph `index` of a kind, in the engine's own ops. `nodes` is what a large one has.
/// Ensures  pure; the same for any number of processes.
Program make_graph(GraphKind kind, std::uint64_t seed, std::uint64_t index, std::uint32_t nodes,
                   const Capabilities& capabilities);

/// Returns a relu network of widths 16-32-32-1 with squared error, in the engine's own ops: the
/// shape on which other tools are measured.
Program network_16_32_32_1(std::uint64_t seed, const Capabilities& capabilities);

}  // namespace cradle
