// Real input: the gradient of the negative log likelihood of a network on handwritten digits, every
// parameter judged, along a few steps of training; and planted bugs, which must show there.
//
// The network is the one that engine/examples/mnist trains, 784-16-10: 12,730 parameters on whole
// pictures, four fifths of whose pixels are 0. The digits are in the folder CRADLE_MNIST; where
// they are not, a law says so and is skipped. The same on pictures made up here is never skipped.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/oracles/network.h"
#include "checks/program/numbers.h"
#include "engine/examples/mnist/idx.h"

namespace cradle {
namespace {

constexpr std::size_t kBatch = 20;
constexpr int kSteps = 2;
constexpr double kLearningRate = 0.2;

// A network on the first pictures of a set, with small random weights and biases of 0.
Network network_on(const IdxDigits& digits, std::uint32_t hidden) {
  Network network;
  network.widths = {static_cast<std::uint32_t>(digits.pixels), hidden, IDX_CLASSES};
  network.last_layer_linear = true;
  network.loss = Loss::likelihood_shifted;
  SeedChoices choices(1);
  for (std::size_t layer = 1; layer < network.widths.size(); ++layer) {
    const double scale = 1.0 / (layer == 1 ? 28 : 4);
    for (std::uint32_t neuron = 0; neuron < network.widths[layer]; ++neuron) {
      for (std::uint32_t k = 0; k < network.widths[layer - 1]; ++k) {
        network.parameters.push_back(draw_in(choices, -scale, scale));
      }
      network.parameters.push_back(0);
    }
  }
  for (std::size_t digit = 0; digit < std::min(kBatch, digits.count); ++digit) {
    const std::uint8_t* const image = digits.images + digit * digits.pixels;
    network.samples.emplace_back();
    for (std::size_t k = 0; k < digits.pixels; ++k) {
      network.samples.back().push_back(image[k] / 255.0);
    }
    network.targets.emplace_back(IDX_CLASSES, 0.0);
    network.targets.back()[digits.labels[digit]] = 1;
  }
  return network;
}

struct NetworkStep {
  Judgement network, local, global;
  std::vector<double> gradients;  // of the parameters
  double loss = 0;
};

// One backward of an engine's own network, and of the same op by op, by every oracle that judges
// gradients.
NetworkStep judged_step(const Network& network, const cradle_engine& engine) {
  const Capabilities capabilities = capabilities_of(engine);
  const Lowered lowered = lower(network);
  const Program program = beside_network(lowered, capabilities.ops);
  const Trace own = run_network(network, lowered, engine);
  const Trace beside = run(program, engine);
  NetworkStep step;
  step.network = judge_network(lowered, own, &beside, capabilities);
  step.local = judge_local(program, beside, capabilities);
  step.global = judge_global(program, beside, capabilities);
  for (NodeId k = 0; k < lowered.parameter_count; ++k) {
    const NodeState& state = own.after.at(0).nodes.at(k);
    EXPECT_TRUE(state.has_grad()) << "parameter " << k;
    step.gradients.push_back(state.grad);
  }
  step.loss = own.after[0].nodes.back().data;
  return step;
}

void expect_every_gradient_right(Network network, const std::string& name,
                                 std::size_t nonzero_min) {
  double first = 0;
  for (int k = 0; k < kSteps; ++k) {
    const NetworkStep step = judged_step(network, *find_engine(name));
    EXPECT_EQ(step.network.verdict, Verdict::agree) << name << ": " << step.network.message;
    EXPECT_EQ(step.local.verdict, Verdict::agree) << name << ": " << step.local.message;
    EXPECT_EQ(step.global.verdict, Verdict::agree) << name << ": " << step.global.message;
    ASSERT_EQ(step.gradients.size(), network.parameters.size());
    std::size_t nonzero = 0;
    for (std::size_t p = 0; p < step.gradients.size(); ++p) {
      nonzero += step.gradients[p] != 0 ? 1 : 0;
      network.parameters[p] -= kLearningRate * step.gradients[p];
    }
    EXPECT_GT(nonzero, nonzero_min) << "a gradient of zeros tells nothing";
    if (k > 0) {
      EXPECT_LT(step.loss, first) << name;
      continue;
    }
    first = step.loss;
    std::printf("%s: %zu parameters judged a step, %zu not 0, on %zu pictures\n", name.c_str(),
                step.gradients.size(), nonzero, network.samples.size());
  }
}

void expect_found(const Network& network, const std::string& bug) {
  const NetworkStep step = judged_step(network, *find_engine("faulty:" + bug));
  EXPECT_EQ(step.network.verdict, Verdict::disagree) << bug;
  EXPECT_EQ(step.network.kind, Kind::gradient) << bug;
  // A bug of networks does not show op by op.
  if (bug.rfind("network_", 0) == 0) return;
  EXPECT_EQ(step.local.verdict, Verdict::disagree) << bug;
}

void expect_every_bug_found(const Network& network) {
  for (const char* bug : {"scale_mul", "scale_exp", "sign_lost", "float_mul", "overwrite_gradient",
                          "network_last_sample", "network_bias_of_last_sample",
                          "network_scaled_loss", "network_skips_zeros"}) {
    expect_found(network, bug);
  }
}

// Digits as read, freed with the test.
class Mnist : public testing::Test {
 protected:
  void SetUp() override {
    const std::string folder = CRADLE_MNIST;
    IdxError error;
    const IdxStatus status =
        idx_load_digits((folder + "/t10k-images-idx3-ubyte").c_str(),
                        (folder + "/t10k-labels-idx1-ubyte").c_str(), &digits_, &error);
    if (status == IDX_ABSENT) {
      GTEST_SKIP() << error.message << "; ci/setup --mnist brings the digits";
    }
    ASSERT_EQ(status, IDX_OK) << error.message;
    ASSERT_EQ(digits_.pixels, 784u);
  }
  void TearDown() override { idx_digits_free(&digits_); }

  IdxDigits digits_ = {};
};

TEST_F(Mnist, every_gradient_on_real_digits_is_right) {
  const Network network = network_on(digits_, 16);
  ASSERT_EQ(network.parameters.size(), 12'730u);
  for (const char* engine : {"microcrad", "tape", "textbook"}) {
    expect_every_gradient_right(network, engine, 5'000);
  }
}

TEST_F(Mnist, planted_bugs_show_on_real_digits) { expect_every_bug_found(network_on(digits_, 7)); }

// Ten pictures of ten classes: a bright bar under noise, dark where a real one is.
struct MadeUp {
  static constexpr std::uint32_t kSide = 10;
  std::vector<std::uint8_t> images, labels;
  IdxDigits digits = {};

  MadeUp() {
    SeedChoices choices(2);
    for (std::uint8_t label = 0; label < IDX_CLASSES; ++label) {
      for (std::uint32_t k = 0; k < kSide * kSide; ++k) {
        const bool bright = k / kSide == label || choices.below(5) == 0;
        images.push_back(bright ? static_cast<std::uint8_t>(1 + choices.below(255)) : 0);
      }
      labels.push_back(label);
    }
    digits.count = labels.size();
    digits.pixels = kSide * kSide;
    digits.images = images.data();
    digits.labels = labels.data();
  }
};

TEST(MadeUpDigits, every_gradient_is_right_and_planted_bugs_show) {
  const MadeUp made_up;
  const Network network = network_on(made_up.digits, 7);
  for (const char* engine : {"microcrad", "tape", "textbook"}) {
    expect_every_gradient_right(network, engine, 300);
  }
  expect_every_bug_found(network);
}

}  // namespace
}  // namespace cradle
