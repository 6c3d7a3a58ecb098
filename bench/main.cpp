// The benchmarks: cradle_bench [--toy] [--planted] [--report=FOLDER] and Google Benchmark's flags.
// Exits with 1 when a result was wrong; with --planted, the yardstick has a bug and some have to
// be. With a folder for reports, speed.json and speed.gnuplot are written there.
//
// cradle_bench --compare OLD.json NEW.json says what became slower; --passes lists workloads, and
// --passes=N WORKLOAD runs one N times, for callgrind.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bench/compare.h"
#include "bench/comparison.h"
#include "bench/engines/textbook.h"
#include "bench/passes.h"
#include "bench/plots.h"
#include "bench/speed_json.h"
#include "bench/suite.h"

namespace {

// Takes a flag of our own out of the arguments, and returns it whole, or nothing.
std::string take_flag(std::string_view flag, int& argc, char** argv) {
  char** const end = argv + argc;
  char** const found = std::find_if(argv + 1, end, [&](const char* word) {
    return std::string_view(word).substr(0, flag.size()) == flag;
  });
  if (found == end) return "";
  std::string taken = *found;
  std::rotate(found, found + 1, end);
  --argc;
  return taken;
}

}  // namespace

int main(int argc, char** argv) {
  namespace bench = cradle::bench;
  if (argc == 4 && std::string_view(argv[1]) == "--compare") {
    return bench::compare(argv[2], argv[3]);
  }
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--passes" && argc == 2) return bench::print_passes(), 0;
  constexpr std::string_view kPasses = "--passes=";
  if (first.substr(0, kPasses.size()) == kPasses && argc == 3) {
    const std::size_t passes = std::strtoul(argv[1] + kPasses.size(), nullptr, 10);
    return bench::run_passes(argv[2], passes) ? 0 : 2;
  }
  const auto size = take_flag("--toy", argc, argv).empty() ? bench::Size::full : bench::Size::toy;
  using cradle::textbook::Fault;
  const std::string planted = take_flag("--planted", argc, argv);
  if (planted == "--planted=gradient") bench::planted_fault = Fault::sign_lost;
  bench::planted_retain = planted == "--planted=count";
  constexpr std::string_view kReport = "--report=";
  std::string folder = take_flag(kReport, argc, argv);
  if (!folder.empty()) folder = folder.substr(kReport.size());
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const bench::Suite suite(size);
  bench::register_engines(suite);
  bench::register_peers(suite);
  bench::register_properties(size);
  bench::register_checks(size);
  bench::register_oracles(size);
  bench::Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  const std::vector<bench::Row> rows = collector.rows();
  bench::print_tables(rows);
  if (rows.empty()) std::fputs("bench: nothing was measured\n", stderr);
  const bool written =
      folder.empty() || (bench::write_speed(rows, folder + "/speed.json") &&
                         bench::write_plots(rows, folder, folder + "/speed.gnuplot"));
  return collector.failures() > 0 || rows.empty() || !written ? 1 : 0;
}
