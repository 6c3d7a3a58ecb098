// Graphs by kind: the generator's own profiles, brought to a size.

#include "checks/cradle/calibrate_graphs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "checks/cradle/checks.h"
#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/lower.h"

namespace cradle {
namespace {

// Streams of a calibration stay clear of those of a campaign.
constexpr std::uint64_t kFirstStream = 100;

// The generator counts nodes and a size here is in ops: about one try in three fits. The bound is
// for engines with so few ops that nothing does.
constexpr int kTries = 50;

std::size_t op_count(const Program& program) {
  return static_cast<std::size_t>(
      std::count_if(program.code.begin(), program.code.end(),
                    [](const Instruction& line) { return line.op != Op::input; }));
}

Program of_ops(Choices& choices, GenerateOptions options, std::size_t ops_min,
               std::size_t ops_max) {
  Program program;
  for (int k = 0; k < kTries; ++k) {
    options.nodes_min = ops_min + 1 + choices.below(ops_max + ops_max / 4 - ops_min + 1);
    options.nodes_max = options.nodes_min;
    program = generate(choices, options);
    const std::size_t ops = op_count(program);
    if (ops >= ops_min && ops <= ops_max) break;
  }
  return program;
}

// Adds up what nothing uses. The generator leaves half of a large graph out, because products of
// many things are not safe; sums are.
void join_ends(Program& program) {
  const auto made = static_cast<NodeId>(program.code.size());
  std::vector<bool> used(made, false);
  for (const Instruction& line : program.code) {
    for_each_operand(line, [&](std::uint32_t, NodeId node) { used[node] = true; });
  }
  for (NodeId node = 0; node + 1 < made; ++node) {
    if (used[node]) continue;
    Instruction sum;
    sum.op = Op::add;
    sum.operands = {static_cast<NodeId>(program.code.size() - 1), node, 0};
    program.code.push_back(sum);
  }
}

// How many sums a graph needs is known when it is made: tries come closer to the size wanted.
Program large(Choices& choices, GenerateOptions options, std::uint32_t nodes) {
  options.swarm = false;
  Program program;
  std::size_t made = nodes;
  for (int k = 0; k < kTries; ++k) {
    options.nodes_min = options.nodes_max = made;
    program = generate(choices, options);
    if (contains(options.ops, Op::add)) join_ends(program);
    const std::size_t size = program.code.size();
    if (size <= nodes + nodes / 20 && size + nodes / 20 >= nodes) break;
    const std::size_t sums = size - made;
    made = nodes > sums + 1 ? nodes - sums : 1;
  }
  return program;
}

// No bias is drawn, so a unit whose inputs are all 0 is exactly on its kink.
Program zero_bias(Choices& choices) {
  Network network = draw_network(choices, 3, 6, 2);
  network.last_layer_linear = false;
  std::size_t at = 0;
  for (std::size_t layer = 1; layer < network.widths.size(); ++layer) {
    for (std::uint32_t neuron = 0; neuron < network.widths[layer]; ++neuron) {
      at += network.widths[layer - 1];
      network.parameters[at++] = 0;
    }
  }
  return lower(network).program;
}

// Widths w-w-1: (w + 1) w + w + 1 parameters, w inputs, w + 1 neurons, 4 nodes of the loss.
Program neurons(Choices& choices, std::uint32_t nodes) {
  const double width = std::sqrt(std::max(nodes, 18u) - 2.0) - 2;
  Network network;
  network.widths = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(width), 1};
  network.last_layer_linear = choices.below(2) == 0;
  fill_network(choices, 1, network);
  return lower(network).program;
}

Program drawn(GraphKind kind, Choices& choices, const Capabilities& capabilities,
              std::uint32_t nodes) {
  GenerateOptions options;
  options.ops = capabilities.ops;
  switch (kind) {
    case GraphKind::safe:
      return of_ops(choices, options, 5, 40);
    case GraphKind::small:
      return of_ops(choices, options, 5, 12);
    case GraphKind::plain:
      options.even = true;
      return of_ops(choices, options, 5, 12);
    case GraphKind::large:
      return large(choices, options, nodes);
    case GraphKind::mlp:
      options.profile = Profile::mlp;
      return generate(choices, options);
    case GraphKind::special:
      options.profile = Profile::special;
      return generate(choices, options);
    case GraphKind::wild:
      options.profile = Profile::wild;
      return generate(choices, options);
    case GraphKind::zero_bias:
      return zero_bias(choices);
    case GraphKind::small_neurons:
      return neurons(choices, 18);
    case GraphKind::large_neurons:
      return neurons(choices, nodes);
  }
  return {};
}

}  // namespace

std::string_view name_of(GraphKind kind) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "safe", "large", "mlp", "zero_bias", "special", "wild", "small", "small", "large", "plain"};
  return kNames[static_cast<std::size_t>(kind)];
}

Program make_graph(GraphKind kind, std::uint64_t seed, std::uint64_t index, std::uint32_t nodes,
                   const Capabilities& capabilities) {
  SeedChoices choices(case_seed(seed, kFirstStream + static_cast<std::uint64_t>(kind), index));
  return fitted(drawn(kind, choices, capabilities, nodes), capabilities);
}

Program network_16_32_32_1(std::uint64_t seed, const Capabilities& capabilities) {
  SeedChoices choices(case_seed(seed, kFirstStream - 1, 0));
  Network network;
  network.widths = {16, 32, 32, 1};
  fill_network(choices, 1, network);
  return fitted(lower(network).program, capabilities);
}

}  // namespace cradle
