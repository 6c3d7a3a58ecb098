// Networks as programs, and neurons as mul, add and relu.

#include "checks/program/lower.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "checks/program/execute.h"

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
NodeId forward(const Network& network, NodeId first_x, Program& program) {
  NodeId parameter = 0;
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

// Adds what follows the outputs: each sample's own loss, and their sum.
class Losses {
 public:
  Losses(const Network& network, Lowered& lowered)
      : network_(network), lowered_(lowered), program_(lowered.program) {}

  void add() {
    const bool likelihood =
        network_.loss == Loss::likelihood || network_.loss == Loss::likelihood_shifted;
    // What the outputs will be: the largest of each sample is a constant of the shifted form.
    if (network_.loss == Loss::likelihood_shifted) values_ = execute<double>(program_);
    if (likelihood) minus_one_ = input(program_, -1);
    for (std::size_t sample = 0; sample < network_.samples.size(); ++sample) {
      if (likelihood) {
        add_to(total_, negative_log_likelihood(sample));
      } else {
        add_outputs(sample);
      }
    }
    if (likelihood && network_.samples.size() > 1) {
      const NodeId share = input(program_, 1 / static_cast<double>(network_.samples.size()));
      apply(program_, Op::mul, *total_, share);
    }
  }

 private:
  void add_to(std::optional<NodeId>& sum, NodeId term) {
    sum = sum ? apply(program_, Op::add, *sum, term) : term;
  }

  NodeId output(std::size_t sample, std::uint32_t k) const {
    return lowered_.first_output[sample] + k;
  }

  // y, or (y - t)^2 as micrograd builds it: add the negated target, then the power 2.
  void add_outputs(std::size_t sample) {
    for (std::uint32_t k = 0; k < network_.widths.back(); ++k) {
      NodeId term = output(sample, k);
      if (network_.loss == Loss::squared_error) {
        const NodeId target = input(program_, -network_.targets[sample][k]);
        term = apply(program_, Op::pow, apply(program_, Op::add, term, target), 0, 2);
      }
      add_to(total_, term);
    }
  }

  // log(sum exp z) - z[class], where z is y, or y minus the largest y as a constant.
  NodeId negative_log_likelihood(std::size_t sample) {
    const std::vector<double>& target = network_.targets[sample];
    const auto chosen =
        static_cast<std::uint32_t>(std::max_element(target.begin(), target.end()) - target.begin());
    const std::optional<NodeId> shift = minus_largest(sample);
    std::optional<NodeId> sum;
    NodeId of_chosen = 0;
    for (std::uint32_t k = 0; k < network_.widths.back(); ++k) {
      NodeId z = output(sample, k);
      if (shift) z = apply(program_, Op::add, z, *shift);
      if (k == chosen) of_chosen = z;
      add_to(sum, apply(program_, Op::exp, z));
    }
    const NodeId log = apply(program_, Op::log, *sum);
    return apply(program_, Op::add, log, apply(program_, Op::mul, of_chosen, minus_one_));
  }

  std::optional<NodeId> minus_largest(std::size_t sample) {
    if (network_.loss != Loss::likelihood_shifted) return std::nullopt;
    double largest = values_[output(sample, 0)];
    for (std::uint32_t k = 1; k < network_.widths.back(); ++k) {
      largest = std::max(largest, values_[output(sample, k)]);
    }
    return input(program_, -largest);
  }

  const Network& network_;
  const Lowered& lowered_;
  Program& program_;
  std::vector<double> values_;
  NodeId minus_one_ = 0;
  std::optional<NodeId> total_;
};

}  // namespace

std::uint32_t parameter_count(const std::vector<std::uint32_t>& widths) {
  std::uint32_t count = 0;
  for (std::size_t layer = 1; layer < widths.size(); ++layer) {
    count += (widths[layer - 1] + 1) * widths[layer];
  }
  return count;
}

std::uint32_t nodes_of_sample(const std::vector<std::uint32_t>& widths) {
  std::uint32_t count = 0;
  for (const std::uint32_t width : widths) count += width;
  return count;
}

OpSet ops_of(Loss loss) {
  switch (loss) {
    case Loss::none:
      return 0;
    case Loss::sum:
      return bit(Op::add);
    case Loss::squared_error:
      return bit(Op::add) | bit(Op::pow);
    case Loss::likelihood:
    case Loss::likelihood_shifted:
      return bit(Op::add) | bit(Op::mul) | bit(Op::exp) | bit(Op::log);
  }
  return 0;
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
    lowered.first_output.push_back(forward(network, lowered.first_input.back(), program));
  }
  if (network.loss != Loss::none) Losses(network, lowered).add();
  assert(well_formed(program));
  return lowered;
}

}  // namespace cradle
