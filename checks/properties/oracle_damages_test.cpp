// What the oracles say to traces of which one thing is wrong, for engines of every kind, against
// tables of it that are kept. A cell is VerdictCell's, as in verdicts.tsv.
//
// damaged_numbers.tsv: pure programs that were drawn. damaged_runs.tsv: programs with actions and
// faults, for engines that show, promise and refuse different things ("the same" as in the first
// column). damaged_networks.tsv:
// networks, with the run op by op beside them or not.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/faults.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/lifetime.h"
#include "checks/oracles/local.h"
#include "checks/oracles/network.h"
#include "checks/oracles/network_faults.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/engine_kinds.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/trace_by_hand.h"
#include "checks/properties/trace_damages.h"
#include "checks/properties/verdict_cell.h"

namespace cradle {
namespace {

constexpr const char* kWhy = "A check that finds less needs a reason.";

void expect_healthy(const TraceDamage& damage, const VerdictCell& cell) {
  if (damage.name == std::string("none")) {
    EXPECT_EQ(cell.disagreements(), 0);
  }
}

// What a program means to an engine, and what that engine made of it.
struct Healthy {
  Program program;
  Trace trace;
};

std::vector<Healthy> healthy_runs(const Capabilities& engine) {
  std::vector<Healthy> all;
  for (const Profile profile : {Profile::safe, Profile::special}) {
    GenerateOptions options = options_of(profile, kAllOps);
    options.nodes_max = 12;
    for (std::uint64_t index = 1000; index < 1016; ++index) {
      Program program = sample(options, index);
      if (engine.precision_bits == 24) program = in_floats(program);
      Trace trace = trace_by_forms(program, engine);
      all.push_back({std::move(program), std::move(trace)});
    }
  }
  return all;
}

std::string row_of_numbers(const std::string& name, const TraceDamage& damage,
                           const Capabilities& engine, const std::vector<Healthy>& all) {
  VerdictCell forward, local, global, difference;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const Trace trace = damaged(all[k].trace, damage, k);
    forward.add(judge_forward(all[k].program, trace, engine));
    local.add(judge_local(all[k].program, trace, engine));
    global.add(judge_global(all[k].program, trace, engine));
    difference.add(judge_difference(all[k].program, trace, engine));
  }
  for (const VerdictCell* cell : {&forward, &local, &global, &difference}) {
    expect_healthy(damage, *cell);
  }
  return name + ", " + damage.name + "\t" + forward.text() + "\t" + local.text() + "\t" +
         global.text() + "\t" + difference.text();
}

TEST(OracleDamages, of_numbers_are_answered_as_in_the_table) {
  std::vector<KeptRow> rows;
  for (const EngineKind& kind : kEngineKinds) {
    const Capabilities engine = engine_of_kind(kind);
    const std::vector<Healthy> all = healthy_runs(engine);
    for (const TraceDamage& damage : kNumberDamages) {
      rows.push_back({row_of_numbers(kind.name, damage, engine, all), 0.015});
    }
  }
  expect_kept("damaged_numbers", rows, kWhy);
}

// What an engine shows of a run, promises, or refuses.
struct Promise {
  const char* name;
  bool resets;
  void (*make)(Capabilities&);
};
constexpr Promise kPromises[] = {
    {"as by hand", false, [](Capabilities&) {}},
    {"resets", true, [](Capabilities& c) { c.second_backward = SecondBackward::resets; }},
    {"unknown", false, [](Capabilities& c) { c.second_backward = SecondBackward::unknown; }},
    {"unknown, and resets", true,
     [](Capabilities& c) { c.second_backward = SecondBackward::unknown; }},
    {"refuses", false, [](Capabilities& c) { c.second_backward = SecondBackward::refuses; }},
    {"no zero_grad", false, [](Capabilities& c) { c.zero_grad = ZeroGrad::none; }},
    {"zero_grad from the root", false, [](Capabilities& c) { c.zero_grad = ZeroGrad::from_root; }},
    {"zero_grad of all", false, [](Capabilities& c) { c.zero_grad = ZeroGrad::everything; }},
    {"whole graph", false, [](Capabilities& c) { c.release = ReleaseKind::whole_graph; }},
    {"by backward", false, [](Capabilities& c) { c.release = ReleaseKind::by_backward; }},
    {"global reset", false, [](Capabilities& c) { c.release = ReleaseKind::global_reset; }},
    {"never released", false, [](Capabilities& c) { c.release = ReleaseKind::never; }},
    {"tells nothing", false,
     [](Capabilities& c) { c.tells_null = c.tells_stale = c.tells_over_release = false; }},
    {"tells no NULL", false, [](Capabilities& c) { c.tells_null = false; }},
    {"tells nothing stale", false, [](Capabilities& c) { c.tells_stale = false; }},
    {"tells no over-release", false, [](Capabilities& c) { c.tells_over_release = false; }},
    {"interior hidden", false, [](Capabilities& c) { c.interior_readable = false; }},
    {"reads at making", false, [](Capabilities& c) { c.reads_at_backward = false; }},
    {"recomputes", false, [](Capabilities& c) { c.recomputes = kAllOps; }},
    {"allocations shown", false,
     [](Capabilities& c) { c.allocations_readable = c.heap_counted = true; }},
    {"one allocation a node", false,
     [](Capabilities& c) { c.allocations_readable = c.one_allocation_a_node = true; }},
    {"ops of other ops", false, [](Capabilities& c) { c.as_declared = false; }},
    {"clips", false, [](Capabilities& c) { c.gradient_clip = 1; }},
};

// One of the runs in which an allocation fails is damaged.
std::string cell_of_faults(const TraceDamage& damage) {
  GenerateOptions options = options_of(Profile::safe, hand_capabilities().ops);
  options.verbs = kAllVerbs & ~bit(Verb::fail);
  options.nodes_max = 6;
  options.actions_max = kFaultyActionsMax;
  VerdictCell cell;
  for (std::uint64_t index = 0; index < 12; ++index) {
    const Program program = sample(options, index);
    std::vector<Trace> traces = {trace_by_hand(program)};
    for (const Program& one : failing_programs(program)) traces.push_back(trace_by_hand(one));
    Trace& one = traces[index * 5 % traces.size()];
    one = damaged(one, damage, index + 1);
    cell.add(judge_faults(program, traces, hand_capabilities()));
  }
  expect_healthy(damage, cell);
  return cell.text();
}

std::string row_of_runs(const TraceDamage& damage) {
  GenerateOptions options = options_of(Profile::safe, hand_capabilities().ops);
  options.verbs = kAllVerbs;
  options.nodes_max = 8;
  std::string row = damage.name;
  std::string first;
  for (const Promise& promise : kPromises) {
    Capabilities engine = hand_capabilities();
    promise.make(engine);
    Hand hand;
    hand.resets = promise.resets;
    VerdictCell cell;
    for (std::uint64_t index = 0; index < 48; ++index) {
      const Program program = sample(options, index);
      cell.add(
          judge_lifetime(program, damaged(trace_by_hand(program, hand), damage, index), engine));
    }
    expect_healthy(damage, cell);
    if (first.empty()) first = cell.text();
    row += "\t" + (&promise != kPromises && cell.text() == first ? "the same" : cell.text());
  }
  return row + "\t" + cell_of_faults(damage);
}

TEST(OracleDamages, of_runs_are_answered_as_in_the_table) {
  std::vector<KeptRow> rows;
  for (const TraceDamage& damage : kNumberDamages) rows.push_back({row_of_runs(damage), 0.015});
  for (const TraceDamage& damage : kRunDamages) rows.push_back({row_of_runs(damage), 0.015});
  expect_kept("damaged_runs", rows, kWhy);
}

// A network, and an engine's traces of it: its own network's, the one op by op, and one in which an
// allocation failed.
struct NetworkRun {
  Lowered lowered;
  Trace own;
  Trace beside;
  Lowered faulty;
  Trace failed;
};

std::vector<NetworkRun> network_runs(const cradle_engine& engine,
                                     const Capabilities& capabilities) {
  std::vector<NetworkRun> all;
  for (std::uint64_t index = 0; all.size() < 24; ++index) {
    SeedChoices choices(case_seed(kSampleSeed, 7, index));
    const Network network = draw_checked_network(choices, capabilities.ops);
    const Lowered lowered = lower(network);
    if (lowered.program.code.size() > 200 || network.loss == Loss::none) continue;
    const Lowered faulty = with_fault(lowered, static_cast<std::uint32_t>(1 + 3 * all.size()));
    all.push_back({lowered, run_network(network, lowered, engine),
                   run(beside_network(lowered, capabilities.ops), engine), faulty,
                   run_network(network, faulty, engine)});
  }
  return all;
}

std::string row_of_networks(const std::string& name, const TraceDamage& damage,
                            const Capabilities& engine, const std::vector<NetworkRun>& all) {
  Capabilities in_any_order = engine;
  in_any_order.neuron_in_order = false;
  Capabilities poor = engine;
  kinds::poor_library(poor);
  VerdictCell alone, own, beside, unordered, of_poor, faults, failed;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const NetworkRun& one = all[k];
    const Trace hurt = damaged(one.own, damage, k);
    const Trace hurt_beside = damaged(one.beside, damage, k);
    alone.add(judge_network(one.lowered, hurt, nullptr, engine));
    own.add(judge_network(one.lowered, hurt, &one.beside, engine));
    beside.add(judge_network(one.lowered, one.own, &hurt_beside, engine));
    unordered.add(judge_network(one.lowered, one.own, &hurt_beside, in_any_order));
    of_poor.add(judge_network(one.lowered, one.own, &hurt_beside, poor));
    faults.add(judge_network_faults(one.lowered, hurt, engine));
    failed.add(judge_network_faults(one.faulty, damaged(one.failed, damage, k), engine));
  }
  std::string row = name + ", " + damage.name;
  for (const VerdictCell* cell : {&alone, &own, &beside, &unordered, &of_poor, &faults, &failed}) {
    expect_healthy(damage, *cell);
    row += "\t" + cell->text();
  }
  return row;
}

TEST(OracleDamages, of_networks_are_answered_as_in_the_table) {
  std::vector<KeptRow> rows;
  for (const char* const name : {"microcrad:single", "textbook"}) {
    const cradle_engine& engine = *find_engine(name);
    const Capabilities capabilities = capabilities_of(engine);
    const std::vector<NetworkRun> all = network_runs(engine, capabilities);
    for (const TraceDamage& damage : kNumberDamages) {
      rows.push_back({row_of_networks(name, damage, capabilities, all), 0.015});
    }
    for (const TraceDamage& damage : kRunDamages) {
      rows.push_back({row_of_networks(name, damage, capabilities, all), 0.015});
    }
  }
  expect_kept("damaged_networks", rows, kWhy);
}

}  // namespace
}  // namespace cradle
