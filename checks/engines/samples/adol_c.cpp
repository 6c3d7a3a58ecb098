// An adapter of ADOL-C: a tape that is written anew for each backward, inputs' gradients only.
//
// Without tanh: ADOL-C makes it of differences of exp, which lose digits near 0 (15 ulps at 1/64),
// so that cradle reports it.
//
//   c++ -std=c++20 -O2 -shared -fPIC adol_c.cpp -o libadol_c_engine.so -ladolc

#include <adolc/adolc.h>

#include <array>
#include <cstdint>
#include <vector>

#include "cradle/adapter.h"

namespace {

constexpr short kTape = 1;
// A larger tape goes to files in the current folder, which processes share.
constexpr std::uint64_t kNodesMax = 20'000;

struct Step {
  std::uint32_t op = CRADLE_OP_INPUT;
  std::array<std::size_t, 2> operands = {};
  double number = 0;  // of an input, or the exponent of pow
};

adouble value_of(const Step& step, const std::vector<adouble>& values) {
  const adouble& x = values[step.operands[0]];
  const adouble& y = values[step.operands[1]];
  switch (step.op) {
    case CRADLE_OP_ADD:
      return x + y;
    case CRADLE_OP_SUB:
      return x - y;
    case CRADLE_OP_MUL:
      return x * y;
    case CRADLE_OP_DIV:
      return x / y;
    case CRADLE_OP_NEG:
      return -x;
    case CRADLE_OP_POW:
      return pow(x, step.number);
    case CRADLE_OP_EXP:
      return exp(x);
    case CRADLE_OP_LOG:
      return log(x);
    case CRADLE_OP_SIN:
      return sin(x);
    case CRADLE_OP_COS:
      return cos(x);
    default:
      return sqrt(x);
  }
}

struct Adapter {
  using Handle = std::size_t;  // a node's number in this session

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "ADOL-C";
    record.ops = cradle::ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_SUB, CRADLE_OP_MUL,
                                 CRADLE_OP_DIV, CRADLE_OP_NEG, CRADLE_OP_POW, CRADLE_OP_EXP,
                                 CRADLE_OP_LOG, CRADLE_OP_SIN, CRADLE_OP_COS, CRADLE_OP_SQRT});
    record.interior_hidden = 1;
    record.nodes_max = kNodesMax;
    record.release = CRADLE_RELEASE_GLOBAL_RESET;
    record.second_backward = CRADLE_SECOND_RESETS;
    return record;
  }

  std::size_t input(double value) {
    Step step;
    step.number = value;
    return append(step, value);
  }

  std::size_t apply(std::uint32_t op, std::size_t& x, std::size_t& y, double exponent) {
    const Step step = {op, {x, y}, exponent};
    return append(step, value_of(step, values_));
  }

  int backward(std::size_t& root) {
    std::vector<adouble> values(root + 1);
    std::vector<double> point;
    trace_on(kTape, 1);
    for (std::size_t node = 0; node <= root; ++node) {
      if (steps_[node].op == CRADLE_OP_INPUT) {
        values[node] <<= steps_[node].number;
        point.push_back(steps_[node].number);
      } else {
        values[node] = value_of(steps_[node], values);
      }
    }
    double result = 0;
    values[root] >>= result;
    trace_off();
    std::vector<double> slopes(point.size());
    double weight = 1;
    const int status =
        fos_reverse(kTape, 1, static_cast<int>(point.size()), &weight, slopes.data());
    if (status < 0) return -1;
    std::size_t input = 0;
    for (std::size_t node = 0; node < steps_.size(); ++node) {
      const bool is_input = steps_[node].op == CRADLE_OP_INPUT && node <= root;
      gradients_[node] = is_input ? slopes[input++] : 0;
    }
    return 0;
  }

  double data(std::size_t& node) { return values_[node].value(); }
  double grad(std::size_t& node) { return gradients_[node]; }

 private:
  std::size_t append(const Step& step, const adouble& value) {
    steps_.push_back(step);
    values_.push_back(value);
    gradients_.push_back(0);
    return steps_.size() - 1;
  }

  std::vector<Step> steps_;
  std::vector<adouble> values_;
  std::vector<double> gradients_;
};

}  // namespace

extern "C" const cradle_engine* cradle_engine_v1() { return cradle::engine_of<Adapter>(); }
