// Pictures of what was measured, drawn by gnuplot.

#pragma once

#include <string>
#include <vector>

#include "bench/comparison.h"

namespace cradle::bench {

/// Writes a gnuplot script that draws `<folder>/speed_chain.svg`, time for each op against the
/// length of a chain, `<folder>/speed_peers.svg`, a bar for each engine on each other workload, and
/// `<folder>/speed_memory.svg`, what is alive over twenty steps of training.
/// Returns false, having said why, when the file cannot be written.
bool write_plots(const std::vector<Row>& rows, const std::string& folder, const std::string& file);

}  // namespace cradle::bench
