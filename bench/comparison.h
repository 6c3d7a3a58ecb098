// The tables at the end of a run: each workload on each engine beside textbook, and the checks'
// rates.

#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cradle::bench {

/// Says what is being measured on standard error, and prints the tables on standard output.
///
/// With repetitions, the medians count.
class Comparison : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

  /// How many benchmarks were skipped because their results were wrong.
  std::size_t failures() const { return failures_; }
  /// How many gave a time.
  std::size_t measured() const { return rows_.size(); }

 private:
  struct Row {
    std::int64_t order = 0;  // of registration: interleaved runs arrive in any order
    std::string name;        // "workload/engine", or of a check
    std::map<std::string, double> counters;
  };

  const Row* find(const std::string& name) const;
  void print_engines() const;
  void print_checks() const;
  void print_oracles() const;

  std::vector<Row> rows_;
  std::size_t failures_ = 0;
};

}  // namespace cradle::bench
