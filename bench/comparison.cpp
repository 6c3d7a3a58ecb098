// Collecting repetitions, and printing their medians side by side.

#include "bench/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <utility>

namespace cradle::bench {
namespace {

constexpr const char* kYardstick = "textbook";
constexpr const char* kBestPeer = "CoDiPack";

const Row* find(const std::vector<Row>& rows, const std::string& workload, const char* engine) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.workload == workload && row.engine == engine;
  });
  return found == rows.end() ? nullptr : &*found;
}

// How many times as long as `row` another engine takes for the same, or nothing.
std::string times(const Row* other, const Row& row, const char* counter) {
  if (other == nullptr || other == &row || !other->has(counter)) return "";
  return fmt::format("{:.2f}", other->median(counter) / row.median(counter));
}

void print_engines(const std::vector<Row>& rows) {
  std::string workload;
  for (const Row& row : rows) {
    if (!row.has("total")) continue;
    if (row.workload != workload) {
      workload = row.workload;
      fmt::print("\n{:<25}{:>7}{:>9}{:>8}{:>8}{:>9}{:>18}{:>7}{:>9}{:>9}\n", workload, "forward",
                 "backward", "release", "step", "ns/op", "min to max", "B/op", "textbook",
                 "CoDiPack");
    }
    fmt::print("  {:<23}{:>7.2f}{:>9.2f}{:>8.2f}{:>8.2f}{:>9.2f}{:>18}{:>7.1f}{:>9}{:>9}\n",
               row.engine, row.median("forward"), row.median("backward"), row.median("release"),
               row.median("step"), row.median("total"),
               fmt::format("{:.1f} to {:.1f}", row.min("total"), row.max("total")),
               row.max("bytes"), times(find(rows, workload, kYardstick), row, "total"),
               times(find(rows, workload, kBestPeer), row, "total"));
  }
  if (!workload.empty()) {
    fmt::print("textbook, CoDiPack: how many times as long as the row they take.\n");
  }
}

void print_properties(const std::vector<Row>& rows) {
  for (const auto& [counter, title] :
       {std::pair{"ns", "nanoseconds"}, std::pair{"bytes alive", "bytes alive"}}) {
    bool is_first = true;
    for (const Row& row : rows) {
      if (!row.has(counter)) continue;
      if (std::exchange(is_first, false)) fmt::print("\n{:<58}{:>16}\n", "", title);
      fmt::print("{:<58}{:>16.0f}\n", row.workload + ", " + row.engine, row.median(counter));
    }
  }
}

void print_checks(const std::vector<Row>& rows) {
  bool is_first = true;
  for (const Row& row : rows) {
    if (!row.has("programs/s")) continue;
    if (std::exchange(is_first, false)) fmt::print("\nprograms a second, on one core\n");
    fmt::print("  {:<39}{:>9.0f}\n", row.engine, row.median("programs/s"));
  }
}

void print_oracles(const std::vector<Row>& rows) {
  bool is_first = true;
  for (const Row& row : rows) {
    if (!row.has("us/graph")) continue;
    if (std::exchange(is_first, false)) {
      fmt::print("\n{:<41}{:>9}{:>20}\n", "microseconds a graph", "", "times textbook's");
    }
    const Row* const yardstick = find(rows, row.workload, kYardstick);
    fmt::print("  {:<39}{:>9.1f}", row.workload + ", " + row.engine, row.median("us/graph"));
    if (yardstick != nullptr && yardstick != &row) {
      fmt::print("{:>20.2f}", row.median("us/graph") / yardstick->median("us/graph"));
    }
    fmt::print("\n");
  }
}

}  // namespace

double Row::median(const std::string& counter) const {
  std::vector<double> sorted = samples.at(counter);
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double Row::min(const std::string& counter) const {
  return *std::min_element(samples.at(counter).begin(), samples.at(counter).end());
}

double Row::max(const std::string& counter) const {
  return *std::max_element(samples.at(counter).begin(), samples.at(counter).end());
}

std::vector<double> alive_over_time(const Row& row) {
  std::vector<double> alive;
  while (row.has(counter_of_moment(alive.size()))) {
    alive.push_back(row.median(counter_of_moment(alive.size())));
  }
  return alive;
}

bool Collector::ReportContext(const Context& context) {
  PrintBasicContext(&std::cerr, context);
  return true;
}

void Collector::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    if (run.error_occurred) {
      fmt::print(stderr, "{}: {}\n", run.benchmark_name(), run.error_message);
      ++failures_;
      continue;
    }
    const std::string& name = run.run_name.function_name;
    const auto [place, is_new] = rows_.try_emplace(name);
    Row& row = place->second;
    if (is_new) {
      const std::size_t slash = name.rfind('/');
      row.order = run.family_index;
      row.workload = slash == std::string::npos ? "" : name.substr(0, slash);
      row.engine = slash == std::string::npos ? name : name.substr(slash + 1);
    }
    for (const auto& [counter, value] : run.counters) row.samples[counter].push_back(value.value);
  }
  if (!runs.empty()) fmt::print(stderr, "measured {}\n", runs[0].run_name.function_name);
}

std::vector<Row> Collector::rows() const {
  std::map<std::string, std::int64_t> first;
  for (const auto& [name, row] : rows_) {
    const auto [place, is_new] = first.emplace(row.workload, row.order);
    if (!is_new) place->second = std::min(place->second, row.order);
  }
  std::vector<Row> sorted;
  for (const auto& [name, row] : rows_) sorted.push_back(row);
  std::sort(sorted.begin(), sorted.end(), [&](const Row& lhs, const Row& rhs) {
    return std::pair(first[lhs.workload], lhs.order) < std::pair(first[rhs.workload], rhs.order);
  });
  return sorted;
}

void print_tables(const std::vector<Row>& rows) {
  print_engines(rows);
  print_properties(rows);
  print_checks(rows);
  print_oracles(rows);
}

}  // namespace cradle::bench
