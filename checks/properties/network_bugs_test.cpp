// The planted bugs of networks: each shows where an engine's own network runs, and nowhere else.

#include <gtest/gtest.h>

#include <string>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/network.h"
#include "checks/oracles/verdict.h"

namespace cradle {
namespace {

// One neuron on two samples, added up.
Network small_network(double weight, double bias, double x) {
  Network network;
  network.widths = {1, 1};
  network.parameters = {weight, bias};
  network.samples = {{x}, {2}};
  network.targets = {{0}, {0}};
  network.loss = Loss::sum;
  return network;
}

Judgement judged_on(const std::string& name, const Network& network) {
  const cradle_engine& engine = *find_engine(name);
  const Capabilities capabilities = capabilities_of(engine);
  const Lowered lowered = lower(network);
  const Trace beside = run(beside_network(lowered, capabilities.ops), engine);
  return judge_network(lowered, run_network(network, lowered, engine), &beside, capabilities);
}

struct ShownByNetwork {
  std::string bug;
  double weight, bias, x;
  NodeId node;  // the first that is wrong
};

const std::vector<ShownByNetwork>& shown() {
  static const std::vector<ShownByNetwork> all = {
      {"network_last_sample", 1, 1, 1, 0}, {"network_bias_of_last_sample", 1, 1, 1, 1},
      {"network_scaled_loss", 1, 1, 1, 0}, {"network_slope_at_kink", 1, -1, 1, 0},
      {"network_skips_zeros", 1, 1, 0, 2},
  };
  return all;
}

TEST(NetworkBugs, are_each_found_where_they_are) {
  for (const ShownByNetwork& row : shown()) {
    SCOPED_TRACE(row.bug);
    const Network network = small_network(row.weight, row.bias, row.x);
    EXPECT_EQ(judged_on("textbook", network).verdict, Verdict::agree);
    const Judgement judgement = judged_on("faulty:" + row.bug, network);
    EXPECT_EQ(judgement.verdict, Verdict::disagree);
    EXPECT_EQ(judgement.kind, Kind::gradient);
    EXPECT_EQ(judgement.node, row.node) << judgement.message;
  }
}

TEST(NetworkBugs, leave_what_is_made_op_by_op_alone) {
  const Lowered lowered = lower(small_network(1, -1, 1));
  const Program program = expand(lowered.program);
  const Trace healthy = run(program, *find_engine("textbook"));
  for (const ShownByNetwork& row : shown()) {
    const Trace trace = run(program, *find_engine("faulty:" + row.bug));
    for (NodeId node = 0; node < program.code.size(); ++node) {
      EXPECT_EQ(trace.after[0].nodes[node].grad, healthy.after[0].nodes[node].grad) << row.bug;
    }
  }
}

TEST(NetworkBugs, are_all_in_the_table_above) {
  std::size_t planted = 0;
  for (const EngineEntry& entry : engine_list()) {
    planted += std::string(entry.name).rfind("faulty:network_", 0) == 0 ? 1 : 0;
  }
  EXPECT_EQ(planted, shown().size());
}

TEST(NetworkBugs, leave_nothing_behind) {
  for (const ShownByNetwork& row : shown()) {
    const Network network = small_network(row.weight, row.bias, row.x);
    const Trace trace = run_network(network, lower(network), *find_engine("faulty:" + row.bug));
    EXPECT_EQ(trace.end.live, 0u) << row.bug;
  }
}

}  // namespace
}  // namespace cradle
