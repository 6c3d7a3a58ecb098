// Bare passes over a workload, for whoever counts instructions.

#pragma once

#include <cstddef>
#include <string>

namespace cradle::bench {

/// Prints "name<TAB>ops" for each workload that `run_passes` knows.
void print_passes();

/// Runs forward, backward, release and step of a workload of microcrad. Returns false for an
/// unknown one.
bool run_passes(const std::string& name, std::size_t passes);

}  // namespace cradle::bench
