// Teaches a 784-32-10 network all 60,000 digits of MNIST, one scalar at a time, and says how many
// of 10,000 others it reads right.
//
// usage: train_all_digits [FOLDER [EPOCHS [SAMPLES [CURVE]]]]   FOLDER holds the four files of
// MNIST
//
// Every weight is a node, and each digit is a graph that is built, swept and released; gradients
// add up over a batch of 32. The last layer is linear, and the loss is log(sum of exp(y)) -
// y[label], with the largest output taken out first. CURVE is a file for the loss and accuracy as
// it goes. Exit codes: 0, 77 when the files are absent, 1 for anything else, which includes fewer
// than 95 % of right answers after all digits.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <microcrad/microcrad.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "idx.h"

namespace {

using microcrad::Mlp;
using microcrad::Var;

constexpr std::size_t kHidden = 32;
constexpr std::size_t kBatch = 32;
constexpr double kRate = 0.1;
constexpr double kAccuracyMin = 0.95;
constexpr int kExitAbsent = 77;

struct Digits {
  Digits() = default;
  Digits(const Digits&) = delete;
  Digits& operator=(const Digits&) = delete;
  ~Digits() { idx_digits_free(&loaded); }

  IdxStatus load(const std::string& folder, const std::string& which) {
    IdxError error;
    const IdxStatus status =
        idx_load_digits((folder + "/" + which + "-images-idx3-ubyte").c_str(),
                        (folder + "/" + which + "-labels-idx1-ubyte").c_str(), &loaded, &error);
    if (status != IDX_OK) std::fprintf(stderr, "train_all_digits: %s\n", error.message);
    return status;
  }

  IdxDigits loaded = {};
};

// The leaves that hold a digit: the same ones for each.
class Input {
 public:
  explicit Input(std::size_t pixels) {
    for (std::size_t k = 0; k < pixels; ++k) pixels_.emplace_back(0.0);  // a copy is the same leaf
  }

  const std::vector<Var>& show(const IdxDigits& digits, std::size_t digit) {
    const std::uint8_t* const image = digits.images + digit * digits.pixels;
    for (std::size_t k = 0; k < pixels_.size(); ++k) {
      pixels_[k].set_data(image[k] / 255.0);
      pixels_[k].set_grad(0.0);
    }
    return pixels_;
  }

 private:
  std::vector<Var> pixels_;
};

std::size_t largest(const std::vector<Var>& outputs) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < outputs.size(); ++k) {
    if (outputs[k].data() > outputs[best].data()) best = k;
  }
  return best;
}

// log(sum of exp(y)) - y[label]. A constant is taken from all outputs first: that changes nothing
// but keeps exp from overflowing, and the logarithm from 0.
Var negative_log_likelihood(const std::vector<Var>& outputs, std::size_t label) {
  const Var shift = -outputs[largest(outputs)].data();
  Var sum = 0.0;
  for (const Var& output : outputs) sum += exp(output + shift);
  return log(sum) - (outputs[label] + shift);
}

double accuracy(const Mlp& network, Input& input, const IdxDigits& digits) {
  std::size_t right = 0;
  for (std::size_t digit = 0; digit < digits.count; ++digit) {
    if (largest(network(input.show(digits, digit))) == digits.labels[digit]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(digits.count);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// One line that is written over on a terminal, and is silent elsewhere.
void show_progress(int epoch, std::size_t done, std::size_t count, double loss, double seconds) {
  static const bool is_terminal = isatty(STDERR_FILENO) == 1;
  if (!is_terminal) return;
  constexpr std::size_t kWidth = 30;
  const std::size_t filled = done * kWidth / count;
  const double left = seconds * static_cast<double>(count - done) / static_cast<double>(done);
  std::fprintf(stderr, "\repoch %d [%s%s] %5.1f %%  loss %.4f  %3.0f s left ", epoch,
               std::string(filled, '#').c_str(), std::string(kWidth - filled, '.').c_str(),
               100.0 * static_cast<double>(done) / static_cast<double>(count), loss, left);
  if (done == count) std::fputc('\n', stderr);
}

// A shuffle that is the same everywhere: Fisher and Yates, by a multiplicative generator.
void shuffle(std::vector<std::size_t>& order, std::uint64_t& state) {
  for (std::size_t k = order.size(); k > 1; --k) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    std::swap(order[k - 1], order[(state >> 33U) % k]);
  }
}

struct Trainer {
  Mlp& network;
  Input& input;
  const IdxDigits& digits;
  std::ofstream& curve;
  std::uint64_t state = 1;

  // Returns the mean loss.
  double run_epoch(int epoch, std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    shuffle(order, state);
    const auto start = std::chrono::steady_clock::now();
    double total = 0;
    double recent = 0;
    for (std::size_t done = 0; done < count; ++done) {
      const std::size_t digit = order[done];
      const Var loss =
          negative_log_likelihood(network(input.show(digits, digit)), digits.labels[digit]);
      loss.backward();
      total += loss.data();
      recent += done == 0 ? loss.data() : (loss.data() - recent) / 500;
      const bool is_last = done + 1 == count;
      if ((done + 1) % kBatch == 0 || is_last) {
        network.step(kRate / static_cast<double>(done % kBatch + 1));
        network.zero_grad();
      }
      if ((done + 1) % 1'000 == 0 || is_last) {
        show_progress(epoch, done + 1, count, recent, seconds_since(start));
        curve << epoch - 1 + static_cast<double>(done + 1) / static_cast<double>(count) << '\t'
              << recent << '\n';
      }
    }
    return total / static_cast<double>(count);
  }
};

std::size_t number(int argc, char** argv, int index, std::size_t otherwise) {
  return argc > index ? std::strtoul(argv[index], nullptr, 10) : otherwise;
}

int train(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "build/mnist";
  Digits train;
  Digits test;
  for (const IdxStatus status : {train.load(folder, "train"), test.load(folder, "t10k")}) {
    if (status != IDX_OK) return status == IDX_ABSENT ? kExitAbsent : 1;
  }
  const std::size_t epochs = number(argc, argv, 2, 5);
  const std::size_t count = std::min(number(argc, argv, 3, train.loaded.count), train.loaded.count);
  std::ofstream curve(argc > 4 ? argv[4] : "/dev/null");
  if (epochs == 0 || count == 0 || train.loaded.pixels != test.loaded.pixels || !curve) {
    std::fputs("train_all_digits: nothing to train on, or the curve cannot be written\n", stderr);
    return 1;
  }
  microcrad_seed(1);
  Mlp network(static_cast<std::uint32_t>(train.loaded.pixels), {kHidden, IDX_CLASSES});
  Input input(train.loaded.pixels);
  Trainer trainer{network, input, train.loaded, curve};
  double right = 0;
  for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    const double loss = trainer.run_epoch(static_cast<int>(epoch), count);
    const double seconds = seconds_since(start);
    right = accuracy(network, input, test.loaded);
    std::printf("epoch %zu: loss %.4f, %.2f %% of %zu others right, %.1f s for %zu digits\n", epoch,
                loss, 100 * right, test.loaded.count, seconds, count);
    std::fflush(stdout);
    curve << "# " << epoch << '\t' << right << '\n';
  }
  const bool is_whole = count == train.loaded.count;
  return is_whole && right < kAccuracyMin ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return train(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train_all_digits: %s\n", error.what());
    return 1;
  }
}
