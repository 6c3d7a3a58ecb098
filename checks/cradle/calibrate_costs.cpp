// Throughput: how many programs a second each oracle judges, on one core.

#include <algorithm>
#include <ctime>

#include "checks/cradle/calibrate_graphs.h"
#include "checks/cradle/calibrate_parts.h"
#include "checks/cradle/gradcheck.h"
#include "checks/engines/run.h"
#include "checks/engines/textbook_engine.h"
#include "checks/oracles/death.h"

namespace cradle {
namespace {

constexpr double kSeconds = 0.1;
constexpr std::uint64_t kGraphsMax = 200;

// Repeats `work` until it has taken long enough, three times; returns the best calls a second.
template <typename Work>
double rate(Work work) {
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const std::clock_t start = std::clock();  // of this process: the machine may be busy
    double elapsed = 0;
    double calls = 0;
    for (; elapsed < kSeconds; ++calls) {
      work();
      elapsed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    }
    best = std::max(best, calls / elapsed);
  }
  return best;
}

struct Judged {
  std::vector<Program> programs;
  std::vector<Trace> traces;
};

// The traces come from a child: only an engine that survives them is measured.
Judged judged_by(const CalibrateOptions& options, std::vector<Program> programs) {
  Judged made;
  Host host(*options.engine, HostLimits{});
  for (Program& program : programs) {
    if (!lacking(program, *options.engine).empty()) continue;
    Trace trace = host.run(program);
    if (judge_death(program, trace).verdict != Verdict::agree) continue;
    made.programs.push_back(std::move(program));
    made.traces.push_back(std::move(trace));
  }
  return made;
}

void measure(const CalibrateOptions& options, const std::string& shape, const Judged& cases,
             std::vector<Cost>& costs) {
  if (cases.programs.empty()) return;
  const auto count = static_cast<double>(cases.programs.size());
  Cost cost;
  cost.shape = shape;
  for (const Program& program : cases.programs) cost.nodes += program.code.size();
  cost.nodes /= cases.programs.size();
  const auto note = [&](const std::string& name, auto work) {
    cost.oracle = name;
    cost.per_second = count * rate([&] {
                        for (std::size_t k = 0; k < cases.programs.size(); ++k) work(k);
                      });
    costs.push_back(cost);
  };
  for (const Oracle& oracle : oracles_of(options, true)) {
    note(oracle.name, [&](std::size_t k) {
      oracle.judge(cases.programs[k], cases.traces[k], options.capabilities);
    });
  }
  if (wanted(options, kGradcheckName)) {
    note(kGradcheckName, [&](std::size_t k) {
      Gradcheck(cases.programs[k], options.capabilities).rejects(cases.traces[k]);
    });
  }
  const cradle_engine& textbook = *textbook_engine();
  for (const Program& program : cases.programs) {
    if (!lacking(program, textbook).empty()) return;
  }
  note("(textbook, run)", [&](std::size_t k) { run(cases.programs[k], textbook); });
}

}  // namespace

std::vector<Cost> measure_costs(const CalibrateOptions& options) {
  std::vector<Cost> costs;
  std::vector<Program> graphs;
  for (std::uint64_t index = 0; index < std::min(kGraphsMax, options.graphs); ++index) {
    graphs.push_back(
        make_graph(GraphKind::large, options.seed, index, options.nodes, options.capabilities));
  }
  measure(options, "large", judged_by(options, std::move(graphs)), costs);
  measure(options, "mlp 16-32-32-1",
          judged_by(options, {network_16_32_32_1(options.seed, options.capabilities)}), costs);
  return costs;
}

}  // namespace cradle
