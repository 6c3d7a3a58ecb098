// The tape, for any rules: it records the instructions and sweeps them in reverse.
//
// A node is one row; its operands stand in a common list. Handles are row numbers, which are those
// of the program but for the hidden neurons of a network.
//
// A Kind says what is left open:
//
//   using Scalar = double;              // or float
//   static Scalar value(std::uint32_t op, Scalar x, Scalar y, Scalar exponent);
//   static Contributions<Scalar> contributions(std::uint32_t op, Scalar x, Scalar y,
//                                              Scalar exponent, Scalar out, Scalar g);
//   static Scalar gate(Scalar data, Scalar g);   // what relu passes on; `data` may be its result
//   static constexpr Order kOrder = Order::creation;
//   static constexpr Second kSecond = Second::accumulates;

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "checks/engines/adapter.h"
#include "checks/engines/tape_rules.h"

namespace cradle::tape {

/// In which order results are swept: the last made first, or the reverse of a depth-first search
/// that goes to the last operand first.
enum class Order : std::uint8_t { creation, depth_first };

/// What a backward does where there was one before.
enum class Second : std::uint8_t { accumulates, resets, refuses };

/// What the plain rules know to be true of themselves. The caller gives it a name.
inline cradle_capabilities plain_record(const char* name) {
  cradle_capabilities record = {};
  record.name = name;
  record.ops = (1U << CRADLE_OP_COUNT) - 1;
  record.handle = CRADLE_HANDLE_RAW;
  record.release = CRADLE_RELEASE_PER_HANDLE;
  record.zero_grad = CRADLE_ZERO_NODE;
  record.second_backward = CRADLE_SECOND_ACCUMULATES;
  record.reads_at_backward = record.as_declared = 1;
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
  record.sqrt_form = CRADLE_FORM_SQRT_OUTPUT;
  record.mask_form = CRADLE_FORM_MASK_SELECTS;
  record.relu_keeps_nan = 1;
  record.neuron_in_order = 1;
  return record;
}

/// The plain rules in either precision.
template <typename Number>
struct Plain {
  using Scalar = Number;
  static Scalar value(std::uint32_t op, Scalar x, Scalar y, Scalar exponent) {
    return tape::value(op, x, y, exponent);
  }
  static Contributions<Scalar> contributions(std::uint32_t op, Scalar x, Scalar y, Scalar exponent,
                                             Scalar out, Scalar g) {
    return tape::contributions(op, x, y, exponent, out, g);
  }
  static Scalar gate(Scalar data, Scalar g) { return data > 0 ? g : 0; }
  static constexpr Order kOrder = Order::creation;
  static constexpr Second kSecond = Second::accumulates;
};

/// A session, as adapter.h wants it, but for `capabilities`.
template <typename Kind>
class Tape {
 public:
  using Scalar = typename Kind::Scalar;
  using Handle = std::uint32_t;

  bool open() {
    rows_.clear();
    operands_.clear();
    live_ = 0;
    return true;
  }
  void close() { open(); }
  static bool made(const Handle& node) { return node != std::numeric_limits<Handle>::max(); }

  Handle input(double value) { return add_row(CRADLE_OP_INPUT, {}, 0, static_cast<Scalar>(value)); }

  Handle apply(std::uint32_t op, Handle& x, Handle& y, double exponent) {
    const Handle both[] = {x, y};
    const auto e = static_cast<Scalar>(exponent);
    return add_row(op, std::span<const Handle>(both, arity(op)), e,
                   Kind::value(op, rows_[x].data, rows_[y].data, e));
  }

  Handle neuron(std::span<Handle> x, std::span<Handle> w, Handle& b, bool linear) {
    Scalar sum = rows_[b].data;
    for (std::size_t k = 0; k < x.size(); ++k) sum += rows_[w[k]].data * rows_[x[k]].data;
    std::vector<Handle>& all = scratch_;
    all.assign(x.begin(), x.end());
    all.insert(all.end(), w.begin(), w.end());
    all.push_back(b);
    const Scalar data = linear ? sum : Kind::value(CRADLE_OP_RELU, sum, sum, 0);
    return add_row(CRADLE_OP_NEURON, all, linear ? 1 : 0, data);
  }

  int backward(Handle& root) {
    sort(root);
    if (!starts_afresh()) return -1;
    rows_[root].grad = 1;
    for (const Handle node : order_) {
      rows_[node].swept = true;
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
  void set(Handle& node, double value) { rows_[node].data = static_cast<Scalar>(value); }
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
    const std::size_t width = shape.widths[shape.layer_count];
    for (std::size_t sample = 0; sample < shape.batch; ++sample) {
      const std::span<Handle> x = inputs.subspan(sample * shape.widths[0], shape.widths[0]);
      const std::vector<Handle> y = network_forward(shape, x, parameters);
      for (std::size_t k = 0; k < width; ++k) outputs[sample * width + k] = y[k];
    }
    return true;
  }

 private:
  std::vector<Handle> network_forward(const cradle_network& shape, std::span<Handle> inputs,
                                      std::span<Handle> parameters) {
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
    return x;
  }

 protected:
  struct Row {
    std::uint32_t op;
    std::uint32_t count;
    std::uint32_t first_operand;
    std::uint32_t operand_count;
    Scalar immediate;  // the exponent of pow; of a neuron: 1 without relu
    Scalar data;
    Scalar grad;
    bool swept;  // by some backward
  };

  std::span<const Handle> operands_of(Handle node) const {
    return std::span(operands_).subspan(rows_[node].first_operand, rows_[node].operand_count);
  }

  std::vector<Row> rows_;

 private:
  Handle add_row(std::uint32_t op, std::span<const Handle> operands, Scalar immediate,
                 Scalar data) {
    const Row row = {op,
                     1,
                     static_cast<std::uint32_t>(operands_.size()),
                     static_cast<std::uint32_t>(operands.size()),
                     immediate,
                     data,
                     0,
                     false};
    operands_.insert(operands_.end(), operands.begin(), operands.end());
    for (const Handle operand : operands) ++rows_[operand].count;
    rows_.push_back(row);
    ++live_;
    return static_cast<Handle>(rows_.size() - 1);
  }

  // Fills `order_` with what the root is made of, itself first, results before their operands.
  void sort(Handle root) {
    order_.clear();
    reached_.assign(std::size_t{root} + 1, false);
    reached_[root] = true;
    if constexpr (Kind::kOrder == Order::creation) {
      for (Handle node = root + 1; node-- > 0;) {
        if (!reached_[node]) continue;
        order_.push_back(node);
        for (const Handle operand : operands_of(node)) reached_[operand] = true;
      }
    } else {
      std::vector<std::pair<Handle, std::size_t>> path = {{root, operands_of(root).size()}};
      while (!path.empty()) {
        auto& [node, left] = path.back();
        if (left == 0) {
          order_.push_back(node);
          path.pop_back();
          continue;
        }
        const Handle operand = operands_of(node)[--left];
        if (reached_[operand]) continue;
        reached_[operand] = true;
        path.emplace_back(operand, operands_of(operand).size());
      }
      std::reverse(order_.begin(), order_.end());
    }
  }

  // What this kind does about gradients that are there already. False: it refuses to go on.
  bool starts_afresh() {
    for (const Handle node : order_) {
      if constexpr (Kind::kSecond == Second::resets) rows_[node].grad = 0;
      if constexpr (Kind::kSecond == Second::refuses) {
        if (rows_[node].swept && rows_[node].op != CRADLE_OP_INPUT) return false;
      }
    }
    return true;
  }

  void pull_back(Handle node) {
    const Row& row = rows_[node];
    const std::span<const Handle> operands = operands_of(node);
    if (operands.empty()) return;
    const Scalar x = rows_[operands.front()].data;
    const Scalar y = rows_[operands.back()].data;
    const Contributions<Scalar> parts =
        Kind::contributions(row.op, x, y, row.immediate, row.data, row.grad);
    rows_[operands.front()].grad += parts.to_x;
    if (operands.size() == 2) rows_[operands.back()].grad += parts.to_y;
  }

  // b + sum of w x: d/dw = x, d/dx = w, d/db = 1 where the gate is open, from the last product to
  // the first.
  void pull_back_neuron(Handle node) {
    const Row row = rows_[node];
    const std::span<const Handle> operands = operands_of(node);
    const std::size_t count = operands.size() / 2;
    const Scalar through = row.immediate == 1 ? row.grad : Kind::gate(row.data, row.grad);
    for (std::size_t k = count; k-- > 0;) {
      Row& x = rows_[operands[k]];
      Row& w = rows_[operands[count + k]];
      const Scalar to_w = x.data * through;
      const Scalar to_x = w.data * through;
      w.grad += to_w;
      x.grad += to_x;
    }
    rows_[operands.back()].grad += through;
  }

  std::vector<Handle> operands_;
  std::vector<Handle> scratch_;
  std::vector<Handle> order_;
  std::vector<bool> reached_;
  std::uint64_t live_ = 0;
};

}  // namespace cradle::tape
