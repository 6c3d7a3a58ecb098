// What was measured, collected while it is measured, and the tables at the end of a run.

#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cradle::bench {

/// One benchmark, of all its repetitions.
struct Row {
  std::int64_t order = 0;  // of registration: interleaved runs arrive in any order
  std::string workload;    // "chain 1000000"; empty for what is no engine's
  std::string engine;      // or the whole name
  std::map<std::string, std::vector<double>> samples;  // by the counter's name

  bool has(const std::string& counter) const { return samples.contains(counter); }
  double median(const std::string& counter) const;
  double min(const std::string& counter) const;
  double max(const std::string& counter) const;
};

/// Returns the name of the counter of what is alive at the k-th half of a step.
inline std::string counter_of_moment(std::size_t moment) {
  return "alive " + std::to_string(moment);
}

/// Returns what is alive over time, as far as a row has it: medians, a value each half step.
std::vector<double> alive_over_time(const Row& row);

/// Says what is being measured on standard error, and keeps it.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  /// Workload by workload in the order of their first registration, then engine by engine.
  std::vector<Row> rows() const;
  /// How many benchmarks were skipped because their results were wrong.
  std::size_t failures() const { return failures_; }

 private:
  std::map<std::string, Row> rows_;
  std::size_t failures_ = 0;
};

/// Prints the tables on standard output: each workload on each engine beside textbook and CoDiPack,
/// the engine's properties, the checks' rates, and what the oracles cost.
void print_tables(const std::vector<Row>& rows);

}  // namespace cradle::bench
