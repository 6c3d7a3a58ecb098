// What judging gradients costs beside making them: the oracles, and textbook's own forward and
// backward, on the same graphs in one run.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/engines/textbook.h"
#include "bench/measure.h"
#include "bench/suite.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/run.h"
#include "checks/engines/textbook_engine.h"
#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/lower.h"

namespace cradle::bench {
namespace {

struct Graphs {
  std::vector<Program> programs;
  std::vector<Trace> traces;
};

void add_graph(Program program, Graphs& graphs) {
  graphs.traces.push_back(run(program, *textbook_engine()));
  graphs.programs.push_back(std::move(program));
}

// Safe programs of 126 nodes, or nearly.
std::shared_ptr<const Graphs> make_graphs(std::size_t count) {
  const auto graphs = std::make_shared<Graphs>();
  GenerateOptions options;
  options.ops = capabilities_of(*textbook_engine()).ops;
  for (std::uint64_t index = 0; graphs->programs.size() < count; ++index) {
    SeedChoices choices(case_seed(1, 126, index));
    Program program = generate(choices, options);
    const std::size_t size = program.code.size();
    if (size >= 118 && size <= 134) add_graph(std::move(program), *graphs);
  }
  return graphs;
}

// Networks 16-32-32-1 on one sample, op by op, with squared error.
std::shared_ptr<const Graphs> make_networks(std::size_t count) {
  const auto graphs = std::make_shared<Graphs>();
  for (std::uint64_t index = 0; index < count; ++index) {
    SeedChoices choices(case_seed(1, 16, index));
    Network network;
    network.widths = {16, 32, 32, 1};
    fill_network(choices, 1, network);
    add_graph(expand(lower(network).program), *graphs);
  }
  return graphs;
}

textbook::Value* make_node(const Instruction& line, const std::vector<textbook::Value*>& values) {
  using namespace textbook;
  if (line.op == Op::input) return value_create_leaf(line.immediate);
  Value* const a = values[line.operands[0]];
  Value* const b = values[line.operands[1]];
  switch (line.op) {
    case Op::add:
      return value_add(a, b);
    case Op::mul:
      return value_mul(a, b);
    case Op::pow:
      return value_pow(a, line.immediate);
    case Op::exp:
      return value_exp(a);
    case Op::log:
      return value_log(a);
    default:
      return value_relu(a);
  }
}

// Textbook's own time, without the release: the graphs are made, and swept, as a user would.
void measure_textbook(benchmark::State& state, const Graphs& graphs) {
  double spent = 0;
  std::vector<textbook::Value*> values;
  Textbook::prepare(false);
  for ([[maybe_unused]] auto _ : state) {
    for (const Program& program : graphs.programs) {
      spent += seconds([&] {
        for (const Instruction& line : program.code) values.push_back(make_node(line, values));
        textbook::value_backward(values.back());
      });
      for (; !values.empty(); values.pop_back()) textbook::value_release(values.back());
    }
  }
  const auto count =
      static_cast<double>(state.iterations()) * static_cast<double>(graphs.programs.size());
  state.counters["us/graph"] = spent * 1e6 / count;
}

using Oracle = Judgement (*)(const Program&, const Trace&, const Capabilities&);

void measure_oracle(benchmark::State& state, const Graphs& graphs, Oracle oracle) {
  const Capabilities capabilities = capabilities_of(*textbook_engine());
  double spent = 0;
  for ([[maybe_unused]] auto _ : state) {
    spent += seconds([&] {
      for (std::size_t k = 0; k < graphs.programs.size(); ++k) {
        const Judgement judgement = oracle(graphs.programs[k], graphs.traces[k], capabilities);
        if (judgement.verdict != Verdict::agree) state.SkipWithError("an oracle does not agree");
      }
    });
  }
  const auto count =
      static_cast<double>(state.iterations()) * static_cast<double>(graphs.programs.size());
  state.counters["us/graph"] = spent * 1e6 / count;
}

void add(const std::string& name, const std::shared_ptr<const Graphs>& graphs) {
  benchmark::RegisterBenchmark((name + "/textbook").c_str(), [graphs](benchmark::State& state) {
    measure_textbook(state, *graphs);
  });
  struct Named {
    const char* name;
    Oracle oracle;
  };
  for (const Named& row : {Named{"/local", judge_local}, Named{"/global", judge_global},
                           Named{"/float128", judge_global_by_float128}}) {
    benchmark::RegisterBenchmark((name + row.name).c_str(),
                                 [graphs, oracle = row.oracle](benchmark::State& state) {
                                   measure_oracle(state, *graphs, oracle);
                                 });
  }
}

}  // namespace

void register_oracles(Size size) {
  add("judging graphs of 126 nodes", make_graphs(size == Size::toy ? 2 : 500));
  add("judging networks 16-32-32-1", make_networks(size == Size::toy ? 1 : 10));
}

}  // namespace cradle::bench
