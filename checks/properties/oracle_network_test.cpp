// Networks: an engine's own one, its interior hidden, against the lowered program.

#include <gtest/gtest.h>

#include <cmath>

#include "checks/oracles/global.h"
#include "checks/oracles/network.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

Network sample_network(std::uint64_t index, std::uint32_t sample_count_max = 1) {
  SeedChoices choices(case_seed(kSampleSeed, 99, index));
  return draw_network(choices, 3, 8, sample_count_max);
}

// What a network shows of itself: inputs, parameters, outputs and the loss.
Trace network_trace(const Network& network, const Lowered& lowered, const Hand& hand = {}) {
  Trace trace = trace_by_hand(lowered.program, hand);
  for (std::size_t sample = 0; sample < network.samples.size(); ++sample) {
    const NodeId hidden = lowered.first_input[sample] + network.widths.front();
    for (NodeId node = hidden; node < lowered.first_output[sample]; ++node) {
      trace.after[0].nodes[node] = {};
    }
  }
  return trace;
}

TEST(OracleNetwork, agrees_with_a_plain_engine) {
  std::size_t inconclusive = 0;
  for (std::uint64_t index = 0; index < 2'000; ++index) {
    const Network network = sample_network(index, 3);
    const Lowered lowered = lower(network);
    const Trace trace = trace_by_hand(lowered.program);
    const Judgement judgement = judge_network(lowered, trace, &trace, hand_capabilities());
    ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message << "\n"
                                                    << print(lowered.program);
    inconclusive += judgement.verdict == Verdict::inconclusive ? 1 : 0;
  }
  EXPECT_LE(inconclusive, 20u);
}

TEST(OracleNetwork, agrees_with_any_order_of_summation_where_none_is_promised) {
  Capabilities capabilities = hand_capabilities();
  capabilities.neuron_in_order = false;
  Hand hand;
  hand.ascending = hand.fused = true;
  for (std::uint64_t index = 0; index < 1'000; ++index) {
    const Network network = sample_network(index);
    const Lowered lowered = lower(network);
    const Judgement judgement =
        judge_network(lowered, network_trace(network, lowered, hand), nullptr, capabilities);
    ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message << "\n"
                                                    << print(lowered.program);
  }
}

// A number that is `part` of its radius away from the reference.
double moved(const Float128& centre, double radius, double part) {
  return static_cast<double>(centre + Float128(part) * radius);
}

TEST(OracleNetwork, refuses_just_beyond_the_radius_and_not_before) {
  std::size_t asked = 0;
  for (std::uint64_t index = 0; index < 300; ++index) {
    const Network network = sample_network(index);
    const Lowered lowered = lower(network);
    const GlobalReference reference = global_reference(lowered.program, hand_capabilities());
    if (!reference.decided) continue;
    const Trace right = network_trace(network, lowered);
    const NodeId node = lowered.parameter_count - 1;
    const double radius = reference.gradient_radius[node];
    const double grad = static_cast<double>(reference.gradient[node]);
    if (radius < 16 * ulp_of(grad)) continue;  // to be told from its neighbours
    ++asked;
    for (const double part : {-1.1, -0.9, 0.9, 1.1}) {
      Trace trace = right;
      trace.after[0].nodes[node].grad = moved(reference.gradient[node], radius, part);
      const Judgement judgement = judge_network(lowered, trace, nullptr, hand_capabilities());
      EXPECT_EQ(judgement.verdict, std::fabs(part) < 1 ? Verdict::agree : Verdict::disagree)
          << part << " of the radius\n"
          << print(lowered.program);
    }
  }
  EXPECT_GT(asked, 20u);
}

// A network with an open gate all the way, so that nothing is 0.
Network open_network() {
  Network network;
  network.widths = {2, 2, 1};
  network.parameters = {0.3, 0.7, 0.1, 0.2, 0.9, 0.4, 0.6, 0.8, 0.5};
  network.samples = {{1.1, 1.3}};
  network.targets = {{0.25}};
  return network;
}

TEST(OracleNetwork, finds_a_wrong_output_parameter_or_input) {
  const Network network = open_network();
  const Lowered lowered = lower(network);
  const Trace right = network_trace(network, lowered);
  const Trace own = trace_by_hand(lowered.program);
  ASSERT_EQ(judge_network(lowered, right, &own, hand_capabilities()).verdict, Verdict::agree);

  Trace trace = right;
  trace.after[0].nodes[lowered.first_output[0]].data *= 1 + 1e-12;
  EXPECT_EQ(judge_network(lowered, trace, nullptr, hand_capabilities()).kind, Kind::value);

  for (NodeId node = 0; node < 11; ++node) {  // nine parameters, two inputs
    trace = right;
    trace.after[0].nodes[node].grad *= 1 + 1e-12;
    const Judgement judgement = judge_network(lowered, trace, nullptr, hand_capabilities());
    EXPECT_EQ(judgement.verdict, Verdict::disagree) << node;
    EXPECT_EQ(judgement.kind, Kind::gradient);
    EXPECT_EQ(judgement.node, node);
    EXPECT_LE(judgement.lower, judgement.expected);
    EXPECT_LE(judgement.expected, judgement.upper);
    EXPECT_LT(judgement.upper, judgement.got);
    const std::string role = node < 9 ? "parameter " + std::to_string(node) : "an input";
    EXPECT_NE(judgement.message.find("(the gradient of " + role + " is not that of the network)"),
              std::string::npos)
        << judgement.message;
  }
}

TEST(OracleNetwork, wants_the_same_bits_as_the_lowered_network_where_order_is_promised) {
  const Network network = open_network();
  const Lowered lowered = lower(network);
  const Trace own = trace_by_hand(lowered.program);
  Trace trace = network_trace(network, lowered);
  NodeState& weight = trace.after[0].nodes[3];
  weight.grad = std::nextafter(weight.grad, 1e9);
  EXPECT_EQ(judge_network(lowered, trace, nullptr, hand_capabilities()).verdict, Verdict::agree);
  const Judgement judgement = judge_network(lowered, trace, &own, hand_capabilities());
  EXPECT_EQ(judgement.node, 3u);
  EXPECT_EQ(judgement.kind, Kind::gradient);
  EXPECT_NE(
      judgement.message.find("(the gradient of parameter 3 differs from the lowered network's)"),
      std::string::npos)
      << judgement.message;
  Capabilities capabilities = hand_capabilities();
  capabilities.neuron_in_order = false;
  EXPECT_EQ(judge_network(lowered, trace, &own, capabilities).verdict, Verdict::agree);

  Trace beside = own;  // a value alone
  double& output = beside.after[0].nodes[lowered.first_output[0]].data;
  output = std::nextafter(output, 1e9);
  const Judgement other =
      judge_network(lowered, network_trace(network, lowered), &beside, hand_capabilities());
  EXPECT_EQ(other.verdict, Verdict::disagree);
}

TEST(OracleNetwork, finds_an_unmade_network_a_failed_backward_and_a_changed_parameter) {
  const Network network = open_network();
  const Lowered lowered = lower(network);
  const Trace right = network_trace(network, lowered);
  Trace trace = right;
  trace.made[lowered.first_output[0]] = false;
  EXPECT_EQ(judge_network(lowered, trace, nullptr, hand_capabilities()).kind, Kind::memory);
  trace = right;
  trace.after[0].status = -1;
  EXPECT_EQ(judge_network(lowered, trace, nullptr, hand_capabilities()).verdict, Verdict::disagree);
  trace = right;
  trace.after[0].nodes[4].data = 0.5;
  EXPECT_EQ(judge_network(lowered, trace, nullptr, hand_capabilities()).kind, Kind::value);
  trace.death = Death::signal;
  EXPECT_EQ(judge_network(lowered, trace, nullptr, hand_capabilities()).kind, Kind::memory);
}

TEST(OracleNetwork, is_inconclusive_beside_a_kink_and_judges_bits_there_nevertheless) {
  Network network = open_network();
  network.parameters = {0.1, 0.2, -0.3, 0.2, 0.9, 0.4, 0.6, 0.8, 0.5};
  network.samples = {{1, 1}};
  const Lowered lowered = lower(network);
  const Trace trace = trace_by_hand(lowered.program);
  EXPECT_EQ(judge_network(lowered, trace, nullptr, hand_capabilities()).verdict,
            Verdict::inconclusive);
  EXPECT_EQ(judge_network(lowered, trace, &trace, hand_capabilities()).verdict, Verdict::agree);
}

Network checked_network(std::uint64_t index) {
  SeedChoices choices(case_seed(kSampleSeed, 98, index));
  return draw_checked_network(choices, kSpecificationOps);
}

// Batches, losses and kinks of all kinds: GLOBAL alone decides nearly all of them, since sums on a
// grid do not round.
TEST(OracleNetwork, decides_batches_losses_and_exact_kinks) {
  std::size_t inconclusive = 0;
  for (std::uint64_t index = 0; index < 1'000; ++index) {
    const Network network = checked_network(index);
    const Lowered lowered = lower(network);
    const Judgement judgement =
        judge_network(lowered, network_trace(network, lowered), nullptr, hand_capabilities());
    ASSERT_NE(judgement.verdict, Verdict::disagree) << index << ": " << judgement.message;
    inconclusive += judgement.verdict == Verdict::inconclusive ? 1 : 0;
  }
  EXPECT_EQ(inconclusive, 0u);
}

Capabilities without_neurons() {
  Capabilities capabilities = hand_capabilities();
  capabilities.ops &= ~bit(Op::neuron);
  return capabilities;
}

TEST(OracleNetwork, agrees_beside_parts_where_there_is_no_such_op) {
  for (std::uint64_t index = 0; index < 300; ++index) {
    const Network network = checked_network(index);
    const Lowered lowered = lower(network);
    const Trace parts = trace_by_hand(beside_network(lowered, without_neurons().ops));
    const Judgement judgement =
        judge_network(lowered, network_trace(network, lowered), &parts, without_neurons());
    ASSERT_EQ(judgement.verdict, Verdict::agree) << index << ": " << judgement.message;
  }
}

// Expects that the run beside it is refused where the gradient of a node is a little off.
void expect_refused_beside(const Lowered& lowered, const Trace& own, const Trace& right,
                           NodeId node, const Capabilities& capabilities) {
  Trace bent = right;
  bent.after[0].nodes[node].grad *= 1 + 1e-13;
  const Judgement judgement = judge_network(lowered, own, &bent, capabilities);
  EXPECT_EQ(judgement.verdict, Verdict::disagree) << node;
  EXPECT_NE(judgement.message.find("op by op"), std::string::npos) << judgement.message;
  EXPECT_NE(judgement.message.find('%'), std::string::npos) << judgement.message;
}

TEST(OracleNetwork, judges_the_run_beside_it_node_by_node) {
  const Network network = open_network();
  const Lowered lowered = lower(network);
  const Trace own = network_trace(network, lowered);
  for (const Capabilities& capabilities : {hand_capabilities(), without_neurons()}) {
    const Program program = beside_network(lowered, capabilities.ops);
    const Trace right = trace_by_hand(program);
    ASSERT_EQ(judge_network(lowered, own, &right, capabilities).verdict, Verdict::agree);
    for (NodeId node = 0; node < program.code.size(); ++node) {
      expect_refused_beside(lowered, own, right, node, capabilities);
    }
    Trace dead = right;
    dead.death = Death::signal;
    EXPECT_EQ(judge_network(lowered, own, &dead, capabilities).verdict, Verdict::disagree);
  }
}

// Where the adjoints of its nodes cannot be read, its parameters' gradients still can.
TEST(OracleNetwork, judges_the_run_beside_it_by_the_parameters_alone) {
  const Network network = open_network();
  const Lowered lowered = lower(network);
  const Trace own = network_trace(network, lowered);
  const Program program = beside_network(lowered, without_neurons().ops);
  Trace right = trace_by_hand(program);
  for (NodeId node = 0; node < program.code.size(); ++node) {
    NodeState& state = right.after[0].nodes[node];
    if (program.code[node].op != Op::input) state.readable &= ~NodeState::kGrad;
  }
  Capabilities capabilities = without_neurons();
  capabilities.neuron_in_order = false;
  ASSERT_EQ(judge_network(lowered, own, &right, capabilities).verdict, Verdict::agree);
  for (NodeId parameter = 0; parameter < network.parameters.size(); ++parameter) {
    expect_refused_beside(lowered, own, right, parameter, capabilities);
  }
}

// What a sample of a batch adds to a shared parameter matters, however many samples there are.
TEST(OracleNetwork, wants_every_sample_of_a_batch) {
  for (const Loss loss :
       {Loss::sum, Loss::squared_error, Loss::likelihood, Loss::likelihood_shifted}) {
    Network network = open_network();
    network.widths = {2, 2, 2};
    network.parameters = {0.3, 0.7, 0.1, 0.2, 0.9, 0.4, 0.6, 0.8, 0.5, 0.7, 0.2, 0.9};
    network.samples = {{1.1, 1.3}, {0.3, 1.7}, {0.9, 0.2}};
    network.targets = {{1, 0}, {0, 1}, {0, 1}};
    network.loss = loss;
    const Lowered lowered = lower(network);
    const Trace right = network_trace(network, lowered);
    ASSERT_EQ(judge_network(lowered, right, &right, hand_capabilities()).verdict, Verdict::agree);
    for (NodeId parameter = 0; parameter < 12; ++parameter) {
      Network alone = network;  // what the last two samples leave
      alone.samples.erase(alone.samples.begin());
      alone.targets.erase(alone.targets.begin());
      const double less = trace_by_hand(lower(alone).program).after[0].nodes[parameter].grad;
      Trace trace = right;
      trace.after[0].nodes[parameter].grad = less;
      EXPECT_EQ(judge_network(lowered, trace, nullptr, hand_capabilities()).verdict,
                Verdict::disagree)
          << static_cast<int>(loss) << ' ' << parameter;
    }
  }
}

}  // namespace
}  // namespace cradle
