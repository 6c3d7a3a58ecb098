// Targets run on a small stack, so that a recursion over a graph shows at a few thousand nodes.

#pragma once

namespace cradle {

/// Starts this program anew with the same arguments and a stack of 256 KiB, unless it has one.
/// Where the system refuses, it goes on with the stack that it has.
void run_on_a_small_stack(char** arguments);

}  // namespace cradle
