// The adapter of microcrad. Its memory goes through a hook that counts, and that makes chosen calls
// fail; each session starts and ends without segments, so that a program allocates the same each
// time.

#include "microcrad/microcrad.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <unordered_set>
#include <vector>

#include "checks/engines/adapter.h"
#include "checks/engines/microcrad.h"

namespace cradle {
namespace {

// The memory behind the hook. Segments wait here between sessions: to map 64 KiB afresh costs ten
// times what a small program does. Smaller blocks are malloc's, so that a memory checker sees each.
class Allocations {
 public:
  ~Allocations() {
    for (void* segment : idle_) std::free(segment);
  }

  void start() {
    calls_ = 0;
    failing_.clear();
  }
  void fail(std::uint32_t count) { failing_.push_back(calls_ + count); }
  std::uint64_t calls() const { return calls_; }

  static void* allocate(std::size_t size, std::size_t alignment, void* user) {
    return static_cast<Allocations*>(user)->take(size, alignment);
  }
  static void give_back(void* pointer, void* user) {
    static_cast<Allocations*>(user)->give_back(pointer);
  }

 private:
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kIdleMax = 4;

  void* take(std::size_t size, std::size_t alignment) {
    ++calls_;
    if (!failing_.empty() && std::erase(failing_, calls_) > 0) return nullptr;
    if (alignment <= alignof(std::max_align_t)) return std::malloc(size);
    const bool is_segment = alignment >= kPage;
    if (is_segment && !idle_.empty()) {
      void* const segment = idle_.back();
      idle_.pop_back();
      return segment;
    }
    void* pointer = nullptr;
    if (posix_memalign(&pointer, alignment, size) != 0) return nullptr;
    if (is_segment) segments_.insert(pointer);
    return pointer;
  }

  void give_back(void* pointer) {
    const bool is_segment =
        reinterpret_cast<std::uintptr_t>(pointer) % kPage == 0 && segments_.contains(pointer);
    if (is_segment && idle_.size() < kIdleMax) {
      idle_.push_back(pointer);
      return;
    }
    if (is_segment) segments_.erase(pointer);
    std::free(pointer);
  }

  std::uint64_t calls_ = 0;                   // the failed ones included
  std::vector<std::uint64_t> failing_;        // numbers of calls to come
  std::unordered_set<const void*> segments_;  // looked up, never iterated; all of one size
  std::vector<void*> idle_;
};

void count_complaint(const char*, const Value*, void* user) {
  ++*static_cast<std::uint64_t*>(user);
}

Value* make(std::uint32_t op, Value* x, Value* y, double exponent) {
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

template <bool single>
struct Engine {
  using Handle = Value*;

  static cradle_capabilities capabilities() {
    cradle_capabilities record = {};
    record.name = single ? "microcrad:single" : "microcrad";
    record.ops = ops_of({CRADLE_OP_INPUT, CRADLE_OP_ADD, CRADLE_OP_MUL, CRADLE_OP_POW,
                         CRADLE_OP_EXP, CRADLE_OP_LOG, CRADLE_OP_RELU, CRADLE_OP_NEURON});
    record.handle = CRADLE_HANDLE_RAW;
    record.release = CRADLE_RELEASE_PER_HANDLE;
    record.zero_grad = CRADLE_ZERO_NODE;
    record.second_backward = CRADLE_SECOND_ACCUMULATES;
    record.misuse = 1U << CRADLE_MISUSE_NULL;
    if (!single) record.misuse |= 1U << CRADLE_MISUSE_STALE | 1U << CRADLE_MISUSE_OVER_RELEASE;
    record.exp_ulps = record.log_ulps = record.pow_ulps = kLibmUlps;
    record.exp_form = CRADLE_FORM_EXP_FROM_OUTPUT;
    record.log_form = CRADLE_FORM_LOG_DIVISION;
    record.pow_form = CRADLE_FORM_POW_EXPONENT;
    record.mask_form = CRADLE_FORM_MASK_SELECTS;
    record.relu_keeps_nan = 1;
    record.neuron_in_order = 1;
    record.fixed_order = 1;
    record.reads_at_backward = record.as_declared = 1;
    record.one_allocation_a_node = single ? 1 : 0;
    return record;
  }

  bool open() {
    microcrad_set_complaint(count_complaint, &complaints_);
    if (microcrad_set_allocator(Allocations::allocate, Allocations::give_back, &allocations_) != 0)
      return false;
    if (microcrad_set_segment_nodes(single ? 1 : 0) != 0) return false;
    allocations_.start();
    complaints_ = 0;
    return true;
  }

  // Refused by the library when Values are alive that nobody can name: then the hook has to stay.
  void close() {
    microcrad_set_complaint(nullptr, nullptr);
    microcrad_set_segment_nodes(0);
    microcrad_set_allocator(nullptr, nullptr, nullptr);
  }

  Handle input(double value) { return value_create_leaf(value); }

  Handle apply(std::uint32_t op, Handle& x, Handle& y, double exponent) {
    return make(op, x, y, exponent);
  }

  Handle neuron(std::span<Handle> x, std::span<Handle> w, Handle& b, bool linear) {
    Neuron neuron = {static_cast<std::uint32_t>(x.size()), w.data(), b};
    return linear ? neuron_forward_linear(&neuron, x.data()) : neuron_forward(&neuron, x.data());
  }

  int backward(Handle& root) { return value_backward(root); }
  double data(Handle& node) { return node->data; }
  double grad(Handle& node) { return node->grad; }
  void retain(Handle& node) { value_retain(node); }
  void release(Handle& node) { value_release(node); }
  void set(Handle& node, double value) { node->data = value; }
  void zero_grad(Handle& node) { node->grad = 0; }
  std::uint32_t count(Handle& node) { return node->ref_count; }
  std::uint64_t live_nodes() { return microcrad_live_values(); }
  std::uint64_t allocations() { return allocations_.calls(); }
  int fail(std::uint32_t count) {
    allocations_.fail(count);
    return 0;
  }

  int misuse(std::uint32_t kind, std::uint32_t op, Handle* node) {
    switch (kind) {
      case CRADLE_MISUSE_NULL:
        return tells_null(op, node == nullptr ? nullptr : *node) ? 0 : -1;
      case CRADLE_MISUSE_STALE:
        return !single && tells_stale(*node) ? 0 : -1;
      case CRADLE_MISUSE_OVER_RELEASE:
        value_release(*node);
        return !single && tells_over_release(*node) ? 0 : -1;
      default:
        return -1;
    }
  }

  bool network(const cradle_network& shape, std::span<Handle> inputs, std::span<Handle> parameters,
               std::span<Handle> outputs) {
    std::vector<std::uint32_t> widths(shape.widths + 1, shape.widths + 1 + shape.layer_count);
    MLP* const mlp = (shape.last_layer_linear != 0 ? mlp_create_linear : mlp_create)(
        shape.widths[0], widths.data(), shape.layer_count);
    Vector* const all = mlp == nullptr ? nullptr : mlp_parameters(mlp);
    const bool whole = all != nullptr && all->size == parameters.size();
    for (std::size_t k = 0; whole && k < parameters.size(); ++k) {
      vector_get(all, k)->data = shape.parameters[k];
    }
    const std::size_t width = shape.widths[shape.layer_count];
    bool done = whole;
    std::size_t made = 0;
    for (; done && made < shape.batch; ++made) {
      Value** const results = mlp_forward(mlp, inputs.data() + made * shape.widths[0]);
      done = results != nullptr;
      for (std::size_t k = 0; done && k < width; ++k) outputs[made * width + k] = results[k];
      value_array_free(results);
    }
    for (std::size_t k = 0; done && k < parameters.size(); ++k) {
      parameters[k] = vector_get(all, k);
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
  // NULL in gives NULL out, in each place, without a complaint.
  bool tells_null(std::uint32_t op, Value* held) {
    const std::uint64_t live = microcrad_live_values();
    const std::uint64_t complaints = complaints_;
    bool told = make(op, nullptr, nullptr, 2) == nullptr && value_backward(nullptr) == -1;
    if (held != nullptr && (op == CRADLE_OP_ADD || op == CRADLE_OP_MUL)) {
      told = told && make(op, held, nullptr, 2) == nullptr && make(op, nullptr, held, 2) == nullptr;
    }
    value_retain(nullptr);
    value_release(nullptr);
    return told && microcrad_live_values() == live && complaints_ == complaints;
  }

  // Every use of a stale Value is complained about, and changes nothing.
  bool tells_stale(Value* stale) {
    const std::uint64_t live = microcrad_live_values();
    const std::uint64_t complaints = complaints_;
    const bool refused = value_exp(stale) == nullptr && value_backward(stale) == -1;
    value_retain(stale);
    value_release(stale);
    return refused && complaints_ == complaints + 4 && microcrad_live_values() == live;
  }

  bool tells_over_release(Value* freed) {
    const std::uint64_t live = microcrad_live_values();
    const std::uint64_t complaints = complaints_;
    value_release(freed);
    return complaints_ == complaints + 1 && microcrad_live_values() == live;
  }

  Allocations allocations_;
  std::uint64_t complaints_ = 0;
};

}  // namespace

const cradle_engine* microcrad_engine() { return engine_of<Engine<false>>(); }

const cradle_engine* microcrad_single_engine() { return engine_of<Engine<true>>(); }

}  // namespace cradle
