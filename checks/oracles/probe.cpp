// Which form explains a session? LOCAL is asked under each of them.

#include "checks/oracles/probe.h"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include "checks/oracles/local.h"
#include "checks/oracles/probes.h"
#include "checks/oracles/words.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

// What op passes on to `slot` for a gradient of 1 when the rule reads its result, `out`.
double slope_from(Op op, std::uint32_t slot, double x, double y, double out) {
  switch (op) {
    case Op::exp:
      return out;
    case Op::tanh:
      return 1 - out * out;
    case Op::sigmoid:
      return out * (1 - out);
    case Op::sqrt:
      return 0.5 / out;
    case Op::div:
      return -out / y;
    default:  // pow, powv
      return slot == 0 ? y * out / x : out * std::log(x);
  }
}

// True when the rule of `op` may read its result on the way to `slot`, in the form that was found.
bool reads_result(Op op, std::uint32_t slot, const Capabilities& found) {
  switch (op) {
    case Op::exp:
      return found.exp_form != ExpForm::recomputed;
    case Op::tanh:
      return found.tanh_form != TanhForm::recomputed && found.tanh_form != TanhForm::cosh;
    case Op::sigmoid:
      return found.sigmoid_form == SigmoidForm::output ||
             found.sigmoid_form == SigmoidForm::unknown;
    case Op::sqrt:
      return found.sqrt_form != SqrtForm::power;
    case Op::div:
      return slot == 1 && found.div_form != DivForm::product && found.div_form != DivForm::power;
    default:  // pow, powv
      return slot == 0 ? found.pow_form != PowForm::exponent
                       : found.powv_form != PowvForm::recomputed;
  }
}

class Session {
 public:
  Session(const Capabilities& declared, std::span<const Trace> traces)
      : probes_(probes_of(declared)), traces_(traces), settled_(declared) {}

  Capabilities settle() {
    if (probes_.size() != traces_.size()) return settled_;
    settle_forms();
    for (std::size_t k = 0; k < probes_.size(); ++k) {
      if (fits(traces_[k], probes_[k].program)) answer(probes_[k], traces_[k]);
    }
    return settled_;
  }

 private:
  void settle_forms() {
    choose(&Capabilities::exp_form, bit(Op::exp), {{ExpForm::from_output}, {ExpForm::recomputed}});
    choose(&Capabilities::log_form, bit(Op::log), {{LogForm::division}, {LogForm::reciprocal}});
    choose(&Capabilities::pow_form, bit(Op::pow) | bit(Op::powv),
           {{PowForm::exponent}, {PowForm::from_output}});
    choose(&Capabilities::powv_form, bit(Op::powv),
           {{PowvForm::from_output}, {PowvForm::recomputed}});
    choose(&Capabilities::div_form, bit(Op::div),
           {{DivForm::quotient, DivForm::product}, {DivForm::reciprocal, DivForm::power}});
    choose(&Capabilities::tanh_form, bit(Op::tanh),
           {{TanhForm::square, TanhForm::product},
            {TanhForm::expanded},
            {TanhForm::recomputed},
            {TanhForm::cosh}});
    choose(&Capabilities::sigmoid_form, bit(Op::sigmoid),
           {{SigmoidForm::output}, {SigmoidForm::exp}, {SigmoidForm::recomputed}});
    choose(&Capabilities::sqrt_form, bit(Op::sqrt),
           {{SqrtForm::output}, {SqrtForm::reciprocal}, {SqrtForm::power}});
    choose(&Capabilities::abs_form, bit(Op::abs), {{AbsForm::sign}, {AbsForm::quotient}});
  }

  // The first tier in which a form explains all that was seen of `ops`; the form, when it is alone
  // there.
  template <typename Form>
  void choose(Form Capabilities::*form, OpSet ops,
              std::initializer_list<std::initializer_list<Form>> tiers) {
    if (settled_.*form != Form::unknown) return;
    for (const auto& tier : tiers) {
      Form found = Form::unknown;
      unsigned explaining = 0;
      for (const Form candidate : tier) {
        Capabilities tried = settled_;
        tried.*form = candidate;
        if (!explains(tried, ops)) continue;
        found = candidate;
        ++explaining;
      }
      if (explaining == 1) settled_.*form = found;
      if (explaining > 0) return;
    }
  }

  bool explains(const Capabilities& tried, OpSet ops) const {
    bool any = false;
    for (std::size_t k = 0; k < probes_.size(); ++k) {
      if (probes_[k].question != Question::rule || !contains(ops, probes_[k].op)) continue;
      if (judge_local(probes_[k].program, traces_[k], tried).verdict != Verdict::agree)
        return false;
      any = true;
    }
    return any;
  }

  // Which of two results that differ grossly does the gradient come from?
  void recomputes(const Probe& probe, const Snapshot& last) {
    const Instruction& line = probe.program.code.back();
    const double x = last.nodes.front().data;
    const double y = info(line.op).arity > 1 ? last.nodes[1].data : line.immediate;
    const double anew = line.op == Op::pow ? std::pow(x, y) : value_of<double>(line, x, y);
    if (last.status != 0) return;
    for (std::uint32_t slot = 0; slot < info(line.op).arity; ++slot) {
      const double grad = last.nodes[slot].grad;
      const auto is_from = [&](double out) {
        const double slope = slope_from(line.op, slot, x, y, out);
        return std::fabs(grad - slope) <= 1e-3 * std::fabs(slope);
      };
      if (reads_result(line.op, slot, settled_) && is_from(anew))
        settled_.recomputes |= bit(line.op);
    }
  }

  void answer(const Probe& probe, const Trace& trace) {
    if (probe.question == Question::recomputes) return recomputes(probe, trace.after.back());
    const Snapshot& first = trace.after.front();
    if (first.status != 0 || !first.nodes.front().has_grad()) return;
    const double grad = first.nodes.front().grad;
    switch (probe.question) {
      case Question::mask:
        if (grad == 0) settled_.mask_form = MaskForm::selects;
        if (std::isnan(grad)) settled_.mask_form = MaskForm::multiplies;
        return;
      case Question::second_backward:
        return second_backward(grad, trace.after.back());
      case Question::relu_at_zero:
        return convention(grad, settled_.relu_at_zero, settled_.relu_at_zero_open);
      case Question::leaky_slope:
        return convention(grad, settled_.leaky_slope, settled_.leaky_slope_open);
      case Question::leaky_at_zero:
        return convention(grad, settled_.leaky_at_zero, settled_.leaky_at_zero_open);
      case Question::abs_at_zero:
        return convention(grad, settled_.abs_at_zero, settled_.abs_at_zero_open);
      case Question::rule:
      case Question::recomputes:
        return;
    }
  }

  void second_backward(double once, const Snapshot& second) {
    const double twice = second.nodes.front().grad;
    if (second.status != 0) {
      settled_.second_backward = SecondBackward::refuses;
    } else if (once != 0 && twice == once) {
      settled_.second_backward = SecondBackward::resets;
    } else if (once != 0 && twice == 2 * once) {
      settled_.second_backward = SecondBackward::accumulates;
    }
  }

  // A float engine shows its 0.01 as the float next to it; the number that was meant is the
  // shortest decimal that reads back as that float.
  void convention(double grad, double& known, bool& open) const {
    if (!std::isfinite(grad)) return;
    known = grad;
    open = false;
    if (settled_.precision_bits != 24) return;
    std::array<char, 32> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), static_cast<float>(grad));
    std::from_chars(text.data(), end.ptr, known);
  }

  const std::vector<Probe> probes_;
  const std::span<const Trace> traces_;
  Capabilities settled_;
};

std::string_view name_of(SecondBackward policy) {
  constexpr std::array<std::string_view, 4> kNames = {"unknown", "accumulates", "resets",
                                                      "refuses"};
  return kNames[static_cast<std::size_t>(policy)];
}

// The names of the forms, in their order.
template <typename Form, typename... Names>
std::string_view name_among(Form form, Names... names) {
  const std::array<std::string_view, 1 + sizeof...(names)> all = {"unknown", names...};
  return all[static_cast<std::size_t>(form)];
}

}  // namespace

std::vector<Program> probe_programs(const Capabilities& declared) {
  std::vector<Program> programs;
  for (Probe& probe : probes_of(declared)) programs.push_back(std::move(probe.program));
  return programs;
}

Capabilities settled_by(const Capabilities& declared, std::span<const Program> programs,
                        std::span<const Trace> traces) {
  assert(programs.size() == traces.size());
  static_cast<void>(programs);
  return Session(declared, traces).settle();
}

namespace {

std::string names_of(OpSet ops) {
  std::string names;
  for (const OpInfo& row : kOps) {
    if (contains(ops, row.op)) names += (names.empty() ? "" : " ") + std::string(row.name);
  }
  return names;
}

}  // namespace

std::vector<Policy> policies(const Capabilities& declared, const Capabilities& settled) {
  std::vector<Policy> found;
  const auto say = [&](bool open, OpSet ops, std::string_view name, std::string_view value) {
    if (open && (declared.ops & ops) != 0) found.push_back({std::string(name), std::string(value)});
  };
  const auto number = [&](bool was_open, bool is_open, Op op, std::string_view name, double value) {
    say(was_open, bit(op), name, is_open ? "unknown" : plain_number(value));
  };
  const auto is_open = [&](Op op) { return form_is_open(op, declared); };
  say(declared.second_backward == SecondBackward::unknown, kAllOps, "second_backward",
      name_of(settled.second_backward));
  say(is_open(Op::exp), bit(Op::exp), "exp_form",
      name_among(settled.exp_form, "from_output", "recomputed"));
  say(is_open(Op::log), bit(Op::log), "log_form",
      name_among(settled.log_form, "division", "reciprocal"));
  say(declared.pow_form == PowForm::unknown, bit(Op::pow) | bit(Op::powv), "pow_form",
      name_among(settled.pow_form, "exponent", "from_output"));
  say(declared.powv_form == PowvForm::unknown, bit(Op::powv), "powv_form",
      name_among(settled.powv_form, "from_output", "recomputed"));
  say(is_open(Op::div), bit(Op::div), "div_form",
      name_among(settled.div_form, "quotient", "product", "power", "reciprocal"));
  say(is_open(Op::tanh), bit(Op::tanh), "tanh_form",
      name_among(settled.tanh_form, "square", "product", "recomputed", "expanded", "cosh"));
  say(is_open(Op::sigmoid), bit(Op::sigmoid), "sigmoid_form",
      name_among(settled.sigmoid_form, "output", "exp", "recomputed"));
  say(is_open(Op::sqrt), bit(Op::sqrt), "sqrt_form",
      name_among(settled.sqrt_form, "output", "power", "reciprocal"));
  say(is_open(Op::abs) && settled.abs_form != AbsForm::sign, bit(Op::abs), "abs_form",
      name_among(settled.abs_form, "sign", "quotient"));
  say(settled.recomputes != declared.recomputes, settled.recomputes, "recomputes",
      names_of(settled.recomputes));
  say(declared.mask_form == MaskForm::unknown, bit(Op::relu), "mask_form",
      name_among(settled.mask_form, "selects", "multiplies"));
  number(declared.relu_at_zero_open, settled.relu_at_zero_open, Op::relu, "relu_at_zero",
         settled.relu_at_zero);
  number(declared.leaky_slope_open, settled.leaky_slope_open, Op::leaky_relu, "leaky_slope",
         settled.leaky_slope);
  number(declared.leaky_at_zero_open, settled.leaky_at_zero_open, Op::leaky_relu, "leaky_at_zero",
         settled.leaky_at_zero);
  number(declared.abs_at_zero_open, settled.abs_at_zero_open, Op::abs, "abs_at_zero",
         settled.abs_at_zero);
  return found;
}

}  // namespace cradle
