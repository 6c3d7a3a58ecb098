// What is measured. Each file of benchmarks registers its own, at toy size for the tests or at full
// size.

#pragma once

namespace cradle::bench {

enum class Size { toy, full };

/// Chains and random graphs: forward, backward and release, microcrad beside textbook.
void register_engines(Size size);

/// Training steps of networks: fused neurons, op by op, and textbook.
void register_training(Size size);

/// Programs generated, run and judged per second.
void register_checks(Size size);

/// What the oracles of gradients cost beside textbook's own forward and backward.
void register_oracles(Size size);

}  // namespace cradle::bench
