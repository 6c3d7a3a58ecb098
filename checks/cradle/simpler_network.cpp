// Greedy descent over shapes, then over numbers.

#include "checks/cradle/simpler_network.h"

#include <algorithm>

namespace cradle {
namespace {

// The same network in another shape: numbers are taken over in order, repeated where more are
// needed.
Network reshaped(const Network& network, std::vector<std::uint32_t> widths) {
  Network result = network;
  result.widths = std::move(widths);
  const auto refill = [](std::vector<double>& numbers, std::size_t count) {
    const std::vector<double> old = numbers;
    for (std::size_t k = old.size(); k < count; ++k) numbers.push_back(old[k % old.size()]);
    numbers.resize(count);
  };
  refill(result.parameters, parameter_count(result.widths));
  for (std::vector<double>& sample : result.samples) refill(sample, result.widths.front());
  for (std::vector<double>& target : result.targets) refill(target, result.widths.back());
  return result;
}

// The same network without one neuron of a layer, or without an input: its own parameters go, and
// the weights that read it.
Network without(const Network& network, std::size_t layer, std::uint32_t gone) {
  Network result = network;
  result.parameters.clear();
  std::size_t next = 0;
  for (std::size_t l = 1; l < network.widths.size(); ++l) {
    const std::uint32_t width_in = network.widths[l - 1];
    for (std::uint32_t neuron = 0; neuron < network.widths[l]; ++neuron) {
      for (std::uint32_t k = 0; k <= width_in; ++k, ++next) {  // the bias is the last
        if ((l == layer && neuron == gone) || (l == layer + 1 && k == gone)) continue;
        result.parameters.push_back(network.parameters[next]);
      }
    }
  }
  const auto erase = [&](std::vector<std::vector<double>>& rows) {
    for (std::vector<double>& row : rows) row.erase(row.begin() + gone);
  };
  if (layer == 0) erase(result.samples);
  if (layer + 1 == network.widths.size()) erase(result.targets);
  --result.widths[layer];
  return result;
}

std::vector<Network> simpler_shapes(const Network& network) {
  std::vector<Network> shapes;
  for (std::size_t layer = 0; layer < network.widths.size() && network.widths.size() > 2; ++layer) {
    std::vector<std::uint32_t> widths = network.widths;
    widths.erase(widths.begin() + static_cast<std::ptrdiff_t>(layer));
    shapes.push_back(reshaped(network, widths));
  }
  for (std::size_t layer = 0; layer < network.widths.size(); ++layer) {
    for (const std::uint32_t width : {1u, network.widths[layer] / 2, network.widths[layer] - 1}) {
      if (width == 0 || width >= network.widths[layer]) continue;
      std::vector<std::uint32_t> widths = network.widths;
      widths[layer] = width;
      shapes.push_back(reshaped(network, widths));
    }
  }
  for (std::size_t layer = 0; layer < network.widths.size(); ++layer) {
    for (std::uint32_t k = 0; k < network.widths[layer] && network.widths[layer] > 1; ++k) {
      shapes.push_back(without(network, layer, k));
    }
  }
  for (std::size_t sample = 0; sample < network.samples.size() && network.samples.size() > 1;
       ++sample) {
    shapes.push_back(network);
    const auto at = static_cast<std::ptrdiff_t>(sample);
    shapes.back().samples.erase(shapes.back().samples.begin() + at);
    shapes.back().targets.erase(shapes.back().targets.begin() + at);
  }
  if (network.loss != Loss::sum) {
    shapes.push_back(network);
    shapes.back().loss = Loss::sum;
  }
  return shapes;
}

// Each number in turn becomes 1, or 2 where 1 does not do.
void simplify_numbers(Network& network, const std::function<bool(const Network&)>& fails) {
  const auto simplify = [&](double& number) {
    for (const double plain : {1.0, 2.0, 0.5}) {
      const double old = number;
      if (old == plain) return;
      number = plain;
      if (fails(network)) return;
      number = old;
    }
  };
  for (double& number : network.parameters) simplify(number);
  for (std::vector<double>& sample : network.samples) {
    for (double& number : sample) simplify(number);
  }
  for (std::vector<double>& target : network.targets) {
    for (double& number : target) simplify(number);
  }
}

}  // namespace

Network simplest_network(const Network& network, const std::function<bool(const Network&)>& fails) {
  Network simplest = network;
  for (bool improved = true; improved;) {
    improved = false;
    for (const Network& candidate : simpler_shapes(simplest)) {
      if (!fails(candidate)) continue;
      simplest = candidate;
      improved = true;
      break;
    }
  }
  simplify_numbers(simplest, fails);
  return simplest;
}

}  // namespace cradle
