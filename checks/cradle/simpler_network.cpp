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
  refill(result.samples[0], result.widths.front());
  refill(result.targets[0], result.widths.back());
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
  for (double& number : network.samples[0]) simplify(number);
  for (double& number : network.targets[0]) simplify(number);
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
