// Does the C interface keep its promises, in whatever order its functions are called?
//
//   the first two bytes: one allocation a Value or not, and which allocation fails, if any
//   each two bytes after them are a call: what, and on which of the things at hand
//   Values are held once by the caller; Vectors, SimpleSets and networks own what they hold
//   what fails is explained by the failed allocation, or by a NULL or stale argument, and a stale
//   one is complained about
//   every call returns; the caller lets go of everything, and no Value and no memory is left
//
// Built with CRADLE_PLANTED it forgets one release, and has to be found out.

#include <microcrad/microcrad.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "fuzz/report.h"
#include "fuzz/subject.h"

namespace {

constexpr std::size_t kHeldMax = 64;
constexpr double kNumbers[] = {0, -0.0, 1, -1, 0.5, 2, 1e-310, 1e300};

#ifdef CRADLE_PLANTED
constexpr bool kForgetsOne = true;
#else
constexpr bool kForgetsOne = false;
#endif

// The allocator of an input: it counts, and fails once.
struct Memory {
  std::uint64_t calls = 0;
  std::uint64_t failing = 0;  // the number of the call that fails; 0: none
  std::uint64_t held = 0;
  std::uint64_t complaints = 0;

  bool failed() const { return failing > 0 && calls >= failing; }

  static void* allocate(std::size_t size, std::size_t alignment, void* user) {
    auto& memory = *static_cast<Memory*>(user);
    if (++memory.calls == memory.failing) return nullptr;
    ++memory.held;
    return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  }
  static void release(void* pointer, void* user) {
    if (pointer == nullptr) return;
    --static_cast<Memory*>(user)->held;
    std::free(pointer);
  }
  static void complain(const char* /*function*/, const Value* /*value*/, void* user) {
    ++static_cast<Memory*>(user)->complaints;
  }
};

// What the caller holds, and the calls on it.
class Caller {
 public:
  Caller(const Memory& memory, bool remembers)
      : memory_(memory), remembers_(remembers), vector_(vector_create()), set_(simpleset_create()) {
    microcrad_seed(1);  // an input means the same whatever came before it
  }
  ~Caller() { let_go(); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void call(std::uint8_t what, std::uint8_t which) {
    if (what % 4 != 3) {
      keep(made(what / 4, which));
    } else {
      act(what / 4, which);
    }
  }

  void let_go() {
    if (kForgetsOne && !values_.empty()) values_.pop_back();
    for (Value* const value : values_) value_release(value);
    values_.clear();
    vector_free(vector_);
    simpleset_free(set_);
    mlp_free(mlp_);
    vector_ = nullptr;
    set_ = nullptr;
    mlp_ = nullptr;
  }

 private:
  // One of the Values held, or null: every function takes it.
  Value* any(std::size_t place) const {
    return values_.empty() || place == 255 ? nullptr : values_[place % values_.size()];
  }

  void keep(Value* value) {
    if (value == nullptr) return;
    if (values_.size() < kHeldMax) {
      values_.push_back(value);
    } else {
      value_release(value);
    }
  }

  Value* made(std::size_t what, std::uint8_t which) const {
    Value* const first = any(which);
    Value* const second = any(which / 8U);
    const double number = kNumbers[which % 8];
    switch (what % 8) {
      case 0:
        return value_create_leaf(number);
      case 1:
        return value_add(first, second);
      case 2:
        return value_mul(first, second);
      case 3:
        return value_pow(first, number);
      case 4:
        return value_exp(first);
      case 5:
        return value_log(first);
      case 6:
        return value_relu(first);
      default: {
        Value* operands[] = {first, second};
        return value_create(number, which % 3, operands);
      }
    }
  }

  void act(std::size_t what, std::uint8_t which) {
    Value* const value = any(which);
    switch (what % 8) {
      case 0:
        value_backward(value);
        break;
      case 1:
        if (values_.size() < kHeldMax && value != nullptr) {
          value_retain(value);
          values_.push_back(value);
        }
        break;
      case 2:
        if (value != nullptr) {
          values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(which % values_.size()));
        }
        let_one_go(value);
        break;
      case 3:
        vector_append(vector_, value);
        break;
      case 4:
        keep_gotten(vector_get(vector_, which % 16U));
        break;
      case 5:
        simpleset_insert(set_, value);
        cradle::require("c_api",
                        value == nullptr || simpleset_contains(set_, value) || memory_.failed(),
                        "a Value that was inserted is not contained");
        break;
      case 6:
        make_network(which);
        break;
      default:
        go_forward();
    }
  }

  // The place of a Value that has died can still be told from a live one, until it is taken again.
  void let_one_go(Value* value) {
    const bool dies = value != nullptr && value->ref_count == 1;
    value_release(value);
    if (!dies || !remembers_) return;
    misuse(value);
  }

  // Each is refused, changes nothing, and is complained about.
  void misuse(Value* stale) const {
    const std::uint64_t before = memory_.complaints;
    const std::uint64_t told =
        vector_ == nullptr ? 3 : 4;  // without a Vector it is not asked about
    const std::size_t alive = microcrad_live_values();
    cradle::require("c_api", value_exp(stale) == nullptr, "an op takes a stale operand");
    cradle::require("c_api", value_backward(stale) != 0, "backward takes a stale root");
    cradle::require("c_api", vector_append(vector_, stale) != 0, "a Vector takes a stale Value");
    value_release(stale);
    cradle::require("c_api", memory_.complaints >= before + told, "misuse is not complained about");
    cradle::require("c_api", microcrad_live_values() == alive, "misuse changes what is alive");
  }

  // What a Vector gives is the Vector's: held from here on.
  void keep_gotten(Value* value) {
    if (value == nullptr || values_.size() == kHeldMax) return;
    value_retain(value);
    values_.push_back(value);
  }

  void make_network(std::uint8_t which) {
    std::uint32_t widths[] = {1 + which % 3U, 1 + which / 3U % 3U};
    inputs_ = which % 4U;
    outputs_ = widths[1];
    mlp_free(mlp_);
    mlp_ = which % 2 == 0 ? mlp_create(inputs_, widths, 2) : mlp_create_linear(inputs_, widths, 2);
  }

  void go_forward() {
    if (mlp_ == nullptr || (values_.empty() && inputs_ > 0)) return;
    std::vector<Value*> inputs;
    for (std::uint32_t k = 0; k < inputs_; ++k) inputs.push_back(values_[k % values_.size()]);
    inputs.push_back(nullptr);
    Value** const outputs = mlp_forward(mlp_, inputs.data());
    cradle::require("c_api", outputs != nullptr || memory_.failed(),
                    "a network of live Values gives nothing");
    if (outputs == nullptr) return;
    for (std::uint32_t k = 0; k < outputs_; ++k) keep(outputs[k]);
    value_array_free(outputs);
    vector_append(vector_, any(values_.size() - 1));
    vector_free(mlp_parameters(mlp_));
  }

  const Memory& memory_;
  bool remembers_;              // the place of a Value outlives it
  std::vector<Value*> values_;  // each held once for every time that it stands here
  Vector* vector_;
  SimpleSet* set_;
  MLP* mlp_ = nullptr;
  std::uint32_t inputs_ = 0;
  std::uint32_t outputs_ = 0;
};

}  // namespace

const cradle::Subject& cradle::subject() {
  static const Subject chosen = without_engine(InputKind::other);
  return chosen;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const bool single = data[0] % 2 == 1;
  Memory memory;
  memory.failing = data[1];
  microcrad_set_segment_nodes(single ? 1 : 0);
  microcrad_set_allocator(Memory::allocate, Memory::release, &memory);
  microcrad_set_complaint(Memory::complain, &memory);
  {
    Caller caller(memory, !single);
    for (std::size_t k = 2; k + 1 < size; k += 2) caller.call(data[k], data[k + 1]);
  }
  cradle::require("c_api", microcrad_live_values() == 0, "Values are left when all are let go");
  microcrad_thread_release();
  cradle::require("c_api", memory.held == 0, "memory is left when all is let go");
  microcrad_set_complaint(nullptr, nullptr);
  microcrad_set_allocator(nullptr, nullptr, nullptr);
  return 0;
}
