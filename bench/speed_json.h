// What was measured, as JSON: for `ci/bench --compare`, and whoever plots.

#pragma once

#include <string>
#include <vector>

#include "bench/comparison.h"

namespace cradle::bench {

/// Writes {"schema": 1, "environment", "rows": [{"workload", "engine", "size", "ns_per_op", "min",
/// "max", "forward", "backward", "release", "bytes_per_op"}], "memory": [{"workload", "engine",
/// "bytes"}]}: bytes are alive at the beginning, and in the middle and at the end of each step.
/// Returns false, having said why, when the file cannot be written.
bool write_speed(const std::vector<Row>& rows, const std::string& file);

}  // namespace cradle::bench
