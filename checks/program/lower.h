// Networks as programs: a multi-layer perceptron becomes inputs and neurons.

#pragma once

#include <cstdint>
#include <vector>

#include "checks/program/choices.h"
#include "checks/program/program.h"

namespace cradle {

/// What the outputs of a network are turned into: nothing, or one scalar to differentiate.
///
/// Of one sample with outputs y: `sum` is sum y; `squared_error` is sum (y - t)^2; `likelihood` is
/// the negative log likelihood of one class under a softmax, log(sum exp y) - y[class], and
/// `likelihood_shifted` is the same with the largest y taken from each as a constant. Samples are
/// added up, and the last two are averages over them.
enum class Loss : std::uint8_t { none, sum, squared_error, likelihood, likelihood_shifted };

/// A network, its parameters, and the samples it is run on.
///
/// Shape  `widths` is inputs, then each layer's outputs; `parameters` go layer by layer, neuron by
/// neuron,
///        weights then bias; each sample has widths.front() inputs, each target widths.back()
///        values.
struct Network {
  std::vector<std::uint32_t> widths;
  bool last_layer_linear = false;
  std::vector<double> parameters;
  std::vector<std::vector<double>> samples;
  std::vector<std::vector<double>> targets;  // of a likelihood, the class is the largest's place
  Loss loss = Loss::squared_error;
};

/// Where things are in a lowered network: its parameters are the first nodes.
struct Lowered {
  Program program;
  std::uint32_t parameter_count = 0;
  std::vector<NodeId> first_input;   // of each sample
  std::vector<NodeId> first_output;  // of each sample
};

/// Returns how many weights and biases a network of these widths has.
std::uint32_t parameter_count(const std::vector<std::uint32_t>& widths);

/// Lowers a network: the parameters as inputs, then for each sample its inputs and one neuron
/// instruction a neuron, then the loss from mul, add and pow. The last node is the loss.
///
/// Requires  the shapes above, at least one layer, one sample; every width between 1 and 65,535.
Lowered lower(const Network& network);

/// Replaces each neuron by mul, add and relu, in the order (((b + w0 x0) + w1 x1) + ...). Actions
/// keep their place; in a program that is not pure the parts are released as soon as the neuron is
/// made.
///
/// Ensures  `renumbered[i]` is where node i of `program` went.
Program expand(const Program& program, std::vector<NodeId>* renumbered = nullptr);

/// Returns the ops that the loss of a network is made of.
OpSet ops_of(Loss loss);

/// Returns how far apart the nodes of one sample and those of the next are in a lowered network.
std::uint32_t nodes_of_sample(const std::vector<std::uint32_t>& widths);

/// Draws parameters, samples and targets for the widths that `network` has.
void fill_network(Choices& choices, std::uint32_t sample_count, Network& network);

/// Draws a network of `layer_count_max` layers and `width_max` neurons a layer at the most, with
/// parameters and samples.
Network draw_network(Choices& choices, std::uint32_t layer_count_max, std::uint32_t width_max,
                     std::uint32_t sample_count_max);

/// Draws a network to check an engine's own ones with, its loss made of `ops` alone.
///
/// Most are small; one in 33 is of 64-64-64 neurons. Half have weights and inputs on a coarse
/// grid, half have biases of 0, some have inputs that are mostly 0, so that sums cancel and
/// relus stand exactly on their kinks.
Network draw_checked_network(Choices& choices, OpSet ops);

}  // namespace cradle
