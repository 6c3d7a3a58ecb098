// Alarms on an engine that is right: every oracle on every profile.

#include <algorithm>
#include <array>
#include <span>

#include "checks/cradle/calibrate_graphs.h"
#include "checks/cradle/calibrate_parts.h"
#include "checks/cradle/gradcheck.h"
#include "checks/engines/run.h"
#include "checks/oracles/death.h"
#include "checks/oracles/metamorphic.h"
#include "checks/program/lower.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

constexpr std::array kProfiles = {GraphKind::safe,      GraphKind::large,   GraphKind::mlp,
                                  GraphKind::zero_bias, GraphKind::special, GraphKind::wild};
constexpr std::uint64_t kAlarmItemGraphs = 200;

// As many small graphs cost what one large graph does in the table of detection.
constexpr std::uint64_t kTimes = 10;

std::uint64_t graph_count(const CalibrateOptions& options, GraphKind kind) {
  const std::vector<std::string>& chosen = options.profiles;
  if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), name_of(kind)) == chosen.end()) {
    return 0;
  }
  return kind == GraphKind::large ? options.graphs : kTimes * options.graphs;
}

constexpr const char* kMetamorphicName = "metamorphic";

bool yardstick_wanted(const CalibrateOptions& options) { return wanted(options, kGradcheckName); }

// Whoever judges the graphs of a profile: one row each.
std::vector<std::string> judges_of(const CalibrateOptions& options) {
  std::vector<std::string> names = {"survival"};
  for (const Oracle& oracle : oracles_of(options, true)) names.emplace_back(oracle.name);
  if (wanted(options, kMetamorphicName)) names.emplace_back(kMetamorphicName);
  if (yardstick_wanted(options)) names.emplace_back(kGradcheckName);
  return names;
}

// A graph that is run, and those that it is compared with.
struct Graph {
  std::uint64_t index;
  Program program;
  std::vector<Program> related;
};

std::vector<Graph> make_graphs(const CalibrateOptions& options, const Item& item) {
  std::vector<Graph> graphs;
  for (std::uint64_t index = item.begin; index < item.end; ++index) {
    Program program =
        make_graph(kProfiles[item.row], options.seed, index, options.nodes, options.capabilities);
    if (!lacking(program, *options.engine).empty()) continue;  // a network without mul, say
    graphs.push_back({index, std::move(program), {}});
    if (wanted(options, kMetamorphicName)) {
      graphs.back().related = related_programs(graphs.back().program, options.capabilities);
    }
  }
  return graphs;
}

void judge_graph(const CalibrateOptions& options, const Graph& graph, std::span<const Trace> traces,
                 FalseAlarms* row) {
  const Program& program = graph.program;
  const auto next = [&](const Judgement& judgement) {
    count(judgement, program, graph.index, *row++);
  };
  const Judgement death = judge_death(program, traces[0]);
  next(death);
  if (death.verdict != Verdict::agree) return;
  for (const Oracle& oracle : oracles_of(options, true)) {
    next(oracle.judge(program, traces[0], options.capabilities));
  }
  if (wanted(options, kMetamorphicName)) {
    next(judge_metamorphic(program, traces[0], graph.related, traces.subspan(1),
                           options.capabilities));
  }
  if (yardstick_wanted(options) && fits(traces[0], program)) {
    const bool rejected = Gradcheck(program, options.capabilities).rejects(traces[0]);
    next(judged(rejected ? Verdict::disagree : Verdict::agree, "not close"));
  }
}

}  // namespace

std::vector<std::string> false_alarm_profiles() {
  std::vector<std::string> names;
  for (const GraphKind kind : kProfiles) names.emplace_back(name_of(kind));
  return names;
}

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
    for (const std::string& name : judges_of(options)) {
      row.oracle = name;
      blank.false_alarms.push_back(row);
    }
    const std::uint64_t whole = graph_count(options, kProfiles[profile]);
    for (std::uint64_t begin = 0; begin < whole; begin += kAlarmItemGraphs) {
      const std::uint64_t end = std::min(begin + kAlarmItemGraphs, whole);
      const bool large = kProfiles[profile] == GraphKind::large;
      items.push_back({Part::false_alarms, profile, begin, end,
                       (large ? 0.6 : 0.2) * static_cast<double>(end - begin)});
    }
  }
}

void add_false_alarms(const CalibrateOptions& options, const Item& item, Host& host,
                      Calibration& sum) {
  const std::vector<Graph> graphs = make_graphs(options, item);
  if (graphs.empty()) return;
  std::vector<Job> jobs;
  for (const Graph& graph : graphs) {
    jobs.push_back({graph.program, std::nullopt});
    for (const Program& related : graph.related) jobs.push_back({related, std::nullopt});
  }
  host.post(std::move(jobs));
  const std::vector<Trace> traces = host.take();
  FalseAlarms* const rows = &sum.false_alarms[item.row * judges_of(options).size()];
  std::size_t at = 0;
  for (const Graph& graph : graphs) {
    judge_graph(options, graph, std::span(traces).subspan(at, 1 + graph.related.size()), rows);
    at += 1 + graph.related.size();
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
