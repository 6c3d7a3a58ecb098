// Networks as programs, and neurons as mul, add and relu.

#include "checks/program/lower.h"

#include <cassert>

#include "checks/program/numbers.h"

namespace cradle {
namespace {

NodeId push(Program& program, const Instruction& instruction) {
  program.code.push_back(instruction);
  return static_cast<NodeId>(program.code.size() - 1);
}

NodeId input(Program& program, double value) {
  Instruction instruction;
  instruction.immediate = canonical(value);
  return push(program, instruction);
}

NodeId apply(Program& program, Op op, NodeId lhs, NodeId rhs = 0, double immediate = 0) {
  Instruction instruction;
  instruction.op = op;
  instruction.operands = {lhs, rhs, 0};
  instruction.immediate = immediate;
  return push(program, instruction);
}

// The neurons of all layers on one sample; returns the first output.
NodeId forward(const Network& network, NodeId parameter, NodeId first_x, Program& program) {
  for (std::size_t layer = 1; layer < network.widths.size(); ++layer) {
    const std::uint32_t width_in = network.widths[layer - 1];
    const NodeId first_out = static_cast<NodeId>(program.code.size());
    Instruction neuron;
    neuron.op = Op::neuron;
    neuron.count = static_cast<std::uint16_t>(width_in);
    neuron.linear = network.last_layer_linear && layer + 1 == network.widths.size();
    for (std::uint32_t k = 0; k < network.widths[layer]; ++k, parameter += width_in + 1) {
      neuron.operands = {first_x, parameter, parameter + width_in};
      push(program, neuron);
    }
    first_x = first_out;
  }
  return first_x;
}

// (y - t)^2 as micrograd builds it: add the negated target, then the power 2.
void add_loss(const Network& network, const Lowered& lowered, Program& program) {
  NodeId total = 0;
  bool any = false;
  for (std::size_t sample = 0; sample < network.samples.size(); ++sample) {
    for (std::uint32_t k = 0; k < network.widths.back(); ++k) {
      NodeId term = lowered.first_output[sample] + k;
      if (network.loss == Loss::squared_error) {
        const NodeId target = input(program, -network.targets[sample][k]);
        term = apply(program, Op::pow, apply(program, Op::add, term, target), 0, 2);
      }
      total = any ? apply(program, Op::add, total, term) : term;
      any = true;
    }
  }
}

}  // namespace

std::uint32_t parameter_count(const std::vector<std::uint32_t>& widths) {
  std::uint32_t count = 0;
  for (std::size_t layer = 1; layer < widths.size(); ++layer) {
    count += (widths[layer - 1] + 1) * widths[layer];
  }
  return count;
}

Lowered lower(const Network& network) {
  assert(network.widths.size() > 1 && !network.samples.empty());
  assert(network.parameters.size() == parameter_count(network.widths));
  Lowered lowered;
  Program& program = lowered.program;
  lowered.parameter_count = parameter_count(network.widths);
  for (const double parameter : network.parameters) input(program, parameter);
  for (const std::vector<double>& sample : network.samples) {
    lowered.first_input.push_back(static_cast<NodeId>(program.code.size()));
    for (const double x : sample) input(program, x);
    lowered.first_output.push_back(
        forward(network, lowered.first_parameter, lowered.first_input.back(), program));
  }
  if (network.loss != Loss::none) add_loss(network, lowered, program);
  assert(well_formed(program));
  return lowered;
}

void fill_network(Choices& choices, std::uint32_t sample_count, Network& network) {
  // Zero biases now and then put a relu on its kink only where every product is exactly 0.
  const bool zero_biases = choices.below(4) == 0;
  network.parameters.clear();
  for (std::size_t layer = 1; layer < network.widths.size(); ++layer) {
    for (std::uint32_t neuron = 0; neuron < network.widths[layer]; ++neuron) {
      for (std::uint32_t k = 0; k < network.widths[layer - 1]; ++k) {
        network.parameters.push_back(draw_in(choices, -1, 1));
      }
      network.parameters.push_back(zero_biases ? 0 : draw_in(choices, -1, 1));
    }
  }
  network.samples.assign(sample_count, {});
  network.targets.assign(sample_count, {});
  for (std::uint32_t sample = 0; sample < sample_count; ++sample) {
    for (std::uint32_t k = 0; k < network.widths.front(); ++k) {
      network.samples[sample].push_back(draw_in(choices, -2, 2));
    }
    for (std::uint32_t k = 0; k < network.widths.back(); ++k) {
      network.targets[sample].push_back(draw_in(choices, 0, 2));
    }
  }
}

Network draw_network(Choices& choices, std::uint32_t layer_count_max, std::uint32_t width_max,
                     std::uint32_t sample_count_max) {
  Network network;
  const std::uint64_t layer_count = 1 + choices.below(layer_count_max);
  for (std::uint64_t layer = 0; layer <= layer_count; ++layer) {
    network.widths.push_back(static_cast<std::uint32_t>(1 + choices.below(width_max)));
  }
  network.last_layer_linear = choices.below(3) == 0;
  const auto samples = static_cast<std::uint32_t>(1 + choices.below(sample_count_max));
  network.loss = choices.below(4) == 0 ? Loss::sum : Loss::squared_error;
  fill_network(choices, samples, network);
  return network;
}

}  // namespace cradle
