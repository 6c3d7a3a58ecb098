// Collecting medians, and printing them side by side.

#include "bench/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <utility>

namespace cradle::bench {
namespace {

constexpr const char* kYardstick = "textbook";

double counter(const std::map<std::string, double>& counters, const char* name) {
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second;
}

}  // namespace

bool Comparison::ReportContext(const Context& context) {
  PrintBasicContext(&std::cerr, context);
  return true;
}

void Comparison::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.error_occurred) {
      fmt::print(stderr, "{}: {}\n", run.benchmark_name(), run.error_message);
      ++failures_;
      continue;
    }
    const bool counts =
        run.repetitions > 1 ? run.aggregate_name == "median" : run.run_type == Run::RT_Iteration;
    if (!counts) continue;
    Row row{run.family_index, run.run_name.function_name, {}};
    for (const auto& [name, value] : run.counters) row.counters[name] = value.value;
    fmt::print(stderr, "measured {}\n", row.name);
    rows_.push_back(std::move(row));
  }
}

const Comparison::Row* Comparison::find(const std::string& name) const {
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.name == name; });
  return found == rows_.end() ? nullptr : &*found;
}

void Comparison::print_engines() const {
  fmt::print("\n{:<41}{:>9}{:>10}{:>9}{:>8}{:>8}  times faster\n", "nanoseconds an op", "forward",
             "backward", "release", "step", "total");
  for (const Row& row : rows_) {
    const std::size_t slash = row.name.rfind('/');
    if (slash == std::string::npos || !row.counters.contains("total")) continue;
    fmt::print("{:<41}", row.name);
    for (const auto& [phase, width] :
         {std::pair{"forward", 9}, {"backward", 10}, {"release", 9}, {"step", 8}, {"total", 8}}) {
      fmt::print("{:>{}.1f}", counter(row.counters, phase), width);
    }
    const Row* const yardstick = find(row.name.substr(0, slash + 1) + kYardstick);
    if (yardstick != nullptr && yardstick != &row) {
      fmt::print("{:>14.1f}",
                 counter(yardstick->counters, "total") / counter(row.counters, "total"));
    }
    fmt::print("\n");
  }
}

void Comparison::print_checks() const {
  fmt::print("\n{:<50}\n", "programs a second, on one core");
  for (const Row& row : rows_) {
    if (row.counters.contains("programs/s")) {
      fmt::print("{:<41}{:>9.0f}\n", row.name, counter(row.counters, "programs/s"));
    }
  }
}

void Comparison::print_oracles() const {
  fmt::print("\n{:<50}{:>20}\n", "microseconds a graph", "times textbook's");
  for (const Row& row : rows_) {
    if (!row.counters.contains("us/graph")) continue;
    const double time = counter(row.counters, "us/graph");
    fmt::print("{:<41}{:>9.1f}", row.name, time);
    const Row* const yardstick = find(row.name.substr(0, row.name.rfind('/') + 1) + kYardstick);
    if (yardstick != nullptr && yardstick != &row) {
      fmt::print("{:>20.2f}", time / counter(yardstick->counters, "us/graph"));
    }
    fmt::print("\n");
  }
}

void Comparison::Finalize() {
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Row& lhs, const Row& rhs) { return lhs.order < rhs.order; });
  print_engines();
  print_checks();
  print_oracles();
}

}  // namespace cradle::bench
