// Laws of lowering and expanding networks: where things are, what they compute against loops
// written from the definition, and that a neuron and its parts agree bit for bit.

#include "checks/program/lower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "checks/program/execute.h"
#include "checks/program/ledger.h"
#include "checks/program/verbs.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

bool same_bits(double lhs, double rhs) {
  return std::bit_cast<std::uint64_t>(lhs) == std::bit_cast<std::uint64_t>(rhs);
}

// The network on one sample, from the definition: relu(b + sum of w x), layer by layer.
std::vector<double> forward(const Network& network, std::vector<double> x) {
  std::size_t parameter = 0;
  for (std::size_t layer = 1; layer < network.widths.size(); ++layer) {
    const bool linear = network.last_layer_linear && layer + 1 == network.widths.size();
    std::vector<double> y;
    for (std::uint32_t neuron = 0; neuron < network.widths[layer]; ++neuron) {
      double sum = network.parameters[parameter + x.size()];
      for (std::size_t k = 0; k < x.size(); ++k) sum += network.parameters[parameter + k] * x[k];
      parameter += x.size() + 1;
      y.push_back(linear || sum > 0 ? sum : 0);
    }
    x = y;
  }
  return x;
}

Network network_of(std::uint64_t seed) {
  SeedChoices choices(seed);
  return draw_network(choices, 3, 5, 3);
}

RC_GTEST_PROP(Lower, computes_what_the_network_does, (std::uint64_t seed)) {
  const Network network = network_of(seed);
  const Lowered lowered = lower(network);
  const std::vector<double> values = execute<double>(lowered.program);
  double total = 0;
  for (std::size_t sample = 0; sample < network.samples.size(); ++sample) {
    const std::vector<double> expected = forward(network, network.samples[sample]);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const double output = values[lowered.first_output[sample] + k];
      RC_ASSERT(output == expected[k]);
      const double difference = output - network.targets[sample][k];
      total += network.loss == Loss::sum ? output : difference * difference;
    }
  }
  RC_ASSERT(std::fabs(values.back() - total) <= 1e-12 * (1 + std::fabs(total)));
}

// The loss of a network from its definition; the outputs as lowered, so that only the loss is new.
double loss_of(const Network& network, const std::vector<std::vector<double>>& outputs) {
  double total = 0;
  for (std::size_t sample = 0; sample < outputs.size(); ++sample) {
    const std::vector<double>& y = outputs[sample];
    const std::vector<double>& t = network.targets[sample];
    double exponentials = 0;
    for (std::size_t k = 0; k < y.size(); ++k) {
      if (network.loss == Loss::sum) total += y[k];
      if (network.loss == Loss::squared_error) total += (y[k] - t[k]) * (y[k] - t[k]);
      exponentials += std::exp(y[k]);
    }
    if (network.loss == Loss::likelihood || network.loss == Loss::likelihood_shifted) {
      const auto chosen =
          static_cast<std::size_t>(std::max_element(t.begin(), t.end()) - t.begin());
      total += (std::log(exponentials) - y[chosen]) / static_cast<double>(outputs.size());
    }
  }
  return network.loss == Loss::none ? outputs.back().back() : total;
}

TEST(Lower, computes_every_loss) {
  SeedChoices choices(3);
  std::map<Loss, int> seen;
  for (int round = 0; round < 2'000; ++round) {
    const Network network = draw_checked_network(choices, kSpecificationOps);
    const Lowered lowered = lower(network);
    ASSERT_TRUE(well_formed(lowered.program));
    const std::vector<double> values = execute<double>(lowered.program);
    std::vector<std::vector<double>> outputs;
    for (std::size_t sample = 0; sample < network.samples.size(); ++sample) {
      outputs.push_back(forward(network, network.samples[sample]));
      for (std::size_t k = 0; k < outputs.back().size(); ++k) {
        ASSERT_EQ(outputs.back()[k], values[lowered.first_output[sample] + k]);
      }
      ASSERT_EQ(lowered.first_output[sample] - lowered.first_output[0],
                sample * nodes_of_sample(network.widths));
    }
    const double expected = loss_of(network, outputs);
    ASSERT_NEAR(values.back(), expected, 1e-11 * (1 + std::fabs(expected)));
    ++seen[network.loss];
  }
  for (const auto& [loss, count] : seen) EXPECT_GT(count, 100) << static_cast<int>(loss);
  EXPECT_EQ(seen.size(), 5u);
}

RC_GTEST_PROP(Lower, parameters_and_samples_are_inputs_where_lowered_says, (std::uint64_t seed)) {
  const Network network = network_of(seed);
  const Lowered lowered = lower(network);
  RC_ASSERT(lowered.parameter_count == parameter_count(network.widths));
  RC_ASSERT(lowered.parameter_count == network.parameters.size());
  const auto expect_inputs = [&](NodeId first, const std::vector<double>& numbers) {
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      RC_ASSERT(lowered.program.code[first + k].op == Op::input);
      RC_ASSERT(lowered.program.code[first + k].immediate == numbers[k]);
    }
  };
  expect_inputs(0, network.parameters);
  for (std::size_t sample = 0; sample < network.samples.size(); ++sample) {
    expect_inputs(lowered.first_input[sample], network.samples[sample]);
  }
  RC_ASSERT(is_pure(lowered.program));
  RC_ASSERT(well_formed(lowered.program));
}

TEST(Lower, a_network_without_loss_ends_with_its_outputs) {
  SeedChoices choices(1);
  Network network;
  network.widths = {3, 4, 2};
  network.last_layer_linear = true;
  network.loss = Loss::none;
  fill_network(choices, 2, network);
  const Lowered lowered = lower(network);
  EXPECT_EQ(parameter_count(network.widths), 4u * 4 + 5u * 2);
  EXPECT_EQ(lowered.program.code.size(), 26u + 2 * (3 + 4 + 2));
  EXPECT_EQ(lowered.first_output[1], lowered.program.code.size() - 2);
  for (NodeId k = 0; k < 2; ++k) {
    EXPECT_TRUE(lowered.program.code[lowered.first_output[1] + k].linear);
    EXPECT_FALSE(lowered.program.code[lowered.first_output[1] - 4 + k].linear);
  }
}

TEST(Lower, drawn_networks_stay_within_what_was_asked) {
  SeedChoices choices(2);
  bool linear = false, deep = false, wide = false;
  for (int k = 0; k < 500; ++k) {
    const Network network = draw_network(choices, 3, 6, 2);
    EXPECT_GE(network.widths.size(), 2u);
    EXPECT_LE(network.widths.size(), 4u);
    for (const std::uint32_t width : network.widths) {
      EXPECT_GE(width, 1u);
      EXPECT_LE(width, 6u);
      wide = wide || width == 6;
    }
    linear = linear || network.last_layer_linear;
    deep = deep || network.widths.size() == 4;
    EXPECT_LE(network.samples.size(), 2u);
    EXPECT_EQ(network.targets.size(), network.samples.size());
  }
  EXPECT_TRUE(linear && deep && wide);
}

void expect_same_values(const Program& program) {
  std::vector<NodeId> renumbered;
  const Program expanded = expand(program, &renumbered);
  ASSERT_TRUE(well_formed(expanded));
  ASSERT_EQ(renumbered.size(), program.code.size());
  ASSERT_EQ(is_pure(program), is_pure(expanded));
  const std::vector<double> fused = execute<double>(program);
  const std::vector<double> parts = execute<double>(expanded);
  for (const Instruction& instruction : expanded.code) ASSERT_NE(instruction.op, Op::neuron);
  for (NodeId node = 0; node < program.code.size(); ++node) {
    const double expected = fused[node];
    const double got = parts[renumbered[node]];
    ASSERT_TRUE(same_bits(canonical(expected), canonical(got)))
        << '%' << node << ": " << expected << " and " << got << "\n"
        << print(program);
  }
}

TEST(Expand, computes_the_values_of_neurons_bit_for_bit) {
  for (const VerbSet verbs : {VerbSet{0}, kAllVerbs}) {
    GenerateOptions options;
    options.profile = Profile::mlp;
    options.ops = kAllOps;
    options.verbs = verbs;
    for (std::uint64_t k = 0; k < 2000; ++k) {
      expect_same_values(sample(options, k));
      ASSERT_FALSE(HasFatalFailure());
    }
  }
}

// The ledger after all actions.
Ledger settled(const Program& program) {
  Ledger ledger(program);
  std::size_t next = 0;
  for (NodeId position = 0; position <= program.code.size(); ++position) {
    for (; next < program.actions.size() && program.actions[next].position == position; ++next) {
      const Action& action = program.actions[next];
      if (action.verb == Verb::retain) ledger.retain(action.target);
      if (action.verb == Verb::release || action.verb == Verb::misuse_over_release) {
        ledger.release(action.target);
      }
    }
    if (position < program.code.size()) ledger.make();
  }
  return ledger;
}

TEST(Expand, keeps_every_reference_count_and_holds_no_part) {
  GenerateOptions options;
  options.ops = bit(Op::neuron) | bit(Op::add) | bit(Op::exp);
  options.verbs = kAllVerbs;
  int neurons = 0;
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const Program program = sample(options, k);
    std::vector<NodeId> renumbered;
    const Program expanded = expand(program, &renumbered);
    const Ledger fused = settled(program);
    const Ledger parts = settled(expanded);
    std::vector<bool> is_part(expanded.code.size(), true);
    for (NodeId node = 0; node < program.code.size(); ++node) {
      neurons += program.code[node].op == Op::neuron;
      is_part[renumbered[node]] = false;
      ASSERT_EQ(parts.held(renumbered[node]), fused.held(node)) << print(program);
      ASSERT_EQ(parts.count(renumbered[node]), fused.count(node)) << print(program);
    }
    for (NodeId node = 0; node < expanded.code.size() && !is_pure(program); ++node) {
      ASSERT_TRUE(!is_part[node] || parts.held(node) == 0) << print(program);
    }
  }
  EXPECT_GT(neurons, 1000);
}

TEST(Expand, gives_the_documented_order) {
  const Program program = parse(
                              "%0 = input 1\n%1 = input 2\n%2 = input 3\n%3 = neuron %0 %1 %2 "
                              "2\n%4 = neuron %0 %1 %3 1 linear\n"
                              "backward %4\nrelease %3\n",
                              "t")
                              .program;
  EXPECT_EQ(print(expand(program)),
            "%0 = input 1\n%1 = input 2\n%2 = input 3\n"
            "%3 = mul %1 %0\n%4 = add %2 %3\n%5 = mul %2 %1\n%6 = add %4 %5\n%7 = relu %6\n"
            "release %3\nrelease %4\nrelease %5\nrelease %6\n"
            "%8 = mul %1 %0\n%9 = add %7 %8\nrelease %8\n"
            "backward %9\nrelease %7\n");
}

RC_GTEST_PROP(Expand, leaves_programs_without_neurons_alone, (const PureProgram& pure)) {
  RC_ASSERT(expand(pure.program) == pure.program);
}

}  // namespace
}  // namespace cradle
