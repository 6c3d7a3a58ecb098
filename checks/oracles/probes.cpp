// Arguments on which the legal forms of a rule differ in their last bits.
//
// A form is wrong about a random argument with odds of one in ten at the least, so that a few dozen
// of them leave nothing to chance. Each gets a gradient of its own, a random one, from a product
// with it: a gradient of 1 would hide what is multiplied in which order.

#include "checks/oracles/probes.h"

#include <array>
#include <cmath>
#include <limits>

#include "checks/oracles/arithmetic.h"
#include "checks/program/choices.h"

namespace cradle {
namespace {

constexpr unsigned kArguments = 96;       // of each op
constexpr unsigned kArgumentsOfOne = 12;  // in one program: a crash costs no more than one
constexpr std::uint64_t kSeed = 0x70726f6265;

class Writer {
 public:
  explicit Writer(const Capabilities& declared)
      : declared_(declared),
        round_(declared.precision_bits),
        bundles_(contains(declared.ops, Op::add) && contains(declared.ops, Op::mul) &&
                 (declared.nodes_max == 0 || declared.nodes_max >= 6 * kArgumentsOfOne)) {}

  std::vector<Probe> write() {
    for (const OpInfo& row : kOps) {
      if (contains(declared_.ops, row.op) && form_is_open(row.op, declared_)) rule(row.op);
    }
    for (const OpInfo& row : kOps) {
      const bool asks = contains(declared_.ops, row.op) && form_is_open(row.op, declared_);
      const bool reads_operands = row.op == Op::log || row.op == Op::abs;
      if (asks && !reads_operands && declared_.can_set) set_later(row.op);
    }
    const bool gates = contains(declared_.ops, Op::relu) && contains(declared_.ops, Op::mul);
    if (declared_.mask_form == MaskForm::unknown && gates) mask();
    if (declared_.relu_at_zero_open) slope(Question::relu_at_zero, Op::relu, 0);
    if (declared_.abs_at_zero_open) slope(Question::abs_at_zero, Op::abs, 0);
    if (declared_.leaky_slope_open) slope(Question::leaky_slope, Op::leaky_relu, -1);
    if (declared_.leaky_at_zero_open) slope(Question::leaky_at_zero, Op::leaky_relu, 0);
    if (declared_.second_backward == SecondBackward::unknown) twice();
    return std::move(probes_);
  }

 private:
  NodeId put(Op op, NodeId a = 0, NodeId b = 0, double immediate = 0) {
    Instruction line;
    line.op = op;
    if (info(op).arity > 0) line.operands[0] = a;
    if (info(op).arity > 1) line.operands[1] = b;
    line.immediate = immediate;
    program_.code.push_back(line);
    return static_cast<NodeId>(program_.code.size() - 1);
  }

  void finish(Question question, Op op) {
    probes_.push_back({question, op, std::move(program_)});
    program_ = {};
  }

  // Between low and high, with random digits to the last bit.
  double draw(double low, double high) {
    const auto bits = static_cast<double>(choices_.below(std::uint64_t{1} << 53));
    return round_(low + (high - low) * (bits * 0x1p-53));
  }

  // One application of `op` to arguments where it is smooth, and its product with a number.
  NodeId application(Op op, unsigned k) {
    static constexpr std::array<double, 6> kExponents = {2, 3, 0.5, -1, 2.5, -2};
    const bool symmetric = op == Op::tanh || op == Op::sigmoid || op == Op::exp;
    const NodeId x = put(Op::input, 0, 0, draw(symmetric ? -3 : 0.25, 3));
    const NodeId y = info(op).arity > 1 ? put(Op::input, 0, 0, draw(0.25, 3)) : 0;
    const NodeId value = put(op, x, y, op == Op::pow ? kExponents[k % kExponents.size()] : 0);
    if (!contains(declared_.ops, Op::mul)) return value;
    return put(Op::mul, value, put(Op::input, 0, 0, draw(0.5, 2)));
  }

  void rule(Op op) {
    choices_ = SeedChoices(kSeed + static_cast<std::uint64_t>(op));
    const unsigned together = bundles_ ? kArgumentsOfOne : 1;
    for (unsigned k = 0; k < kArguments;) {
      NodeId sum = application(op, k++);
      for (unsigned more = 1; more < together; ++more)
        sum = put(Op::add, sum, application(op, k++));
      finish(Question::rule, op);
    }
  }

  // y = op x, x set to something else, and then backward: what the rule makes of the result that is
  // stored is at least half as large again, or as small, as what it makes of the one that x has
  // now.
  void set_later(Op op) {
    std::vector<NodeId> inputs = {put(Op::input, 0, 0, 0.5)};
    if (info(op).arity > 1) inputs.push_back(put(Op::input, 0, 0, 2));
    Action action;
    action.verb = Verb::backward;
    action.target = put(op, 0, inputs.back(), op == Op::pow ? 3 : 0);
    action.position = action.target + 1;
    const Action backward = action;
    action.verb = Verb::set;
    for (const NodeId input : inputs) {
      action.target = input;
      action.value = program_.code[input].immediate + 1;
      program_.actions.push_back(action);
    }
    program_.actions.push_back(backward);
    finish(Question::recomputes, op);
  }

  // An infinite gradient at a shut gate: nothing, or 0 * inf.
  void mask() {
    const NodeId gate = put(Op::relu, put(Op::input, 0, 0, -1));
    put(Op::mul, gate, put(Op::input, 0, 0, std::numeric_limits<double>::infinity()));
    finish(Question::mask, Op::relu);
  }

  void slope(Question question, Op op, double x) {
    if (!contains(declared_.ops, op)) return;
    put(op, put(Op::input, 0, 0, x));
    finish(question, op);
  }

  // A function of 1 whose derivative there is a small integer, and backward from it twice.
  void twice() {
    for (const Op op : {Op::add, Op::mul, Op::neg, Op::relu, Op::log, Op::sqrt, Op::abs}) {
      if (!contains(declared_.ops, op)) continue;
      const NodeId x = put(Op::input, 0, 0, 1);
      Action backward;
      backward.target = put(op, x, x);
      backward.position = backward.target + 1;
      program_.actions = {backward, backward};
      return finish(Question::second_backward, op);
    }
  }

  const Capabilities& declared_;
  const Arithmetic round_;
  const bool bundles_;
  SeedChoices choices_ = SeedChoices(kSeed);
  Program program_;
  std::vector<Probe> probes_;
};

}  // namespace

bool form_is_open(Op op, const Capabilities& declared) {
  switch (op) {
    case Op::exp:
      return declared.exp_form == ExpForm::unknown;
    case Op::log:
      return declared.log_form == LogForm::unknown;
    case Op::pow:
      return declared.pow_form == PowForm::unknown;
    case Op::powv:
      return declared.powv_form == PowvForm::unknown || declared.pow_form == PowForm::unknown;
    case Op::div:
      return declared.div_form == DivForm::unknown;
    case Op::tanh:
      return declared.tanh_form == TanhForm::unknown;
    case Op::sigmoid:
      return declared.sigmoid_form == SigmoidForm::unknown;
    case Op::sqrt:
      return declared.sqrt_form == SqrtForm::unknown;
    case Op::abs:
      return declared.abs_form == AbsForm::unknown;
    default:
      return false;
  }
}

std::vector<Probe> probes_of(const Capabilities& declared) { return Writer(declared).write(); }

}  // namespace cradle
