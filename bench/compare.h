// What became slower between two runs.

#pragma once

#include <string>

namespace cradle::bench {

/// Compares two files that write_speed wrote, and prints each engine's row on each workload that
/// both have. A time counts as a ratio to the yardstick's of its own run, since machines drift, and
/// as slower only when the whole spread of the new run lies above that of the old one. Returns 0; 1
/// when something became slower; 2, having said why, when a file is none of ours.
int compare(const std::string& old_file, const std::string& new_file);

}  // namespace cradle::bench
