// Expanding families. Values stay finite at any size, so that a wrong answer is the engine's.

#include "checks/program/families.h"

#include "checks/program/choices.h"
#include "checks/program/limits.h"
#include "checks/program/lower.h"

namespace cradle {
namespace {

NodeId new_input(Program& program, double value) {
  Instruction instruction;
  instruction.immediate = value;
  program.code.push_back(instruction);
  return static_cast<NodeId>(program.code.size() - 1);
}

NodeId new_binary(Program& program, Op op, NodeId lhs, NodeId rhs) {
  Instruction instruction;
  instruction.op = op;
  instruction.operands = {lhs, rhs, 0};
  program.code.push_back(instruction);
  return static_cast<NodeId>(program.code.size() - 1);
}

// x runs through 0.5, 1.5, -1.5, -0.5, 0.5, ...: exact, and so are all gradients.
Program chain(std::uint64_t nodes) {
  Program program;
  NodeId x = new_input(program, 0.5);
  if (nodes == 1) return program;
  const NodeId b = new_input(program, 1);
  if (nodes == 2) return program;
  const NodeId c = new_input(program, -1);
  while (program.code.size() < nodes) {
    x = program.code.size() % 2 == 1 ? new_binary(program, Op::add, x, b)
                                     : new_binary(program, Op::mul, x, c);
  }
  return program;
}

Program ladder(std::uint64_t levels) {
  Program program;
  NodeId x = new_input(program, 1.5);
  const NodeId half = new_input(program, 0.5);
  for (std::uint64_t level = 0; level < levels; ++level) {
    const NodeId left = new_binary(program, Op::mul, x, half);
    const NodeId right = new_binary(program, Op::mul, x, half);
    x = new_binary(program, Op::add, left, right);
  }
  return program;
}

Program fan_out(std::uint64_t uses) {
  Program program;
  const NodeId x = new_input(program, 1.5);
  const NodeId c = new_input(program, 2);
  std::vector<NodeId> row;
  for (std::uint64_t k = 0; k < uses; ++k) row.push_back(new_binary(program, Op::mul, x, c));
  while (row.size() > 1) {
    std::vector<NodeId> sums;
    for (std::size_t k = 0; k + 1 < row.size(); k += 2) {
      sums.push_back(new_binary(program, Op::add, row[k], row[k + 1]));
    }
    if (row.size() % 2 == 1) sums.push_back(row.back());
    row = std::move(sums);
  }
  return program;
}

Program dense(std::uint64_t levels) {
  Program program;
  std::vector<NodeId> sums = {new_input(program, 1.5)};
  for (std::uint64_t level = 1; level < levels; ++level) {
    const NodeId share = new_input(program, 1.0 / static_cast<double>(level));
    NodeId sum = new_binary(program, Op::mul, sums[0], share);
    for (std::uint64_t k = 1; k < level; ++k) {
      sum = new_binary(program, Op::add, sum, new_binary(program, Op::mul, sums[k], share));
    }
    sums.push_back(sum);
  }
  return program;
}

Program network(const std::vector<std::uint64_t>& widths, std::string& error) {
  Network net;
  std::uint64_t nodes = widths.back() * 4;
  for (std::size_t k = 0; k < widths.size(); ++k) {
    if (widths[k] == 0 || widths[k] > kNeuronProductsMax) {
      error = "a layer has 1 to " + std::to_string(kNeuronProductsMax) + " neurons";
      return {};
    }
    net.widths.push_back(static_cast<std::uint32_t>(widths[k]));
    if (k > 0) nodes += (widths[k - 1] + 2) * widths[k];
  }
  if (nodes + widths[0] > kParsedNodesMax) {
    error = "that is more than " + std::to_string(kParsedNodesMax) + " nodes";
    return {};
  }
  SeedChoices choices(1);
  fill_network(choices, 1, net);
  return lower(net).program;
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> all = {
      {"chain", "K", 1, kParsedNodesMax},
      {"ladder", "K", 0, (kParsedNodesMax - 2) / 3},
      {"fan_out", "N", 1, (kParsedNodesMax - 2) / 2},
      {"dense", "N", 1, 3000},
      {"network", "WIDTH WIDTH [WIDTH ...]", 1, kNeuronProductsMax},
  };
  return all;
}

Program expand_family(std::string_view name, const std::vector<std::uint64_t>& parameters,
                      std::string& error) {
  for (const Family& family : families()) {
    if (family.name != name) continue;
    const bool is_network = name == "network";
    if (is_network ? parameters.size() < 2 : parameters.size() != 1) {
      error = "write family " + std::string(name) + ' ' + std::string(family.parameters);
      return {};
    }
    if (parameters[0] < family.smallest || parameters[0] > family.largest) {
      error = "family " + std::string(name) + " takes " + std::to_string(family.smallest) + " to " +
              std::to_string(family.largest);
      return {};
    }
    if (name == "chain") return chain(parameters[0]);
    if (name == "ladder") return ladder(parameters[0]);
    if (name == "fan_out") return fan_out(parameters[0]);
    if (name == "dense") return dense(parameters[0]);
    return network(parameters, error);
  }
  error = "unknown family: there are chain, ladder, fan_out, dense and network";
  return {};
}

}  // namespace cradle
