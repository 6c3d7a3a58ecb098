// How large a program may be, by who makes it, and why.

#pragma once

#include <cstddef>
#include <cstdint>

namespace cradle {

/// A longer random program only repeats what a shorter one shows, and nobody can read it.
inline constexpr std::size_t kGeneratedNodesMax = 200;

/// Large enough for tables of an engine to grow several times, small enough for thousands a second.
inline constexpr std::size_t kFuzzNodesMax = 4'000;

/// Actions are bounded apart from nodes: each costs a snapshot of every node.
inline constexpr std::size_t kFuzzActionsMax = 512;

/// A chain of ten million nodes is the deepest an engine is asked to survive.
inline constexpr std::size_t kParsedNodesMax = 10'000'000;

/// A snapshot per action: a file with more actions than this describes no test.
inline constexpr std::size_t kParsedActionsMax = 1'000'000;

/// The text of the largest program fits; /dev/zero and a disk image do not.
inline constexpr std::size_t kTextBytesMax = std::size_t{1} << 30;

/// No instruction needs a line longer than this, by far.
inline constexpr std::size_t kLineBytesMax = 4096;

/// `count` of a neuron is 16 bits wide.
inline constexpr std::size_t kNeuronProductsMax = 65'535;

}  // namespace cradle
