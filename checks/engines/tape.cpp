// The reference engine.
//
// A node is one row; its operands stand in a common list. Handles are row numbers, which are those
// of the program but for the hidden neurons of a network.

#include "checks/engines/tape.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "checks/engines/adapter.h"
#include "checks/engines/tape_rules.h"

namespace cradle {
namespace tape {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

struct Engine {
  using Handle = std::uint32_t;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = "tape";
    record.ops = (1U << CRADLE_OP_COUNT) - 1;
    record.handle = CRADLE_HANDLE_RAW;
    record.release = CRADLE_RELEASE_PER_HANDLE;
    record.zero_grad = CRADLE_ZERO_NODE;
    record.second_backward = CRADLE_SECOND_ACCUMULATES;
    record.leaky_slope = record.leaky_at_zero = kLeakySlope;
    record.exp_ulps = record.log_ulps = record.pow_ulps = kLibmUlps;
    // glibc's manual says 2 beside the correctly rounded value; 2.12 of the true one were seen in
    // 10^6.
    record.tanh_ulps = 2.5;
    record.exp_form = CRADLE_FORM_EXP_FROM_OUTPUT;
    record.log_form = CRADLE_FORM_LOG_DIVISION;
    record.pow_form = CRADLE_FORM_POW_EXPONENT;
    record.div_form = CRADLE_FORM_DIV_QUOTIENT;
    record.tanh_form = CRADLE_FORM_TANH_SQUARE;
    record.sigmoid_form = CRADLE_FORM_SIGMOID_OUTPUT;
    record.mask_form = CRADLE_FORM_MASK_SELECTS;
    record.relu_keeps_nan = 1;
    record.neuron_in_order = 1;
    record.fixed_order = 1;
    return record;
  }

  bool open() {
    rows_.clear();
    operands_.clear();
    live_ = 0;
    return true;
  }
  void close() { open(); }
  static bool made(const Handle& node) { return node != kNone; }

  Handle input(double value) { return add_row(CRADLE_OP_INPUT, {}, 0, value); }

  Handle apply(std::uint32_t op, Handle& x, Handle& y, double exponent) {
    const Handle both[] = {x, y};
    const std::span<const Handle> used(both, arity(op));
    return add_row(op, used, exponent, value(op, rows_[x].data, rows_[y].data, exponent));
  }

  Handle neuron(std::span<Handle> x, std::span<Handle> w, Handle& b, bool linear) {
    double sum = rows_[b].data;
    for (std::size_t k = 0; k < x.size(); ++k) sum += rows_[w[k]].data * rows_[x[k]].data;
    std::vector<Handle>& all = scratch_;
    all.assign(x.begin(), x.end());
    all.insert(all.end(), w.begin(), w.end());
    all.push_back(b);
    const double data = linear ? sum : value(CRADLE_OP_RELU, sum, 0, 0);
    return add_row(CRADLE_OP_NEURON, all, linear ? 1 : 0, data);
  }

  int backward(Handle& root) {
    reached_.assign(std::size_t{root} + 1, false);
    reached_[root] = true;
    rows_[root].grad = 1;
    for (Handle node = root + 1; node-- > 0;) {
      if (!reached_[node]) continue;
      for (const Handle operand : operands_of(node)) reached_[operand] = true;
      if (rows_[node].op == CRADLE_OP_NEURON) {
        pull_back_neuron(node);
      } else {
        pull_back(node);
      }
    }
    return 0;
  }

  double data(Handle& node) { return rows_[node].data; }
  double grad(Handle& node) { return rows_[node].grad; }
  void set(Handle& node, double value) { rows_[node].data = value; }
  void zero_grad(Handle& node) { rows_[node].grad = 0; }
  std::uint32_t count(Handle& node) { return rows_[node].count; }
  std::uint64_t live_nodes() { return live_; }
  void retain(Handle& node) { ++rows_[node].count; }

  void release(Handle& node) {
    scratch_.assign(1, node);
    while (!scratch_.empty()) {
      const Handle next = scratch_.back();
      scratch_.pop_back();
      if (--rows_[next].count > 0) continue;
      --live_;
      const std::span<const Handle> operands = operands_of(next);
      scratch_.insert(scratch_.end(), operands.begin(), operands.end());
    }
  }

  bool network(const cradle_network& shape, std::span<Handle> inputs, std::span<Handle> parameters,
               std::span<Handle> outputs) {
    for (std::size_t k = 0; k < parameters.size(); ++k) parameters[k] = input(shape.parameters[k]);
    std::vector<Handle> x(inputs.begin(), inputs.end());
    std::size_t used = 0;
    for (std::uint32_t layer = 1; layer <= shape.layer_count; ++layer) {
      const bool linear = layer == shape.layer_count && shape.last_layer_linear != 0;
      std::vector<Handle> y;
      for (std::uint32_t k = 0; k < shape.widths[layer]; ++k) {
        const std::span<Handle> w = parameters.subspan(used, x.size());
        y.push_back(neuron(x, w, parameters[used + x.size()], linear));
        used += x.size() + 1;
      }
      for (Handle& hidden : x) {
        if (layer > 1) release(hidden);
      }
      x = std::move(y);
    }
    for (std::size_t k = 0; k < outputs.size(); ++k) outputs[k] = x[k];
    return true;
  }

 private:
  struct Row {
    std::uint32_t op;
    std::uint32_t count;
    std::uint32_t first_operand;
    std::uint32_t operand_count;
    double immediate;  // the exponent of pow; of a neuron: 1 without relu
    double data;
    double grad;
  };

  Handle add_row(std::uint32_t op, std::span<const Handle> operands, double immediate,
                 double data) {
    const Row row = {op,
                     1,
                     static_cast<std::uint32_t>(operands_.size()),
                     static_cast<std::uint32_t>(operands.size()),
                     immediate,
                     data,
                     0};
    operands_.insert(operands_.end(), operands.begin(), operands.end());
    for (const Handle operand : operands) ++rows_[operand].count;
    rows_.push_back(row);
    ++live_;
    return static_cast<Handle>(rows_.size() - 1);
  }

  std::span<const Handle> operands_of(Handle node) const {
    return std::span(operands_).subspan(rows_[node].first_operand, rows_[node].operand_count);
  }

  void pull_back(Handle node) {
    const Row& row = rows_[node];
    const std::span<const Handle> operands = operands_of(node);
    if (operands.empty()) return;
    const double x = rows_[operands.front()].data;
    const double y = rows_[operands.back()].data;
    const Contributions parts = contributions(row.op, x, y, row.immediate, row.data, row.grad);
    rows_[operands.front()].grad += parts.to_x;
    if (operands.size() == 2) rows_[operands.back()].grad += parts.to_y;
  }

  // b + sum of w x: d/dw = x, d/dx = w, d/db = 1 where the gate is open, from the last product to
  // the first.
  void pull_back_neuron(Handle node) {
    const Row row = rows_[node];
    const std::span<const Handle> operands = operands_of(node);
    const std::size_t count = operands.size() / 2;
    const bool open = row.immediate == 1 || row.data > 0;
    const double through = open ? row.grad : 0;
    for (std::size_t k = count; k-- > 0;) {
      Row& x = rows_[operands[k]];
      Row& w = rows_[operands[count + k]];
      const double to_w = x.data * through;
      const double to_x = w.data * through;
      w.grad += to_w;
      x.grad += to_x;
    }
    rows_[operands.back()].grad += through;
  }

  std::vector<Row> rows_;
  std::vector<Handle> operands_;
  std::vector<Handle> scratch_;
  std::vector<bool> reached_;
  std::uint64_t live_ = 0;
};

}  // namespace
}  // namespace tape

const cradle_engine* tape_engine() { return engine_of<tape::Engine>(); }

}  // namespace cradle
