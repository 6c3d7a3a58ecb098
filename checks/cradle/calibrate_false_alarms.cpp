// Alarms on an engine that is right: every oracle on every profile.

#include <algorithm>
#include <array>

#include "checks/cradle/calibrate_graphs.h"
#include "checks/cradle/calibrate_parts.h"
#include "checks/cradle/gradcheck.h"
#include "checks/engines/run.h"
#include "checks/oracles/death.h"
#include "checks/program/lower.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

constexpr std::array kProfiles = {GraphKind::safe,      GraphKind::large,   GraphKind::mlp,
                                  GraphKind::zero_bias, GraphKind::special, GraphKind::wild};
constexpr std::uint64_t kItemGraphs = 200;

// As many small graphs cost what one large graph does in the table of detection.
constexpr std::uint64_t kTimes = 10;

std::uint64_t graph_count(const CalibrateOptions& options, GraphKind kind) {
  return kind == GraphKind::large ? options.graphs : kTimes * options.graphs;
}

bool yardstick_wanted(const CalibrateOptions& options) { return wanted(options, kGradcheckName); }

// survival first, then the oracles, then the yardstick: one row each.
std::size_t rows_a_profile(const CalibrateOptions& options) {
  return 1 + oracles_of(options, true).size() + (yardstick_wanted(options) ? 1u : 0u);
}

}  // namespace

void count(const Judgement& judgement, const Program& program, std::uint64_t index,
           FalseAlarms& row) {
  ++row.cases;
  row.inconclusive += judgement.verdict == Verdict::inconclusive ? 1u : 0u;
  if (judgement.verdict != Verdict::disagree) return;
  ++row.alarms;
  if (row.first && *row.first <= index + 1) return;
  row.first = index + 1;
  row.message = judgement.message;
  row.program = print(program);
}

void plan_false_alarms(const CalibrateOptions& options, Calibration& blank,
                       std::vector<Item>& items) {
  for (std::size_t profile = 0; profile < kProfiles.size(); ++profile) {
    FalseAlarms row;
    row.profile = name_of(kProfiles[profile]);
    row.engine = options.capabilities.name;
    row.form = "declared";
    std::vector<std::string> names = {"survival"};
    for (const Oracle& oracle : oracles_of(options, true)) names.emplace_back(oracle.name);
    if (yardstick_wanted(options)) names.emplace_back(kGradcheckName);
    for (const std::string& name : names) {
      row.oracle = name;
      blank.false_alarms.push_back(row);
    }
    const std::uint64_t whole = graph_count(options, kProfiles[profile]);
    for (std::uint64_t begin = 0; begin < whole; begin += kItemGraphs) {
      const std::uint64_t end = std::min(begin + kItemGraphs, whole);
      const bool large = kProfiles[profile] == GraphKind::large;
      items.push_back({Part::false_alarms, profile, begin, end,
                       (large ? 0.6 : 0.2) * static_cast<double>(end - begin)});
    }
  }
}

void add_false_alarms(const CalibrateOptions& options, const Item& item, Host& host,
                      Calibration& sum) {
  std::vector<Program> programs;
  std::vector<std::uint64_t> numbers;
  std::vector<Job> jobs;
  for (std::uint64_t index = item.begin; index < item.end; ++index) {
    Program program =
        make_graph(kProfiles[item.row], options.seed, index, options.nodes, options.capabilities);
    if (!lacking(program, *options.engine).empty()) continue;  // a network without mul, say
    jobs.push_back({program, std::nullopt});
    programs.push_back(std::move(program));
    numbers.push_back(index);
  }
  if (programs.empty()) return;
  host.post(std::move(jobs));
  const std::vector<Trace> traces = host.take();
  const std::vector<Oracle> oracles = oracles_of(options, true);
  FalseAlarms* const rows = &sum.false_alarms[item.row * rows_a_profile(options)];
  for (std::size_t k = 0; k < programs.size(); ++k) {
    const Judgement death = judge_death(programs[k], traces[k]);
    count(death, programs[k], numbers[k], rows[0]);
    if (death.verdict != Verdict::agree) continue;
    for (std::size_t oracle = 0; oracle < oracles.size(); ++oracle) {
      count(oracles[oracle].judge(programs[k], traces[k], options.capabilities), programs[k],
            numbers[k], rows[1 + oracle]);
    }
    if (yardstick_wanted(options) && fits(traces[k], programs[k])) {
      const bool rejected = Gradcheck(programs[k], options.capabilities).rejects(traces[k]);
      count(judged(rejected ? Verdict::disagree : Verdict::agree, "not close"), programs[k],
            numbers[k], rows[1 + oracles.size()]);
    }
  }
}

std::string graphs_text(const CalibrateOptions& options) {
  std::string text;
  const auto append = [&](const std::string& profile, GraphKind kind, std::uint64_t whole) {
    for (std::uint64_t index = 0; index < whole; ++index) {
      const Program program =
          make_graph(kind, options.seed, index, options.nodes, options.capabilities);
      text += "# " + profile + ' ' + std::to_string(index + 1) + '\n' + print(expand(program));
    }
  };
  for (const GraphKind kind : kProfiles) {
    append(std::string(name_of(kind)), kind, graph_count(options, kind));
  }
  append("scaled", GraphKind::large, options.graphs);
  return text;
}

}  // namespace cradle
