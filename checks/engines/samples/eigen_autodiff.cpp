// An adapter of Eigen's AutoDiffScalar: forward mode, handles that are values, inputs' gradients
// only.
//
//   c++ -std=c++20 -O2 -shared -fPIC -I/usr/include/eigen3 eigen_autodiff.cpp -o libeigen.so

#include <Eigen/Core>
#include <unsupported/Eigen/AutoDiff>

#include "cradle/adapter.h"

namespace {

// Every scalar carries a derivative for each input there may be.
constexpr int kInputsMax = 200;
using Scalar = Eigen::AutoDiffScalar<Eigen::Matrix<double, kInputsMax, 1>>;

struct Node {
  Scalar scalar;
  int input = -1;  // which one it is
};

struct Adapter {
  using Handle = Node;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "Eigen::AutoDiffScalar";
    record.ops = cradle::ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_SUB, CRADLE_OP_MUL,
                                 CRADLE_OP_DIV, CRADLE_OP_NEG, CRADLE_OP_EXP, CRADLE_OP_LOG,
                                 CRADLE_OP_SIN, CRADLE_OP_COS, CRADLE_OP_SQRT, CRADLE_OP_TANH});
    record.mode = CRADLE_MODE_FORWARD;
    record.interior_hidden = 1;
    record.nodes_max = kInputsMax;
    record.depth_max = kInputsMax;
    record.second_backward = CRADLE_SECOND_RESETS;
    return record;
  }

  Node input(double value) {
    if (input_count_ == kInputsMax) throw "no room for one more";
    return {Scalar(value, kInputsMax, input_count_), input_count_++};
  }

  Node apply(std::uint32_t op, Node& a, Node& b, double) {
    const Scalar& x = a.scalar;
    const Scalar& y = b.scalar;
    switch (op) {
      case CRADLE_OP_ADD:
        return {x + y};
      case CRADLE_OP_SUB:
        return {x - y};
      case CRADLE_OP_MUL:
        return {x * y};
      case CRADLE_OP_DIV:
        return {x / y};
      case CRADLE_OP_NEG:
        return {-x};
      case CRADLE_OP_EXP:
        return {exp(x)};
      case CRADLE_OP_LOG:
        return {log(x)};
      case CRADLE_OP_SIN:
        return {sin(x)};
      case CRADLE_OP_COS:
        return {cos(x)};
      case CRADLE_OP_SQRT:
        return {sqrt(x)};
      default:
        return {tanh(x)};
    }
  }

  // Nothing is left to be done: which derivatives are asked for is all that a backward says.
  void backward(Node& root) {
    derivatives_ = root.scalar.derivatives();
    derivatives_.tail(kInputsMax - input_count_).setZero();  // they do not exist yet
  }
  double data(Node& node) { return node.scalar.value(); }
  double grad(Node& node) { return node.input < 0 ? 0 : derivatives_[node.input]; }

 private:
  Eigen::Matrix<double, kInputsMax, 1> derivatives_ = Eigen::Matrix<double, kInputsMax, 1>::Zero();
  int input_count_ = 0;
};

}  // namespace

extern "C" const cradle_engine* cradle_engine_v1() { return cradle::engine_of<Adapter>(); }
