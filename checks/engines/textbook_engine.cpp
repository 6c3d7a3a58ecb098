// The adapter of the textbook engine.

#include "checks/engines/textbook_engine.h"

#include <cstdint>
#include <span>
#include <vector>

#include "checks/engines/adapter.h"
#include "checks/engines/textbook.h"
#include "checks/engines/textbook_faults.h"
#include "checks/engines/textbook_memory.h"
#include "checks/engines/textbook_network.h"

namespace cradle {
namespace textbook {
namespace {

// Recursion needs a few hundred bytes of stack a level, under sanitizers too.
constexpr std::uint64_t kDepthMax = 10'000;

template <bool iterative>
struct Engine {
  using Handle = Value*;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = iterative ? "textbook_iterative" : "textbook";
    record.ops = ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_MUL, CRADLE_OP_POW,
                         CRADLE_OP_EXP, CRADLE_OP_LOG, CRADLE_OP_RELU});
    record.handle = CRADLE_HANDLE_RAW;
    record.release = CRADLE_RELEASE_PER_HANDLE;
    record.zero_grad = CRADLE_ZERO_NODE;
    record.second_backward = CRADLE_SECOND_ACCUMULATES;
    record.reads_at_backward = record.as_declared = 1;
    record.misuse = 1U << CRADLE_MISUSE_NULL;
    record.depth_max = iterative ? 0 : kDepthMax;
    record.exp_ulps = record.log_ulps = record.pow_ulps = kLibmUlps;
    record.relu_keeps_nan = 1;
    record.neuron_in_order = 1;
    record.exp_form = CRADLE_FORM_EXP_FROM_OUTPUT;
    record.log_form = CRADLE_FORM_LOG_DIVISION;
    record.pow_form = CRADLE_FORM_POW_EXPONENT;
    record.mask_form = CRADLE_FORM_MASK_SELECTS;
    return record;
  }

  bool open() {
    memory.reset();
    faulty_reset();
    options = {Fault::none, iterative, iterative};
    return true;
  }
  void close() { open(); }

  Handle input(double value) { return value_create_leaf(value); }

  Handle apply(std::uint32_t op, Handle& x, Handle& y, double exponent) {
    return make(op, x, y, exponent);
  }

  int backward(Handle& root) { return value_backward(root); }
  double data(Handle& node) { return node->data; }
  double grad(Handle& node) { return node->grad; }
  void retain(Handle& node) { value_retain(node); }
  void release(Handle& node) { value_release(node); }
  void set(Handle& node, double value) { node->data = value; }
  void zero_grad(Handle& node) {
    if (is_planted(Fault::zero_grad_of_inputs) && node->n_prevs > 0) return;
    node->grad = 0;
  }
  std::uint32_t count(Handle& node) { return node->ref_count; }
  std::uint64_t live_nodes() { return memory.live_values; }
  std::uint64_t allocations() { return memory.calls(); }
  int fail(std::uint32_t count) {
    memory.fail(count);
    return 0;
  }

  // NULL in gives NULL out, in each place.
  int misuse(std::uint32_t kind, std::uint32_t op, Handle* held) {
    if (kind != CRADLE_MISUSE_NULL) return -1;
    const std::uint64_t live = memory.live_values;
    bool told = make(op, nullptr, nullptr, 2) == nullptr && value_backward(nullptr) == -1;
    if (held != nullptr && (op == CRADLE_OP_ADD || op == CRADLE_OP_MUL)) {
      told =
          told && make(op, *held, nullptr, 2) == nullptr && make(op, nullptr, *held, 2) == nullptr;
    }
    value_retain(nullptr);
    value_release(nullptr);
    return told && memory.live_values == live ? 0 : -1;
  }

  bool network(const cradle_network& shape, std::span<Handle> inputs, std::span<Handle> parameters,
               std::span<Handle> outputs) {
    Mlp* const mlp = mlp_create(shape.widths[0], shape.widths + 1, shape.layer_count,
                                shape.last_layer_linear != 0);
    Vector* const all = mlp == nullptr ? nullptr : mlp_parameters(mlp);
    for (std::size_t k = 0; all != nullptr && k < parameters.size(); ++k) {
      all->items[k]->data = shape.parameters[k];
    }
    const std::size_t width = shape.widths[shape.layer_count];
    bool done = all != nullptr;
    for (std::uint32_t sample = 0; done && sample < shape.batch; ++sample) {
      Value** const x = inputs.data() + std::size_t{sample} * shape.widths[0];
      const bool last = sample + 1 == shape.batch;
      Value** const results = last ? mlp_forward(mlp, x) : faulty_mlp_forward(mlp, x);
      done = results != nullptr;
      for (std::size_t k = 0; done && k < width; ++k) outputs[sample * width + k] = results[k];
      value_array_free(results);
    }
    for (std::size_t k = 0; done && k < parameters.size(); ++k) {
      parameters[k] = all->items[k];
      value_retain(parameters[k]);
    }
    // What was made before a failure belongs to nobody.
    for (Value*& output : outputs) {
      if (done) break;
      value_release(output);
    }
    vector_free(all);
    mlp_free(mlp);
    return done;
  }

 private:
  static Value* make(std::uint32_t op, Value* x, Value* y, double exponent) {
    switch (op) {
      case CRADLE_OP_ADD:
        return value_add(x, y);
      case CRADLE_OP_MUL:
        return value_mul(x, y);
      case CRADLE_OP_POW:
        return value_pow(x, exponent);
      case CRADLE_OP_EXP:
        return value_exp(x);
      case CRADLE_OP_LOG:
        return value_log(x);
      case CRADLE_OP_RELU:
        return value_relu(x);
      default:
        return nullptr;
    }
  }
};

}  // namespace
}  // namespace textbook

const cradle_engine* textbook_engine() { return engine_of<textbook::Engine<false>>(); }

const cradle_engine* textbook_iterative_engine() { return engine_of<textbook::Engine<true>>(); }

}  // namespace cradle
