// What cradle-host, the program that plug-ins are loaded into, and cradle tell each other.
//
// A plug-in may do anything as soon as it is loaded, so that cradle itself never loads one. It asks
// a process of cradle-host what the plug-in is, and has others run programs on it.

#pragma once

#include <array>
#include <cstdint>

#include "checks/engines/engine.h"

namespace cradle {

/// The functions of the table that an adapter may leave out, one bit each.
enum class Offer : std::uint32_t {
  retain,
  release,
  set,
  zero_grad,
  count,
  live_nodes,
  identity,
  allocations,
  fail,
  misuse,
  network,
  last_error
};

/// The answer of `cradle-host describe`. It comes from a process that the plug-in could spoil.
struct PluginDescription {
  std::uint32_t complete = 0;       // kPluginDescribed when all the rest was written
  std::uint32_t offers = 0;         // mask of 1 << Offer
  cradle_capabilities record = {};  // of today's size; the name is below
  std::array<char, 128> name = {};
  std::array<char, 1024> error = {};  // why it cannot be used; empty: it can
};
inline constexpr std::uint32_t kPluginDescribed = 0x63726164;

/// What both sides say first: programs and traces cross between them as they lie in memory, so that
/// a cradle-host of another build must refuse. Raised with any change of what crosses.
inline constexpr const char* kHostVersion = "4";

/// The arguments of cradle-host: `describe VERSION FILE FD`, or `serve VERSION FILE` and seven
/// numbers in this order.
struct ServeArguments {
  int memory = -1;  // the file descriptor of the shared memory
  std::uint64_t memory_bytes = 0;
  std::uint64_t limit_memory_bytes = 0;
  std::uint64_t limit_stack_bytes = 0;
  int requests = -1;
  int responses = -1;
  int complaints = -1;
};

}  // namespace cradle
