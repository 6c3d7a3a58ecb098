// The functions of an engine's table, over a plain struct: the half of adapter.h that a reader of
// an adapter need not see.
//
// A handle is kept for each node number, with the number of references that cradle holds to it, so
// that a session that is closed early gives back what it still holds.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checks/engines/engine.h"
#include "checks/engines/pages.h"

namespace cradle {

/// The functions of the table, for one engine. There is one session, as at most one is open.
template <typename E>
class AdapterSession {
 public:
  using Handle = typename E::Handle;

  static const cradle_capabilities& record() {
    static const cradle_capabilities record = [] {
      cradle_capabilities declared = E::capabilities();
      declared.size = sizeof declared;
      constexpr bool kZeroes = requires(E & e, Handle & h) { e.zero_grad(h); };
      if (kZeroes && declared.zero_grad == CRADLE_ZERO_NONE) declared.zero_grad = CRADLE_ZERO_NODE;
      return declared;
    }();
    return record;
  }

  static void* open() noexcept {
    static AdapterSession session;
    session.nodes_.clear();
    session.firsts_.clear();
    if (!kOpens || !session.engine_) session.engine_.emplace();
    if constexpr (kOpens) {
      if (!session.engine_->open()) return nullptr;
    }
    return &session;
  }

  static void close(void* opaque) noexcept {
    AdapterSession& self = at(opaque);
    if constexpr (kReleases) {
      for (std::size_t k = 0; k < self.nodes_.size(); ++k) {
        Node& node = self.nodes_[k];
        for (; node.held > 0; --node.held) self.engine_->release(*node.handle);
      }
    }
    self.nodes_.clear();
    if constexpr (requires(E & engine) { engine.close(); }) self.engine_->close();
    if constexpr (!kOpens) self.engine_.reset();
  }

  static int input(void* opaque, std::uint32_t node, double value) noexcept {
    AdapterSession& self = at(opaque);
    return self.guarded([&] { return self.keep(node, self.engine_->input(value)); });
  }

  static int apply(void* opaque, std::uint32_t node, const cradle_instruction* code) noexcept {
    AdapterSession& self = at(opaque);
    if ((record().ops >> code->op & 1) == 0 || code->operand_count == 0) return -1;
    for (std::uint32_t slot = 0; slot < code->operand_count; ++slot) {
      if (self.find(code->operands[slot]) == nullptr) return -1;
    }
    return self.guarded([&] {
      if (code->op == CRADLE_OP_NEURON) return self.apply_neuron(node, *code);
      Handle& x = *self.find(code->operands[0]);
      Handle& y = code->operand_count > 1 ? *self.find(code->operands[1]) : x;
      return self.keep(node, self.engine_->apply(code->op, x, y, code->immediate));
    });
  }

  static int backward(void* opaque, std::uint32_t node) noexcept {
    AdapterSession& self = at(opaque);
    Handle* root = self.find(node);
    if (root == nullptr) return -1;
    return self.guarded([&] {
      if constexpr (std::is_void_v<decltype(self.engine_->backward(*root))>) {
        self.engine_->backward(*root);
        return 0;
      } else {
        return self.engine_->backward(*root);
      }
    });
  }

  static double data(void* opaque, std::uint32_t node) noexcept {
    Handle* handle = at(opaque).find(node);
    return handle == nullptr ? kNothing : at(opaque).engine_->data(*handle);
  }
  static double grad(void* opaque, std::uint32_t node) noexcept {
    Handle* handle = at(opaque).find(node);
    return handle == nullptr ? kNothing : at(opaque).engine_->grad(*handle);
  }

  static void retain(void* opaque, std::uint32_t node) noexcept {
    if (at(opaque).find(node) == nullptr) return;
    ++at(opaque).nodes_[node].held;
    if constexpr (!kOwns) at(opaque).engine_->retain(*at(opaque).find(node));
  }
  static void release(void* opaque, std::uint32_t node) noexcept {
    AdapterSession& self = at(opaque);
    if (self.find(node) == nullptr || self.nodes_[node].held == 0) return;
    --self.nodes_[node].held;
    if constexpr (!kOwns) {
      self.engine_->release(*self.find(node));
    } else if (self.nodes_[node].held == 0) {
      self.nodes_[node].handle.reset();
    }
  }
  static void set(void* opaque, std::uint32_t node, double value) noexcept {
    if (Handle* handle = at(opaque).find(node)) at(opaque).engine_->set(*handle, value);
  }
  static void zero_grad(void* opaque, std::uint32_t node) noexcept {
    if (Handle* handle = at(opaque).find(node)) at(opaque).engine_->zero_grad(*handle);
  }
  static std::uint32_t count(void* opaque, std::uint32_t node) noexcept {
    Handle* handle = at(opaque).find(node);
    return handle == nullptr ? 0 : at(opaque).engine_->count(*handle);
  }
  static std::uint64_t live_nodes(void* opaque) noexcept {
    return at(opaque).engine_->live_nodes();
  }
  static std::uint64_t allocations(void* opaque) noexcept {
    return at(opaque).engine_->allocations();
  }
  static int fail(void* opaque, std::uint32_t count) noexcept {
    return at(opaque).guarded([&] { return at(opaque).engine_->fail(count); });
  }
  static std::uint32_t identity(void* opaque, std::uint32_t node) noexcept {
    return at(opaque).find(node) == nullptr ? node : at(opaque).nodes_[node].identity;
  }

  static int misuse(void* opaque, std::uint32_t kind, std::uint32_t op,
                    std::uint32_t node) noexcept {
    AdapterSession& self = at(opaque);
    if (kind == CRADLE_MISUSE_NULL) {
      node = static_cast<std::uint32_t>(self.nodes_.size());
      while (node > 0 && self.nodes_[node - 1].held == 0) --node;
      return self.engine_->misuse(kind, op, node == 0 ? nullptr : self.find(node - 1));
    }
    if (self.find(node) == nullptr) return -1;
    if (kind == CRADLE_MISUSE_OVER_RELEASE) --self.nodes_[node].held;
    return self.engine_->misuse(kind, op, self.find(node));
  }

  static const char* last_error(void* opaque) noexcept {
    return at(opaque).error_[0] == 0 ? nullptr : at(opaque).error_;
  }

  static int network(void* opaque, const cradle_network* network) noexcept {
    AdapterSession& self = at(opaque);
    return self.guarded([&] { return self.make_network(*network); });
  }

  static constexpr bool kReleases = requires(E & e, Handle& h) { e.release(h); };
  /// A handle that is no plain pointer gives its reference back when it is destroyed.
  static constexpr bool kOwns = !kReleases && !std::is_pointer_v<Handle>;
  static constexpr bool kIdentifies = requires(E & e, Handle& h) { e.identity(h); };
  static constexpr bool kHasNeuron = requires(E & e, std::span<Handle> x, Handle& b) {
    e.neuron(x, x, b, true);
  };

 private:
  struct Node {
    std::optional<Handle> handle;  // nothing where the making failed
    std::uint32_t held = 0;
    std::uint32_t identity = 0;
  };

  static constexpr bool kOpens = requires(E & e) { e.open(); };
  static constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

  static AdapterSession& at(void* opaque) { return *static_cast<AdapterSession*>(opaque); }

  // What an exception says is kept for the report.
  template <typename Call>
  int guarded(Call call) noexcept {
    try {
      error_[0] = 0;
      return call();
    } catch (const std::exception& thrown) {
      std::snprintf(error_, sizeof error_, "%s", thrown.what());
    } catch (...) {
      std::snprintf(error_, sizeof error_, "an exception that is no std::exception");
    }
    return -1;
  }

  static bool is_made(const Handle& handle) {
    if constexpr (requires { E::made(handle); }) {
      return E::made(handle);
    } else if constexpr (requires { handle == nullptr; }) {
      return handle != nullptr;
    } else {
      return true;
    }
  }

  Handle* find(std::uint32_t node) {
    if (node >= nodes_.size()) return nullptr;
    std::optional<Handle>& handle = nodes_[node].handle;
    return handle ? &*handle : nullptr;
  }

  int keep(std::uint32_t node, Handle&& made) {
    if (!is_made(made)) return -1;
    nodes_.grow(std::size_t{node} + 1);
    Node& kept = nodes_[node];
    kept.handle.emplace(std::move(made));
    kept.held = 1;
    kept.identity = node;
    if constexpr (kIdentifies) {
      // An address whose node is no longer held may be that of another node by now.
      const void* key = engine_->identity(*kept.handle);
      const auto [found, inserted] = firsts_.try_emplace(key, node);
      if (!inserted && nodes_[found->second].held > 0) kept.identity = found->second;
      if (!inserted && nodes_[found->second].held == 0) found->second = node;
    }
    return 0;
  }

  int apply_neuron(std::uint32_t node, const cradle_instruction& code) {
    if constexpr (kHasNeuron) {
      handles_.clear();
      for (std::uint32_t slot = 0; slot < code.operand_count; ++slot) {
        handles_.push_back(*find(code.operands[slot]));
      }
      const std::size_t count = (handles_.size() - 1) / 2;
      const std::span<Handle> all(handles_);
      return keep(node, engine_->neuron(all.first(count), all.subspan(count, count), all.back(),
                                        code.linear != 0));
    } else {
      return -1;
    }
  }

  int make_network(const cradle_network& network) {
    if (network.layer_count == 0 || network.batch == 0) return -1;
    std::uint32_t parameter_count = 0;
    for (std::uint32_t layer = 0; layer < network.layer_count; ++layer) {
      parameter_count += (network.widths[layer] + 1) * network.widths[layer + 1];
    }
    const std::uint32_t input_count = network.widths[0];
    const std::uint32_t output_count = network.widths[network.layer_count];
    std::vector<Handle> inputs, parameters(parameter_count);
    std::vector<Handle> outputs(std::size_t{network.batch} * output_count);
    for (std::uint32_t k = 0; k < network.batch * input_count; ++k) {
      const std::uint32_t sample = k / input_count;
      Handle* const x =
          find(network.first_input + sample * network.sample_stride + k % input_count);
      if (x == nullptr) return -1;
      inputs.push_back(*x);
    }
    if (!engine_->network(network, inputs, parameters, outputs)) return -1;
    int status = 0;
    for (std::uint32_t k = 0; k < parameter_count; ++k) {
      status |= keep(network.first_parameter + k, std::move(parameters[k]));
    }
    for (std::uint32_t k = 0; k < outputs.size(); ++k) {
      const std::uint32_t sample = k / output_count;
      const std::uint32_t y = network.first_output + sample * network.sample_stride;
      status |= keep(y + k % output_count, std::move(outputs[k]));
    }
    return status;
  }

  std::optional<E> engine_;
  Pages<Node> nodes_;
  char error_[256] = {};                                   // what the last exception said
  std::vector<Handle> handles_;                            // scratch
  std::unordered_map<const void*, std::uint32_t> firsts_;  // looked up, never iterated
};

}  // namespace cradle
