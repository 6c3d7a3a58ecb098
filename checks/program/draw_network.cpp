// Drawing networks: shapes, parameters, samples and targets.

#include <array>

#include "checks/program/lower.h"
#include "checks/program/numbers.h"

namespace cradle {
namespace {

// How the numbers of a network to be checked are drawn.
struct Style {
  bool grid = false;         // multiples of a half: sums are exact, and cancel
  bool zero_biases = false;  // a neuron whose inputs are all 0 stands on its kink
  bool sparse = false;       // most inputs are 0, as in a picture
};

// A multiple of `step` of at most `steps` steps either way.
double on_grid(Choices& choices, std::uint64_t steps, double step) {
  const std::uint64_t drawn = choices.below(2 * steps + 1);
  return (static_cast<double>(drawn) - static_cast<double>(steps)) * step;
}

// A power of two near 1 / sqrt(width / 4): layers of any width pass on numbers of their inputs'
// size.
double scale_of(std::uint32_t width) {
  double scale = 1;
  for (; width > 4; width /= 4) scale /= 2;
  return scale;
}

double weight(Choices& choices, const Style& style, double scale) {
  return style.grid ? on_grid(choices, 2, 0.5 * scale) : draw_in(choices, -scale, scale);
}

double bias(Choices& choices, const Style& style) {
  if (style.zero_biases) return 0;
  return style.grid ? on_grid(choices, 2, 0.25) : draw_in(choices, -0.5, 0.5);
}

double sample_input(Choices& choices, const Style& style) {
  if (style.sparse && choices.below(4) != 0) return 0;
  return style.grid ? on_grid(choices, 4, 0.5) : draw_in(choices, -2, 2);
}

void draw_shape(Choices& choices, Network& network, std::uint64_t& sample_count) {
  const std::uint64_t size = choices.below(100);
  if (size >= 97) {
    network.widths = {64, 64, 64};
    sample_count = 1 + choices.below(2);
    return;
  }
  const std::uint64_t width_max = size < 70 ? 8 : size < 90 ? 20 : 64;
  const std::uint64_t layer_count = 1 + choices.below(size < 90 ? 3 : 2);
  for (std::uint64_t layer = 0; layer <= layer_count; ++layer) {
    network.widths.push_back(static_cast<std::uint32_t>(1 + choices.below(width_max)));
  }
  sample_count = 1 + choices.below(3);
}

}  // namespace

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

Network draw_checked_network(Choices& choices, OpSet ops) {
  constexpr std::array kLosses = {Loss::none,          Loss::sum,        Loss::squared_error,
                                  Loss::squared_error, Loss::likelihood, Loss::likelihood_shifted};
  Network network;
  std::uint64_t sample_count = 0;
  draw_shape(choices, network, sample_count);
  network.last_layer_linear = choices.below(3) == 0;
  network.loss = kLosses[choices.below(kLosses.size())];
  if ((ops_of(network.loss) & ~ops) != 0) network.loss = Loss::sum;
  const Style style = {choices.below(2) == 0, choices.below(2) == 0, choices.below(3) == 0};
  for (std::size_t layer = 1; layer < network.widths.size(); ++layer) {
    const double scale = scale_of(network.widths[layer - 1]);
    for (std::uint32_t neuron = 0; neuron < network.widths[layer]; ++neuron) {
      for (std::uint32_t k = 0; k < network.widths[layer - 1]; ++k) {
        network.parameters.push_back(weight(choices, style, scale));
      }
      network.parameters.push_back(bias(choices, style));
    }
  }
  network.samples.resize(sample_count);
  network.targets.resize(sample_count);
  for (std::uint64_t sample = 0; sample < sample_count; ++sample) {
    const bool blank = choices.below(16) == 0;
    for (std::uint32_t k = 0; k < network.widths.front(); ++k) {
      network.samples[sample].push_back(blank ? 0 : sample_input(choices, style));
    }
    for (std::uint32_t k = 0; k < network.widths.back(); ++k) {
      network.targets[sample].push_back(style.grid ? on_grid(choices, 2, 1)
                                                   : draw_in(choices, 0, 2));
    }
  }
  return network;
}

}  // namespace cradle
