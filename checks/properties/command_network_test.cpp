// Networks are brought down to what shows a finding: fewer samples, layers and neurons, plain
// numbers.

#include <gtest/gtest.h>

#include "checks/cradle/simpler_network.h"

namespace cradle {
namespace {

Network drawn(std::uint64_t seed) {
  SeedChoices choices(seed);
  return draw_checked_network(choices, kSpecificationOps);
}

bool shapes_fit(const Network& network) {
  bool fit = network.widths.size() > 1 && !network.samples.empty() &&
             network.samples.size() == network.targets.size() &&
             network.parameters.size() == parameter_count(network.widths);
  for (const auto& sample : network.samples) fit = fit && sample.size() == network.widths.front();
  for (const auto& target : network.targets) fit = fit && target.size() == network.widths.back();
  return fit;
}

TEST(SimplestNetwork, is_one_neuron_where_anything_fails) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Network network = simplest_network(drawn(seed), [](const Network& candidate) {
      EXPECT_TRUE(shapes_fit(candidate));
      return true;
    });
    EXPECT_EQ(network.widths, (std::vector<std::uint32_t>{1, 1}));
    EXPECT_EQ(network.samples.size(), 1u);
    EXPECT_EQ(network.loss, Loss::sum);
    EXPECT_EQ(network.parameters, (std::vector<double>{1, 1}));
  }
}

TEST(SimplestNetwork, keeps_the_neuron_and_the_sample_that_matter) {
  Network network;
  network.widths = {3, 4, 2};
  network.parameters.assign(parameter_count(network.widths), 0.25);
  network.parameters[2 * 4 + 1] = 7;  // the third neuron's second weight
  network.samples = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
  network.targets.assign(3, {0, 0});
  const Network small = simplest_network(network, [](const Network& candidate) {
    bool seven = false, five = false;
    for (const double parameter : candidate.parameters) seven = seven || parameter == 7;
    for (const auto& sample : candidate.samples) {
      for (const double x : sample) five = five || x == 5;
    }
    return seven && five;
  });
  EXPECT_EQ(small.widths, (std::vector<std::uint32_t>{1, 1}));
  EXPECT_EQ(small.samples, (std::vector<std::vector<double>>{{5}}));
}

}  // namespace
}  // namespace cradle
