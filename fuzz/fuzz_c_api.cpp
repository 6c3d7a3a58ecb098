// Does the C interface keep its promises, in whatever order its functions are called?
//
//   each two bytes are a call: what, and on which of the things at hand
//   Values are held once by the caller; Vectors, SimpleSets and networks own what they hold
//   every call returns; the caller lets go of everything, and nothing is left
//
// Built with CRADLE_PLANTED it forgets one release, and has to be found out.

#include <microcrad/microcrad.h>

#include <cstddef>
#include <cstdint>
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

// What the caller holds, and the calls on it.
class Caller {
 public:
  Caller() : vector_(vector_create()), set_(simpleset_create()) {
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
        value_release(value);
        break;
      case 3:
        vector_append(vector_, value);
        break;
      case 4:
        keep_gotten(vector_get(vector_, which % 16U));
        break;
      case 5:
        simpleset_insert(set_, value);
        cradle::require("c_api", value == nullptr || simpleset_contains(set_, value),
                        "a Value that was inserted is not contained");
        break;
      case 6:
        make_network(which);
        break;
      default:
        go_forward();
    }
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
    cradle::require("c_api", outputs != nullptr, "a network of live Values gives nothing");
    for (std::uint32_t k = 0; k < outputs_; ++k) keep(outputs[k]);
    value_array_free(outputs);
    vector_append(vector_, any(values_.size() - 1));
    vector_free(mlp_parameters(mlp_));
  }

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
  {
    Caller caller;
    for (std::size_t k = 0; k + 1 < size; k += 2) caller.call(data[k], data[k + 1]);
  }
  cradle::require("c_api", microcrad_live_values() == 0, "Values are left when all are let go");
  return 0;
}
