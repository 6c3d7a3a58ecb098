// Engines for the global oracle's own tests: every op by every legal form of its rule, in double or
// in float, backwards or with tangents.
//
// The derivative rules are written here once more, from calculus, in the engine's own arithmetic;
// what form each takes is told by the same record that oracles read, so that an engine can be
// judged as one whose forms are known, or not.

#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "checks/program/capabilities.h"
#include "checks/program/execute.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// What is wrong with an engine: contributions of one op are multiplied by a factor.
struct Bend {
  Op op = Op::input;
  double factor = 1;
};

template <typename Number>
class EngineByForms {
 public:
  EngineByForms(const Program& program, const Capabilities& engine, const Bend& bend)
      : program_(program), engine_(engine), bend_(bend), data_(program.code.size()) {}

  Trace run() {
    const std::size_t size = program_.code.size();
    for (NodeId node = 0; node < size; ++node) data_[node] = value(node);
    gradients_.assign(size, 0);
    if (engine_.mode == Mode::reverse) {
      sweep();
    } else {
      for (NodeId node = 0; node < size; ++node) {
        if (program_.code[node].op == Op::input) gradients_[node] = derivative_to(node);
      }
    }
    return trace();
  }

 private:
  // As the language has it, but for forms that show in the value.
  Number value(NodeId node) const {
    const Instruction& line = program_.code[node];
    const Number x = data_[line.operands[0]];
    if (line.op == Op::div && engine_.div_form == DivForm::power) {
      return x * std::pow(data_[line.operands[1]], Number(-1));
    }
    if (line.op == Op::sqrt && engine_.sqrt_form == SqrtForm::power) {
      return std::pow(x, Number(0.5));
    }
    return value_at<Number>(program_, node, data_, {engine_.relu_slope, engine_.leaky_slope});
  }

  // What a gradient g becomes on its way through operand `slot`.
  Number pulled(const Instruction& line, unsigned slot, Number out, Number g) const {
    const Number factor = line.op == bend_.op ? static_cast<Number>(bend_.factor) : Number(1);
    return pulled_right(line, slot, out, g) * factor;
  }

  Number pulled_right(const Instruction& line, unsigned slot, Number out, Number g) const {
    const Number x = data_[line.operands[0]];
    const Number y = data_[line.operands[1]];
    switch (line.op) {
      case Op::add:
        return g;
      case Op::sub:
        return slot == 0 ? g : -g;
      case Op::neg:
        return -g;
      case Op::mul:
        return (slot == 0 ? y : x) * g;
      case Op::div:
        return slot == 0 ? to_dividend(y, g) : to_divisor(x, y, out, g);
      case Op::pow:
        return of_pow(static_cast<Number>(line.immediate), x, out, g);
      case Op::powv:
        if (slot == 0) return of_pow(y, x, out, g);
        return (engine_.powv_form == PowvForm::recomputed ? std::pow(x, y) : out) * std::log(x) * g;
      case Op::exp:
        return (engine_.exp_form == ExpForm::recomputed ? std::exp(x) : out) * g;
      case Op::log:
        return engine_.log_form == LogForm::reciprocal ? g * (1 / x) : g / x;
      case Op::relu:
        return side(x, engine_.relu_slope, engine_.relu_at_zero, g);
      case Op::leaky_relu:
        return side(x, engine_.leaky_slope, engine_.leaky_at_zero, g);
      case Op::abs:
        if (engine_.abs_form == AbsForm::quotient && x != 0) return g * x / std::abs(x);
        return side(x, -1, engine_.abs_at_zero, g);
      case Op::sin:
        return std::cos(x) * g;
      case Op::cos:
        return -std::sin(x) * g;
      case Op::tanh:
      case Op::sigmoid:
      case Op::sqrt:
        return of_saturating(line.op, x, out, g);
      case Op::input:
      case Op::neuron:
        break;
    }
    return 0;
  }

  // What a ramp passes on, which is the gradient itself above 0. A slope of 0 passes on nothing, of
  // whatever gradient.
  static Number side(Number x, double below, double at_zero, Number g) {
    const double slope = x > 0 ? 1 : x < 0 ? below : at_zero;
    return slope == 0 ? 0 : static_cast<Number>(slope) * g;
  }

  Number to_dividend(Number y, Number g) const {
    if (engine_.div_form == DivForm::reciprocal) return g * (1 / y);
    return engine_.div_form == DivForm::power ? g * std::pow(y, Number(-1)) : g / y;
  }

  Number to_divisor(Number x, Number y, Number out, Number g) const {
    if (engine_.div_form == DivForm::quotient) return -g * out / y;
    if (engine_.div_form == DivForm::product) return -g * x / (y * y);
    if (engine_.div_form == DivForm::reciprocal) return -g * out * (1 / y);
    return -1 * std::pow(y, Number(-2)) * (x * g);
  }

  Number of_pow(Number e, Number x, Number out, Number g) const {
    if (e == 0) return 0;
    if (e == 1) return g;
    return engine_.pow_form == PowForm::from_output ? e * out / x * g : e * std::pow(x, e - 1) * g;
  }

  Number of_saturating(Op op, Number x, Number out, Number g) const {
    switch (op) {
      case Op::tanh:
        return of_tanh(x, out, g);
      case Op::sigmoid: {
        if (engine_.sigmoid_form != SigmoidForm::exp) return out * (1 - out) * g;
        const Number q = std::exp(-x);
        return q / ((1 + q) * (1 + q)) * g;
      }
      default:  // sqrt
        if (engine_.sqrt_form == SqrtForm::reciprocal) return g * (Number(0.5) / out);
        return engine_.sqrt_form == SqrtForm::power ? Number(0.5) * std::pow(x, Number(-0.5)) * g
                                                    : g / (2 * out);
    }
  }

  Number of_tanh(Number x, Number out, Number g) const {
    switch (engine_.tanh_form) {
      case TanhForm::product:
        return (1 - out) * (1 + out) * g;
      case TanhForm::expanded:
        return g - g * out * out;
      case TanhForm::cosh:
        return g / std::cosh(x) / std::cosh(x);
      default:
        return (1 - out * out) * g;
    }
  }

  void sweep() {
    const std::vector<bool> reached =
        reaching(program_, static_cast<NodeId>(program_.code.size() - 1));
    gradients_.back() = 1;
    for (NodeId node = static_cast<NodeId>(program_.code.size()); node-- > 0;) {
      const Instruction& line = program_.code[node];
      if (!reached[node]) continue;
      const Number g = gradients_[node];
      if (line.op == Op::neuron) {
        const bool linear = line.linear;
        sweep_neuron(line,
                     linear ? g : side(data_[node], engine_.relu_slope, engine_.relu_at_zero, g));
        continue;
      }
      for (unsigned slot = 0; slot < info(line.op).arity; ++slot) {
        add(line.operands[slot], pulled(line, slot, data_[node], g));
      }
    }
  }

  void sweep_neuron(const Instruction& line, Number g) {
    if (line.op == bend_.op) g *= static_cast<Number>(bend_.factor);
    for (NodeId k = 0; k < line.count; ++k) {
      const NodeId x = line.operands[0] + k;
      const NodeId w = line.operands[1] + k;
      const Number to_x = data_[w] * g;
      const Number to_w = data_[x] * g;
      add(x, to_x);
      add(w, to_w);
    }
    add(line.operands[2], g);
  }

  void add(NodeId node, Number contribution) {
    const auto most = static_cast<Number>(engine_.gradient_clip);
    gradients_[node] += contribution;
    if (most > 0) gradients_[node] = std::clamp(gradients_[node], -most, most);
  }

  // One pass with the tangent of one input; where a rule divides, dual numbers divide last.
  Number derivative_to(NodeId input) const {
    std::vector<Number> tangents(program_.code.size(), 0);
    tangents[input] = 1;
    for (NodeId node = input + 1; node < tangents.size(); ++node) {
      const Instruction& line = program_.code[node];
      if (line.op != Op::input) tangents[node] = tangent(line, data_[node], tangents);
    }
    return tangents.back();
  }

  Number tangent(const Instruction& line, Number out, std::span<const Number> tangents) const {
    const Number x = data_[line.operands[0]];
    const Number y = data_[line.operands[1]];
    const Number dx = tangents[line.operands[0]];
    const Number dy = tangents[line.operands[1]];
    const bool right = line.op != bend_.op;
    if (line.op == Op::div && engine_.div_form == DivForm::quotient && right) {
      return (dx - out * dy) / y;
    }
    if (line.op == Op::div && engine_.div_form == DivForm::product && right) {
      return (dx * y - x * dy) / (y * y);
    }
    if (line.op == Op::powv && engine_.pow_form == PowForm::from_output && right && x > 0) {
      return out * (dy * std::log(x) + y * dx / x);
    }
    if (line.op == Op::neuron) {
      Number sum = tangents[line.operands[2]];
      for (NodeId k = 0; k < line.count; ++k) {
        const NodeId a = line.operands[0] + k;
        const NodeId b = line.operands[1] + k;
        sum += data_[a] * tangents[b] + data_[b] * tangents[a];
      }
      if (!right) sum *= static_cast<Number>(bend_.factor);
      return line.linear || out > 0 ? sum : 0;
    }
    Number sum = 0;
    for (unsigned slot = 0; slot < info(line.op).arity; ++slot) {
      const Number t = tangents[line.operands[slot]];
      if (t != 0) sum += pulled(line, slot, out, t);
    }
    return sum;
  }

  Trace trace() const {
    Trace trace;
    trace.made.assign(program_.code.size(), true);
    trace.after.resize(1);
    std::vector<NodeState>& nodes = trace.after.front().nodes;
    nodes.resize(program_.code.size());
    for (NodeId node = 0; node < nodes.size(); ++node) {
      const bool input = program_.code[node].op == Op::input;
      nodes[node].data = static_cast<double>(data_[node]);
      nodes[node].grad = static_cast<double>(gradients_[node]);
      nodes[node].readable =
          NodeState::kData |
          (engine_.mode == Mode::reverse || input ? NodeState::kGrad : std::uint32_t{0});
    }
    return trace;
  }

  const Program& program_;
  const Capabilities& engine_;
  const Bend bend_;
  std::vector<Number> data_;
  std::vector<Number> gradients_;
};

/// Runs a program on such an engine. Requires, of an engine of 24 bits, that the program's numbers
/// are floats.
inline Trace trace_by_forms(const Program& program, const Capabilities& engine,
                            const Bend& bend = {}) {
  return engine.precision_bits == 24 ? EngineByForms<float>(program, engine, bend).run()
                                     : EngineByForms<double>(program, engine, bend).run();
}

}  // namespace cradle
