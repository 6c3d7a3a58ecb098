// The engines that are always present: known programs give known numbers on the healthy ones,
// injected failures leave nothing behind, and tables and records are read with care.

#include "checks/engines/engines.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/find_engine.h"
#include "checks/engines/run.h"
#include "checks/program/lower.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// Those whose gradients add up, in binary64, interior ones to be read.
constexpr const char* kHealthy[] = {"microcrad",          "microcrad:single", "tape",
                                    "tape:depth_first",   "tape:alternative", "tape:powers",
                                    "tape:recomputed",    "textbook",         "tape:fast",
                                    "textbook_iterative", "textbook:fast"};
// Those whose networks add up in the order of the lowered program, to the bit.
constexpr const char* kInOrder[] = {"microcrad", "microcrad:single", "tape",
                                    "textbook",  "tape:resets",      "textbook_iterative"};
constexpr const char* kFailingEngines[] = {"microcrad", "microcrad:single", "textbook",
                                           "textbook_iterative", "textbook:fast"};

Trace trace_on(const char* engine, const char* text) {
  return run(program_of(text), *find_engine(engine));
}

// What a snapshot shows of a node: its data, its gradient, its count.
struct Expected {
  double data;
  double grad;
  std::uint32_t count;
};

void expect_nodes(const Snapshot& snapshot, const std::vector<Expected>& expected) {
  ASSERT_EQ(snapshot.nodes.size(), expected.size());
  for (std::size_t node = 0; node < expected.size(); ++node) {
    EXPECT_EQ(snapshot.nodes[node].data, expected[node].data) << "%" << node;
    EXPECT_EQ(snapshot.nodes[node].grad, expected[node].grad) << "%" << node;
    EXPECT_EQ(snapshot.nodes[node].count, expected[node].count) << "%" << node;
  }
}

TEST(Engines, have_usable_tables_and_are_found_by_the_names_that_they_give) {
  std::set<std::string> names;
  for (const EngineEntry& entry : engine_list()) {
    SCOPED_TRACE(entry.name);
    const cradle_engine* engine = find_engine(entry.name);
    EXPECT_EQ(check_table(engine), "");
    EXPECT_EQ(capabilities_of(*engine).name, entry.name);
    EXPECT_EQ(cradle_find_engine(entry.name.c_str()), engine);
    EXPECT_FALSE(entry.description.empty());
    EXPECT_TRUE(entry.base.empty() || find_engine(entry.base) != nullptr);
    EXPECT_TRUE(names.insert(entry.name).second);
  }
  EXPECT_EQ(find_engine("faulty:"), nullptr);
  EXPECT_EQ(cradle_find_engine("none"), nullptr);
  EXPECT_EQ(cradle_find_engine(nullptr), nullptr);
}

TEST(Engines, give_the_values_gradients_and_counts_of_a_known_graph) {
  for (const char* engine : kHealthy) {
    SCOPED_TRACE(engine);
    const Trace trace = trace_on(engine,
                                 "%0 = input 2\n%1 = input 3\n%2 = mul %0 %1\n%3 = add %2 %0\n"
                                 "%4 = pow %3 2\n%5 = relu %4\n");
    expect_nodes(trace.after.at(0),
                 {{2, 64, 3}, {3, 32, 2}, {6, 16, 2}, {8, 16, 2}, {64, 1, 2}, {64, 1, 1}});
    EXPECT_EQ(trace.after[0].live, 6u);
    EXPECT_EQ(trace.end.live, 0u);
  }
}

TEST(Engines, pass_exp_and_log_back_through_the_operand_that_is_there) {
  for (const char* engine : kHealthy) {
    SCOPED_TRACE(engine);
    expect_nodes(trace_on(engine, "%0 = input 0\n%1 = exp %0\n%2 = log %1\n").after.at(0),
                 {{0, 1, 2}, {1, 1, 2}, {0, 1, 1}});
    expect_nodes(trace_on(engine, "%0 = input 4\n%1 = log %0\nset %0 0.5\nbackward %1\n").last,
                 {{0.5, 2, 2}, {std::log(4.0), 1, 1}});
  }
}

TEST(Engines, have_slope_0_at_the_kink_and_at_exponent_0_and_slope_1_at_exponent_1) {
  for (const char* engine : kHealthy) {
    SCOPED_TRACE(engine);
    expect_nodes(trace_on(engine, "%0 = input 0\n%1 = relu %0\n").after.at(0),
                 {{0, 0, 2}, {0, 1, 1}});
    expect_nodes(trace_on(engine, "%0 = input 0\n%1 = pow %0 0\n").after.at(0),
                 {{0, 0, 2}, {1, 1, 1}});
    expect_nodes(trace_on(engine, "%0 = input 0\n%1 = pow %0 1\n").after.at(0),
                 {{0, 1, 2}, {0, 1, 1}});
  }
}

TEST(Engines, accumulate_over_backwards_interior_nodes_included) {
  for (const char* engine : kHealthy) {
    SCOPED_TRACE(engine);
    const Trace trace = trace_on(engine,
                                 "%0 = input 1\n%1 = add %0 %0\n%2 = add %1 %1\nbackward %2\n"
                                 "backward %2\nzero_grad\nbackward %2\n");
    expect_nodes(trace.after.at(1), {{1, 12, 3}, {2, 4, 3}, {4, 1, 1}});
    expect_nodes(trace.after.at(3), {{1, 4, 3}, {2, 2, 3}, {4, 1, 1}});
  }
}

TEST(Engines, keep_what_a_result_needs_and_free_the_rest) {
  for (const char* engine : kHealthy) {
    SCOPED_TRACE(engine);
    const Trace trace = trace_on(engine,
                                 "%0 = input 1\nretain %0\n%1 = exp %0\n%2 = exp %1\nrelease %1\n"
                                 "release %0\nrelease %2\n");
    EXPECT_EQ(trace.after.at(1).live, 3u);
    EXPECT_EQ(trace.after.at(2).nodes[0].count, 2u);
    EXPECT_EQ(trace.after.at(3).live, 1u);
    EXPECT_EQ(trace.end.live, 0u);
  }
}

TEST(Engines, tell_the_misuse_that_they_claim_to_tell) {
  for (const char* engine : {"textbook", "microcrad", "microcrad:single"}) {
    SCOPED_TRACE(engine);
    for (const char* op : {"add", "mul", "pow", "exp", "log", "relu"}) {
      const std::string text = "%0 = input 1\nmisuse null " + std::string(op) + "\n";
      EXPECT_EQ(trace_on(engine, text.c_str()).after.at(0).status, 0) << op;
    }
  }
  const Trace stale = trace_on("microcrad", "%0 = input 1\nrelease %0\nmisuse stale %0\n");
  EXPECT_EQ(stale.after.at(1).status, 0);
  const Trace over = trace_on("microcrad", "%0 = input 1\n%1 = exp %0\nmisuse over_release %1\n");
  EXPECT_EQ(over.after.at(0).status, 0);
  EXPECT_EQ(over.last.live, 1u);
  EXPECT_EQ(over.end.live, 0u);
}

TEST(Engines, run_their_networks_as_the_lowered_program) {
  SeedChoices choices(7);
  for (int round = 0; round < 40; ++round) {
    const Network network = draw_checked_network(choices, kSpecificationOps);
    const Lowered lowered = lower(network);
    const Trace expected = run(lowered.program, *find_engine("tape"));
    for (const char* engine : kInOrder) {
      SCOPED_TRACE(engine);
      const Trace trace = run_network(network, lowered, *find_engine(engine));
      ASSERT_EQ(trace.after.size(), 1u);
      EXPECT_EQ(trace.end.live, 0u);
      for (NodeId node = 0; node < lowered.program.code.size(); ++node) {
        const NodeState& state = trace.after[0].nodes[node];
        if (!state.has_data()) continue;
        EXPECT_EQ(state.data, expected.after[0].nodes[node].data) << "%" << node;
        EXPECT_EQ(state.grad, expected.after[0].nodes[node].grad) << "%" << node;
      }
    }
  }
}

TEST(Engines, survive_a_deep_chain_without_recursion) {
  for (const char* engine :
       {"microcrad", "microcrad:single", "tape", "tape:depth_first", "textbook_iterative"}) {
    SCOPED_TRACE(engine);
    const Trace trace = trace_on(engine, "family chain 300000\n");
    EXPECT_EQ(trace.after.at(0).status, 0);
    EXPECT_EQ(trace.end.live, 0u);
  }
}

// Fails each allocation of a program in turn.
TEST(Engines, leave_nothing_behind_when_an_allocation_fails) {
  const std::string text =
      "%0 = input 2\n%1 = input 3\n%2 = mul %0 %1\n%3 = add %2 %2\n%4 = pow %3 2\n%5 = exp %0\n"
      "backward %4\nretain %3\nbackward %3\n";
  for (const char* engine : kFailingEngines) {
    SCOPED_TRACE(engine);
    const std::uint64_t calls = trace_on(engine, text.c_str()).end.allocations;
    ASSERT_GT(calls, 0u);
    for (std::uint64_t call = 1; call <= calls; ++call) {
      const std::string failing = "fail " + std::to_string(call) + "\n" + text;
      const Program program = program_of(failing.c_str());
      const Trace trace = run(program, *find_engine(engine));
      ASSERT_TRUE(fits(trace, program));
      EXPECT_EQ(trace.end.live, 0u) << failing;
      bool told = false;
      for (const bool made : trace.made) told = told || !made;
      for (const Snapshot& snapshot : trace.after) told = told || snapshot.status != 0;
      EXPECT_TRUE(told) << failing;
      for (const NodeState& state : trace.last.nodes) {
        EXPECT_TRUE(!state.has_count() || state.count > 0) << failing;
      }
    }
  }
}

TEST(Engines, are_unchanged_by_an_op_that_runs_out_of_memory) {
  for (const char* engine : kFailingEngines) {
    SCOPED_TRACE(engine);
    const Trace trace =
        trace_on(engine, "%0 = input 2\nfail 1\n%1 = exp %0\n%2 = exp %0\nbackward %2\n");
    EXPECT_FALSE(trace.made[1]);
    EXPECT_EQ(trace.last.live, 2u);
    EXPECT_EQ(trace.last.nodes[0].count, 2u);
    EXPECT_EQ(trace.last.nodes[0].grad, std::exp(2.0));
  }
}

TEST(Engines, start_every_session_afresh_also_after_one_that_was_broken_off) {
  for (const char* name : kHealthy) {
    SCOPED_TRACE(name);
    const cradle_engine& engine = *find_engine(name);
    void* const session = engine.open();
    ASSERT_NE(session, nullptr);
    const std::uint32_t operands[] = {0, 0};
    const cradle_instruction add = {CRADLE_OP_ADD, 0, 2, operands, 0};
    EXPECT_EQ(engine.input(session, 0, 1), 0);
    EXPECT_EQ(engine.apply(session, 1, &add), 0);
    engine.retain(session, 0);
    engine.close(session);
    const Trace first = trace_on(name, "%0 = input 1\n%1 = add %0 %0\n");
    const Trace second = trace_on(name, "%0 = input 1\n%1 = add %0 %0\n");
    EXPECT_EQ(first.after.at(0).live, 2u);
    EXPECT_EQ(first.end.allocations, second.end.allocations);
  }
}

TEST(Tables, are_refused_with_a_reason) {
  EXPECT_NE(check_table(nullptr), "");
  const cradle_engine good = *find_engine("tape");
  const auto refused = [&](auto spoil) {
    cradle_engine table = good;
    cradle_capabilities record = *good.capabilities;
    table.capabilities = &record;
    spoil(table, record);
    return check_table(&table) != "";
  };
  EXPECT_FALSE(refused([](cradle_engine&, cradle_capabilities&) {}));
  EXPECT_TRUE(refused([](cradle_engine& table, auto&) { table.abi = 2; }));
  EXPECT_TRUE(refused([](cradle_engine& table, auto&) { table.size = 40; }));
  EXPECT_TRUE(refused([](cradle_engine& table, auto&) { table.backward = nullptr; }));
  EXPECT_TRUE(refused([](cradle_engine& table, auto&) { table.capabilities = nullptr; }));
  EXPECT_TRUE(refused([](auto&, cradle_capabilities& record) { record.name = nullptr; }));
  EXPECT_TRUE(refused([](auto&, cradle_capabilities& record) { record.ops = 1; }));
  EXPECT_TRUE(refused([](auto&, cradle_capabilities& record) { record.ops = 1u << 31; }));
  EXPECT_TRUE(refused([](auto&, cradle_capabilities& record) { record.size = 8; }));
  EXPECT_TRUE(refused([](auto&, cradle_capabilities& record) { record.precision_bits = 64; }));
}

TEST(Tables, of_an_older_version_read_as_ending_in_zeros) {
  cradle_engine table = *find_engine("microcrad");
  cradle_capabilities record = *table.capabilities;
  table.capabilities = &record;
  table.size = offsetof(cradle_engine, retain);
  record.size = offsetof(cradle_capabilities, exp_ulps);
  EXPECT_EQ(check_table(&table), "");
  const Capabilities capabilities = capabilities_of(table);
  EXPECT_FALSE(capabilities.can_retain);
  EXPECT_EQ(whole_table(table).count, nullptr);
  EXPECT_FALSE(capabilities.tells_null);
  EXPECT_EQ(capabilities.zero_grad, ZeroGrad::none);
  EXPECT_EQ(capabilities.ulps.exp, 1);
  EXPECT_EQ(capabilities.ulps.sigmoid, 4);
  EXPECT_EQ(capabilities.ulps.sqrt, 0.5);
  EXPECT_EQ(capabilities.exp_form, ExpForm::unknown);
  EXPECT_EQ(whole_table(table).network, nullptr);
}

// What cannot be released one by one is not missed at the end of a session.
TEST(Tables, without_release_give_everything_back_when_they_are_closed) {
  cradle_engine table = *find_engine("microcrad");
  EXPECT_EQ(capabilities_of(table).release, ReleaseKind::per_handle);
  table.release = nullptr;
  EXPECT_EQ(capabilities_of(table).release, ReleaseKind::global_reset);
  cradle_capabilities record = *table.capabilities;
  table.capabilities = &record;
  record.release = CRADLE_RELEASE_WHOLE_GRAPH;
  EXPECT_EQ(capabilities_of(table).release, ReleaseKind::global_reset);
  record.release = CRADLE_RELEASE_NEVER;
  EXPECT_EQ(capabilities_of(table).release, ReleaseKind::never);
}

}  // namespace
}  // namespace cradle
