// The benchmarks: cradle_bench [--toy] [--planted] and Google Benchmark's own flags. Exits with 1
// when a result was wrong; with --planted, the yardstick has a bug and some have to be.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "bench/comparison.h"
#include "bench/engines.h"
#include "bench/suite.h"

namespace {

// Takes a flag of our own out of the arguments; true when it was there.
bool take_flag(std::string_view flag, int& argc, char** argv) {
  char** const end = argv + argc;
  char** const kept = std::remove_if(argv + 1, end, [&](char* word) { return word == flag; });
  argc = static_cast<int>(kept - argv);
  return kept != end;
}

}  // namespace

int main(int argc, char** argv) {
  namespace bench = cradle::bench;
  const auto size = take_flag("--toy", argc, argv) ? bench::Size::toy : bench::Size::full;
  if (take_flag("--planted", argc, argv)) {
    bench::planted_fault = cradle::textbook::Fault::sign_lost;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  bench::register_engines(size);
  bench::register_training(size);
  bench::register_checks(size);
  bench::register_oracles(size);
  bench::Comparison reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  if (reporter.measured() == 0) std::fputs("bench: nothing was measured\n", stderr);
  return reporter.failures() > 0 || reporter.measured() == 0 ? 1 : 0;
}
