// An engine for the tests of oracles that has every op, every legal form of each rule, and no order
// of its own: how it multiplies the factors of a rule is drawn anew each time. Doubles or floats,
// with or without fused multiply-add. It shares no code with any oracle.

#pragma once

#include <cmath>
#include <type_traits>
#include <vector>

#include "checks/program/capabilities.h"
#include "checks/program/choices.h"
#include "checks/program/execute.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"
#include "checks/properties/ways.h"

namespace cradle {

template <typename Scalar>
class RulesByHand {
 public:
  RulesByHand(const Program& program, const Capabilities& forms, const Ways& ways)
      : program_(program),
        forms_(forms),
        ways_(ways),
        choices_(ways.seed),
        data_(execute<Scalar>(program, {forms.relu_slope, forms.leaky_slope})),
        grad_(program.code.size(), 0) {}

  Trace run() {
    const auto root = static_cast<NodeId>(program_.code.size() - 1);
    const std::vector<bool> reached = reaching(program_, root);
    for (NodeId node = 0; node < ways_.before.size(); ++node) {
      grad_[node] = static_cast<Scalar>(ways_.before[node].grad);
    }
    grad_[root] = 1;
    for (NodeId node = root + 1; node-- > 0;) {
      if (reached[node]) pull_back(node);
    }
    Trace trace;
    trace.made.assign(program_.code.size(), true);
    trace.after.resize(1);
    for (NodeId node = 0; node <= root; ++node) {
      NodeState state;
      state.data = static_cast<double>(data_[node]);
      state.grad = static_cast<double>(grad_[node]);
      state.readable = NodeState::kData | NodeState::kGrad;
      trace.after[0].nodes.push_back(state);
    }
    return trace;
  }

 private:
  struct Factor {
    double value;
    bool divides;
  };
  using Factors = std::vector<Factor>;

  // One operation of this engine.
  double rounded(double x) const {
    return ways_.in_double ? x : static_cast<double>(static_cast<Scalar>(x));
  }

  Factor joined(const Factor& lhs, const Factor& rhs) const {
    if (lhs.divides == rhs.divides) return {rounded(lhs.value * rhs.value), lhs.divides};
    if (lhs.divides) return {rounded(rhs.value / lhs.value), false};
    return {rounded(lhs.value / rhs.value), false};
  }

  // Adds a product of factors to the gradient of `node`.
  void give(NodeId node, Factors factors) {
    while (factors.size() > 2) {
      const std::size_t i = ways_.any_order ? choices_.below(factors.size()) : 0;
      const std::size_t j =
          ways_.any_order ? (i + 1 + choices_.below(factors.size() - 1)) % factors.size() : 1;
      const Factor both = joined(factors[i], factors[j]);
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(std::max(i, j)));
      factors[std::min(i, j)] = both;
    }
    const bool product = factors.size() == 2 && !factors[0].divides && !factors[1].divides;
    if (ways_.fused && product && line_->op != ways_.scaled) {
      grad_[node] = std::fma(static_cast<Scalar>(factors[0].value),
                             static_cast<Scalar>(factors[1].value), grad_[node]);
      return;
    }
    double sum = factors[0].value;
    if (factors.size() == 2) sum = joined(factors[0], factors[1]).value;
    if (line_->op == ways_.scaled) sum = bent(sum);
    grad_[node] = static_cast<Scalar>(static_cast<double>(grad_[node]) + sum);
  }

  double bent(double x) const {
    const double epsilon = std::is_same_v<Scalar, float> ? 0x1p-23 : 0x1p-52;
    return static_cast<double>(static_cast<Scalar>(x * ways_.factor * (1 + ways_.ulps * epsilon)));
  }

  double library(double in_double) const { return rounded(in_double); }

  // The declared form, or any of them.
  template <typename Form>
  Form form_of(Form declared, unsigned count) {
    return declared != Form::unknown ? declared : static_cast<Form>(1 + choices_.below(count));
  }

  void pull_back(NodeId node) {
    line_ = &program_.code[node];
    g_ = static_cast<double>(grad_[node]);
    out_ = static_cast<double>(data_[node]);
    if (line_->op == Op::input) return;
    if (line_->op == Op::neuron) return neuron();
    const NodeId a = line_->operands[0];
    const NodeId b = line_->operands[1];
    const double x = static_cast<double>(data_[a]);
    const double y = static_cast<double>(data_[b]);
    switch (line_->op) {
      case Op::add:
        give(a, {{g_, false}});
        return give(b, {{g_, false}});
      case Op::sub:
        give(a, {{g_, false}});
        return give(b, {{-g_, false}});
      case Op::mul:
        give(a, {{y, false}, {g_, false}});
        return give(b, {{x, false}, {g_, false}});
      case Op::div:
        return division(a, b, x, y);
      case Op::powv:
        power(a, x, y);
        return exponent(b, x, y);
      case Op::pow:
        return power(a, x, static_cast<double>(static_cast<Scalar>(line_->immediate)));
      default:
        return unary(a, x);
    }
  }

  void unary(NodeId a, double x) {
    switch (line_->op) {
      case Op::neg:
        return give(a, {{-g_, false}});
      case Op::exp:
        if (form_of(forms_.exp_form, 2) == ExpForm::from_output) {
          return give(a, {{out_, false}, {g_, false}});
        }
        return give(a, {{library(std::exp(x)), false}, {g_, false}});
      case Op::log:
        if (form_of(forms_.log_form, 2) == LogForm::division) {
          return give(a, {{g_, false}, {x, true}});
        }
        return give(a, {{g_, false}, {rounded(1 / x), false}});
      case Op::tanh:
        return hyperbolic(a, x);
      case Op::sigmoid:
        return logistic(a, x);
      case Op::sin:
        return give(a, {{library(std::cos(x)), false}, {g_, false}});
      case Op::cos:
        return give(a, {{-library(std::sin(x)), false}, {g_, false}});
      case Op::sqrt:
        return root(a, x);
      case Op::abs:
        if (forms_.abs_form != AbsForm::quotient)
          return ramp_of(a, x > 0 ? 1 : x < 0 ? -1 : forms_.abs_at_zero);
        return give(a, {{g_, false}, {x, false}, {std::fabs(x), true}});
      case Op::leaky_relu:
        return ramp_of(a, x > 0 ? 1 : x < 0 ? forms_.leaky_slope : forms_.leaky_at_zero);
      default:
        return ramp_of(a, x > 0 ? 1 : x < 0 ? forms_.relu_slope : forms_.relu_at_zero);
    }
  }

  void ramp_of(NodeId a, double slope) {
    const bool multiplies = form_of(forms_.mask_form, 2) == MaskForm::multiplies;
    if (slope == 0 && !multiplies) return;
    if (slope == 1) return give(a, {{g_, false}});
    give(a, {{static_cast<double>(static_cast<Scalar>(slope)), false}, {g_, false}});
  }

  void neuron() {
    const bool open = line_->linear || out_ > 0;
    const bool multiplies = form_of(forms_.mask_form, 2) == MaskForm::multiplies;
    const double g = open ? g_ : multiplies ? 0 * g_ : 0;
    for (NodeId k = 0; k < line_->count; ++k) {
      const NodeId x = line_->operands[0] + k;
      const NodeId w = line_->operands[1] + k;
      give(x, {{static_cast<double>(data_[w]), false}, {g, false}});
      give(w, {{static_cast<double>(data_[x]), false}, {g, false}});
    }
    give(line_->operands[2], {{g, false}});
  }

  void power(NodeId a, double x, double e) {
    if (e == 0) return;
    if (e == 1) return give(a, {{g_, false}});
    if (form_of(forms_.pow_form, 2) == PowForm::from_output) {
      return give(a, {{e, false}, {out_, false}, {g_, false}, {x, true}});
    }
    give(a, {{e, false}, {library(std::pow(x, rounded(e - 1))), false}, {g_, false}});
  }

  void exponent(NodeId b, double x, double y) {
    const bool output = form_of(forms_.powv_form, 2) == PowvForm::from_output;
    const double p = output ? out_ : library(std::pow(x, y));
    give(b, {{p, false}, {library(std::log(x)), false}, {g_, false}});
  }

  void division(NodeId a, NodeId b, double x, double y) {
    switch (form_of(forms_.div_form, 4)) {
      case DivForm::power: {
        const auto inner = static_cast<double>(static_cast<Scalar>(x * g_));
        const double inverse = library(std::pow(y, -1));
        give(a, {{inverse, false}, {g_, false}});
        if (form_of(forms_.pow_form, 2) == PowForm::from_output) {
          return give(b, {{-inverse, false}, {inner, false}, {y, true}});
        }
        return give(b, {{-library(std::pow(y, -2)), false}, {inner, false}});
      }
      case DivForm::reciprocal:
        give(a, {{g_, false}, {rounded(1 / y), false}});
        return give(b, {{-g_, false}, {out_, false}, {rounded(1 / y), false}});
      case DivForm::product:
        give(a, {{g_, false}, {y, true}});
        return give(b, {{-g_, false}, {x, false}, {rounded(y * y), true}});
      default:
        give(a, {{g_, false}, {y, true}});
        return give(b, {{-g_, false}, {out_, false}, {y, true}});
    }
  }

  void hyperbolic(NodeId a, double x) {
    const TanhForm form = form_of(forms_.tanh_form, 3);
    const double t = form == TanhForm::recomputed ? library(std::tanh(x)) : out_;
    if (form == TanhForm::expanded) return expanded(a, t);
    if (form == TanhForm::cosh) return over_cosh(a, x);
    if (form == TanhForm::product) {
      return give(a, {{rounded(1 - t), false}, {rounded(1 + t), false}, {g_, false}});
    }
    const double slope = ways_.fused ? rounded(std::fma(-t, t, 1)) : rounded(1 - rounded(t * t));
    give(a, {{slope, false}, {g_, false}});
  }

  void expanded(NodeId a, double t) {
    const double product = choices_.below(2) == 0 ? g_ * rounded(t * t) : rounded(g_ * t) * t;
    give(a, {{rounded(g_ - rounded(product)), false}});
  }

  void over_cosh(NodeId a, double x) {
    const double sum = rounded(library(std::exp(x)) + library(std::exp(-x)));
    const double h = choices_.below(2) == 0 ? rounded(sum / 2) : library(std::cosh(x));
    if (choices_.below(2) == 0) return give(a, {{g_, false}, {h, true}, {h, true}});
    const double inverse = rounded(1 / h);
    give(a, {{inverse, false}, {inverse, false}, {g_, false}});
  }

  void logistic(NodeId a, double x) {
    if (form_of(forms_.sigmoid_form, 2) == SigmoidForm::output) {
      return give(a, {{out_, false}, {rounded(1 - out_), false}, {g_, false}});
    }
    if (forms_.sigmoid_form == SigmoidForm::recomputed) {
      const double s = rounded(1 / rounded(1 + library(std::exp(-x))));
      return give(a, {{s, false}, {rounded(1 - s), false}, {g_, false}});
    }
    const double e = library(std::exp(choices_.below(2) == 0 && x < 30 ? x : -std::fabs(x)));
    const double sum = rounded(1 + e);
    give(a, {{e, false}, {sum, true}, {sum, true}, {g_, false}});
  }

  void root(NodeId a, double x) {
    switch (form_of(forms_.sqrt_form, 3)) {
      case SqrtForm::power:
        return give(a, {{0.5, false}, {library(std::pow(x, -0.5)), false}, {g_, false}});
      case SqrtForm::reciprocal:
        return give(a, {{g_, false}, {rounded(0.5 / out_), false}});
      default:
        return give(a, {{g_, false}, {2 * out_, true}});
    }
  }

  const Program& program_;
  const Capabilities& forms_;
  const Ways& ways_;
  SeedChoices choices_;
  std::vector<Scalar> data_;
  std::vector<Scalar> grad_;
  const Instruction* line_ = nullptr;
  double g_ = 0;
  double out_ = 0;
};

/// Runs a pure program with the declared forms, or any where they are unknown.
/// Requires  numbers that are floats, where the precision is 24 bits.
inline Trace trace_by_rules(const Program& program, const Capabilities& forms,
                            const Ways& ways = {}) {
  if (forms.precision_bits == 24) return RulesByHand<float>(program, forms, ways).run();
  return RulesByHand<double>(program, forms, ways).run();
}

}  // namespace cradle
