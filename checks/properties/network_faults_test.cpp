// Memory runs out while networks are built, run and differentiated: at each allocation in turn.

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <utility>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/network_faults.h"
#include "checks/program/choices.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

// Two neurons, then one, on two samples.
Network three_neuron_network() {
  Network network;
  network.widths = {2, 2, 1};
  network.parameters = {1, -1, 0.5, 2, 0.5, 0, 1, 1, 0.25};
  network.samples = {{1, 2}, {-1, 3}};
  network.targets = {{0}, {1}};
  return network;
}

struct Tried {
  std::uint32_t failures = 0;  // runs in which an allocation failed
  Judgement wrong;             // the first that disagrees, or agreement
};

Tried fail_each_allocation(const std::string& name, const Network& network) {
  const cradle_engine& engine = *find_engine(name);
  const Capabilities capabilities = capabilities_of(engine);
  const Lowered lowered = lower(network);
  Tried tried;
  for (std::uint32_t number = 1;; ++number) {
    const Lowered faulty = with_fault(lowered, number);
    const Trace trace = run_network(network, faulty, engine);
    tried.wrong = judge_network_faults(faulty, trace, capabilities);
    if (tried.wrong.verdict != Verdict::agree || number > trace.end.allocations) return tried;
    ++tried.failures;
  }
}

TEST(NetworkFaults, are_told_and_lose_nothing_on_healthy_engines) {
  std::uint32_t failures = 0;
  for (const char* const engine : {"microcrad:single", "microcrad", "textbook"}) {
    for (std::uint64_t seed = 0; seed < (kSanitized ? 10 : 40); ++seed) {
      SeedChoices choices(seed);
      const Network network = draw_network(choices, 2, 4, 2);
      const Tried tried = fail_each_allocation(engine, network);
      ASSERT_EQ(tried.wrong.verdict, Verdict::agree)
          << engine << ", network " << seed << ": " << tried.wrong.message;
      failures += tried.failures;
    }
  }
  std::printf("%u runs in which an allocation failed\n", failures);
  EXPECT_GT(failures, 1000U);
}

TEST(NetworkFaults, are_told_and_lose_nothing_where_two_of_them_meet) {
  const cradle_engine& engine = *find_engine("microcrad:single");
  const Network network = three_neuron_network();
  for (std::uint32_t first = 1; first < 24; ++first) {
    for (std::uint32_t second = first + 1; second < 24; ++second) {
      const Lowered faulty = with_fault(with_fault(lower(network), second), first);
      const Trace trace = run_network(network, faulty, engine);
      const Judgement judgement = judge_network_faults(faulty, trace, capabilities_of(engine));
      EXPECT_EQ(judgement.verdict, Verdict::agree) << first << " " << second << judgement.message;
    }
  }
}

TEST(NetworkFaults, that_lose_something_are_found) {
  EXPECT_EQ(fail_each_allocation("textbook", three_neuron_network()).wrong.verdict, Verdict::agree);
  for (const char* const bug : {"leak_on_failure", "leak_on_backward_failure"}) {
    const Judgement wrong =
        fail_each_allocation(std::string("faulty:") + bug, three_neuron_network()).wrong;
    EXPECT_EQ(wrong.verdict, Verdict::disagree) << bug;
    EXPECT_NE(wrong.message.find("should be"), std::string::npos) << bug << ": " << wrong.message;
  }
}

class BentNetwork : public testing::Test {
 protected:
  const cradle_engine& engine_ = *find_engine("microcrad:single");
  const Capabilities capabilities_ = capabilities_of(engine_);
  const Lowered lowered_ = with_fault(lower(three_neuron_network()), 1'000'000);
  Trace trace_ = run_network(three_neuron_network(), lowered_, engine_);

  Judgement judge() const { return judge_network_faults(lowered_, trace_, capabilities_); }
  void expect_wrong(const std::string& message) const {
    EXPECT_EQ(judge().verdict, Verdict::disagree);
    EXPECT_NE(judge().message.find(message), std::string::npos) << judge().message;
  }
};

TEST_F(BentNetwork, is_right_as_it_was) { EXPECT_EQ(judge().verdict, Verdict::agree); }

TEST_F(BentNetwork, is_refused_where_any_part_is_missing) {
  for (NodeId node = 0; node < lowered_.program.code.size(); ++node) {
    const bool is_parameter = node < lowered_.parameter_count;
    if (!is_parameter && lowered_.program.code[node].op != Op::neuron) continue;
    trace_.made[node] = false;
    SCOPED_TRACE(node);
    expect_wrong("a part of a network was made");
    trace_.made[node] = true;
  }
}

TEST_F(BentNetwork, is_refused_where_a_part_of_the_loss_is_missing) {
  std::size_t parts = 0;
  for (NodeId node = lowered_.first_output[0] + 1; node < lowered_.program.code.size(); ++node) {
    if (lowered_.program.code[node].op == Op::neuron) continue;
    trace_.made[node] = false;
    EXPECT_EQ(judge().verdict, Verdict::disagree) << node;
    trace_.made[node] = true;
    ++parts;
  }
  EXPECT_GT(parts, 1U);
  EXPECT_EQ(judge().verdict, Verdict::agree);
}

TEST_F(BentNetwork, is_refused_where_it_was_made_though_an_input_is_missing) {
  trace_.made[lowered_.first_input.back()] = false;
  expect_wrong("a network was run on an input that is NULL");
}

TEST_F(BentNetwork, is_refused_where_its_loss_is_missing_without_a_reason) {
  trace_.after.front().status = -1;  // the fault was not accepted
  const NodeId first = lowered_.first_output.back() + 1;
  for (NodeId node = first; node < trace_.made.size(); ++node) {
    bool has_operands = node != first;
    for_each_operand(lowered_.program.code[node], [&](std::uint32_t, NodeId operand) {
      has_operands = has_operands && trace_.made[operand];
    });
    trace_.made[node] = has_operands;
  }
  expect_wrong("the engine gave NULL without a reason");
}

TEST_F(BentNetwork, is_refused_where_nothing_explains_a_failure) {
  trace_.after.front().status = -1;  // the fault was not accepted
  trace_.after.back().status = -1;
  expect_wrong("backward failed without a reason");
}

TEST_F(BentNetwork, is_refused_where_a_failed_backward_has_changed_a_gradient) {
  trace_.after.back().status = -1;
  expect_wrong("a backward that failed has changed it");
  EXPECT_EQ(judge().expected, 0);
  EXPECT_NE(judge().got, 0);
}

TEST_F(BentNetwork, is_not_judged_by_gradients_that_cannot_be_read) {
  trace_.after.back().status = -1;
  for (NodeState& state : trace_.after.back().nodes) state.readable &= ~NodeState::kGrad;
  EXPECT_EQ(judge().message.find("has changed it"), std::string::npos) << judge().message;
}

TEST_F(BentNetwork, is_refused_where_a_count_is_off) {
  ++trace_.after.back().nodes.front().count;
  expect_wrong("its reference count is");
  EXPECT_EQ(judge().got, judge().expected + 1);
}

TEST_F(BentNetwork, is_refused_where_something_lives_on) {
  trace_.end.live = 1;
  expect_wrong("1 nodes are alive after everything was released");
}

TEST_F(BentNetwork, may_live_on_where_an_engine_gives_nothing_back_by_itself) {
  trace_.end.live = 1;
  for (const ReleaseKind kind : {ReleaseKind::never, ReleaseKind::by_backward,
                                 ReleaseKind::global_reset, ReleaseKind::whole_graph}) {
    Capabilities other = capabilities_;
    other.release = kind;
    EXPECT_EQ(judge_network_faults(lowered_, trace_, other).verdict,
              kind == ReleaseKind::whole_graph ? Verdict::disagree : Verdict::agree);
  }
}

TEST_F(BentNetwork, is_not_judged_by_counts_that_cannot_be_read) {
  NodeState& state = trace_.after.back().nodes.front();
  ++state.count;
  state.readable &= ~NodeState::kCount;
  trace_.end.live = kUnreadable;
  EXPECT_EQ(judge().verdict, Verdict::agree) << judge().message;
}

}  // namespace
}  // namespace cradle
