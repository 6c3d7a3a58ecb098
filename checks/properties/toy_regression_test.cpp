// The loss graph of the toy regression, as a file of the corpus: a 2-8-1 ReLU network on eight
// samples of |x1| + x2^2, lowered and printed. The file must be what `lower` gives, so that it
// cannot rot.

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "checks/program/choices.h"
#include "checks/program/execute.h"
#include "checks/program/lower.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

constexpr const char* kHeader =
    "# The toy regression's loss: a lowered 2-8-1 ReLU network on eight samples of |x1| + x2^2.\n"
    "# Made by lower and print in checks/properties/toy_regression_test.cpp: change it there.\n";

// Thousandths, so that the file reads well and no rounding decides its contents.
struct Thousandths {
  SeedChoices choices{8};

  std::int64_t between(std::int64_t lower_bound, std::int64_t upper_bound) {
    const auto width = static_cast<std::uint64_t>(upper_bound - lower_bound + 1);
    return lower_bound + static_cast<std::int64_t>(choices.below(width));
  }
};

double decimal(std::int64_t thousandths) { return static_cast<double>(thousandths) / 1000; }

Network toy_network() {
  Network network;
  network.widths = {2, 8, 1};
  Thousandths draw;
  for (int neuron = 0; neuron < 8; ++neuron) {
    for (int k = 0; k < 2; ++k) network.parameters.push_back(decimal(draw.between(-1000, 1000)));
    network.parameters.push_back(decimal(draw.between(-500, 500)));
  }
  for (int k = 0; k < 8; ++k) network.parameters.push_back(decimal(draw.between(-200, 900)));
  network.parameters.push_back(0.1);
  for (int sample = 0; sample < 8; ++sample) {
    const std::int64_t x1 = draw.between(-1500, 1500);
    const std::int64_t x2 = draw.between(-1500, 1500);
    network.samples.push_back({decimal(x1), decimal(x2)});
    network.targets.push_back({decimal((x1 < 0 ? -x1 : x1) + (x2 * x2 + 500) / 1000)});
  }
  network.loss = Loss::squared_error;
  return network;
}

TEST(ToyRegression, the_file_of_the_corpus_is_the_lowered_network) {
  const std::string expected = kHeader + print(lower(toy_network()).program);
  const std::string name = "/toy_regression_loss.prog";
  std::ifstream stream(CRADLE_CORPUS + name, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (text == expected) return;
  const std::string fresh = testing::TempDir() + name;
  std::ofstream(fresh, std::ios::binary) << expected;
  ADD_FAILURE() << "checks/corpus" << name << " is not what lower gives; a fresh copy is " << fresh;
}

TEST(ToyRegression, its_network_is_alive) {
  const Network network = toy_network();
  const Lowered lowered = lower(network);
  const std::vector<double> values = execute<double>(lowered.program);
  int open = 0;
  for (std::size_t sample = 0; sample < network.samples.size(); ++sample) {
    EXPECT_GT(values[lowered.first_output[sample]], 0) << "sample " << sample;
    for (NodeId hidden = lowered.first_output[sample] - 8; hidden < lowered.first_output[sample];
         ++hidden) {
      open += values[hidden] > 0;
    }
  }
  EXPECT_GT(open, 16) << "of 64 hidden neurons";
  EXPECT_LT(open, 48) << "closed ones are what makes it a test of relu";
  EXPECT_GT(values.back(), 0.1);
  EXPECT_LT(values.back(), 100);
}

}  // namespace
}  // namespace cradle
