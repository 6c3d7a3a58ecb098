// The runner: one pass over instructions and actions, with a snapshot after each action.

#include "checks/engines/run.h"

#include <string.h>
#include <unistd.h>

#include <atomic>
#include <utility>
#include <vector>

#include "checks/engines/child_clock.h"
#include "checks/engines/spare.h"
#include "checks/program/ledger.h"
#include "checks/program/numbers.h"
#include "checks/program/reused.h"
#include "checks/program/verbs.h"

namespace cradle {
namespace {

// Where the runs of this thread write down what they are at.
thread_local std::atomic<std::uint64_t> nowhere;
thread_local std::atomic<std::uint64_t>* moments = &nowhere;

void at(Moment::What what, std::size_t which = 0) {
  moments->store(static_cast<std::uint64_t>(what) << 32 | static_cast<std::uint32_t>(which),
                 std::memory_order_relaxed);
}

constexpr NodeId kTimedNodes = 100;  // programs of fewer are not timed

// Of this process: what else the machine does is none of the engine's.
double processor_seconds() { return processor_seconds_of(getpid()).value_or(0); }

class Session {
 public:
  Session(const Program& program, const cradle_engine& engine, void* handle)
      : program_(program), engine_(engine), handle_(handle), ledger_(program) {
    trace_.made.swap(spare.made);
    trace_.after.swap(spare.after);
    trace_.made.reserve(program.code.size());
    trace_.after.reserve(program.actions.size());
  }

  // Makes one node, unless an operand is NULL.
  void make(NodeId node) {
    at(Moment::What::making, node);
    const Instruction& line = program_.code[node];
    bool made = true;
    operands_.clear();
    for_each_operand(line, [&](std::uint32_t, NodeId operand) {
      operands_.push_back(operand);
      made = made && !ledger_.is_null(operand);
    });
    if (made && line.op == Op::input) {
      made = engine_.input(handle_, node, line.immediate) == 0;
      if (!made) note_error();
    } else if (made) {
      const cradle_instruction instruction = {
          static_cast<std::uint32_t>(line.op), line.linear ? 1u : 0u,
          static_cast<std::uint32_t>(operands_.size()), operands_.data(), line.immediate};
      made = engine_.apply(handle_, node, &instruction) == 0;
      if (!made) note_error();
    }
    note_made(made);
    // Asked at once: later it may have been released, and its handle be another node's.
    if (made && engine_.identity != nullptr)
      trace_.identity.back() = engine_.identity(handle_, node);
  }

  void note_making(double seconds) { trace_.making_seconds = seconds; }

  void note_made(bool made) {
    if (engine_.identity != nullptr) trace_.identity.push_back(ledger_.size());
    ledger_.make(made);
    trace_.made.push_back(made);
  }

  void perform(const Action& action) {
    at(Moment::What::acting, trace_.after.size());
    // The rest is done sooner than a clock is read twice.
    const bool takes_time = ledger_.size() >= kTimedNodes &&
                            (action.verb == Verb::backward || action.verb == Verb::release);
    const double start = takes_time ? processor_seconds() : 0;
    const int status = call(action);
    if (status != 0 && action.verb == Verb::backward) note_error();
    const double end = takes_time ? processor_seconds() : 0;
    Snapshot& snapshot = trace_.after.emplace_back(observe(true));
    snapshot.status = status;
    snapshot.seconds = end - start;
  }

  // Nodes from `begin` to `end` are the engine's own and cannot be named.
  void hide(NodeId begin, NodeId end) {
    hidden_.resize(program_.code.size(), false);
    for (NodeId node = begin; node < end; ++node) hidden_[node] = true;
  }
  bool hidden(NodeId node) const { return node < hidden_.size() && hidden_[node]; }

  Trace finish() {
    trace_.last = observe(!is_pure(program_));
    for (NodeId node = 0; node < program_.code.size(); ++node) {
      at(Moment::What::ending, node);
      while (ledger_.held(node) > 0) release(node);
    }
    trace_.end = observe(false);
    return std::move(trace_);
  }

 private:
  void release(NodeId node) {
    const bool named = !ledger_.is_null(node) && !hidden(node);
    if (named && engine_.release != nullptr) engine_.release(handle_, node);
    ledger_.release(node);
  }

  // The first one: others follow from it.
  void note_error() {
    if (engine_.last_error == nullptr || !trace_.said.empty()) return;
    if (const char* const said = engine_.last_error(handle_)) {
      trace_.said.assign(said, strnlen(said, kSaidMax));
    }
  }

  int call(const Action& action) {
    const bool null = info(action.verb).has_target && ledger_.is_null(action.target);
    switch (action.verb) {
      case Verb::retain:
        if (!null && engine_.retain != nullptr) engine_.retain(handle_, action.target);
        ledger_.retain(action.target);
        return 0;
      case Verb::release:
        release(action.target);
        return 0;
      case Verb::backward:
        return null ? -1 : engine_.backward(handle_, action.target);
      case Verb::zero_grad:
        for (NodeId node = 0; node < ledger_.size() && engine_.zero_grad != nullptr; ++node) {
          if (ledger_.held(node) > 0 && !ledger_.is_null(node)) engine_.zero_grad(handle_, node);
        }
        return 0;
      case Verb::set:
        if (!null && engine_.set != nullptr) engine_.set(handle_, action.target, action.value);
        return 0;
      case Verb::fail:
        return engine_.fail != nullptr ? engine_.fail(handle_, action.count) : -1;
      case Verb::misuse_null:
        return misuse(CRADLE_MISUSE_NULL, action);
      case Verb::misuse_stale:
        // A fault may have freed it earlier than the program says: its memory may be in use again.
        if (!ledger_.freshly_dead(action.target)) return -1;
        return misuse(CRADLE_MISUSE_STALE, action);
      case Verb::misuse_over_release: {
        const int status = null ? 0 : misuse(CRADLE_MISUSE_OVER_RELEASE, action);
        ledger_.release(action.target);
        return status;
      }
    }
    return -1;
  }

  int misuse(std::uint32_t kind, const Action& action) {
    if (engine_.misuse == nullptr) return -1;
    return engine_.misuse(handle_, kind, static_cast<std::uint32_t>(action.op), action.target);
  }

  Snapshot observe(bool nodes) const {
    Snapshot snapshot;
    if (engine_.live_nodes != nullptr) snapshot.live = engine_.live_nodes(handle_);
    if (engine_.allocations != nullptr) snapshot.allocations = engine_.allocations(handle_);
    if (!nodes) return snapshot;
    if (!spare.snapshots.empty()) {
      snapshot.nodes = std::move(spare.snapshots.back());
      spare.snapshots.pop_back();
    }
    snapshot.nodes.resize(ledger_.size());
    const bool raw = engine_.capabilities->handle == CRADLE_HANDLE_RAW;
    for (NodeId node = 0; node < ledger_.size(); ++node) {
      const bool named = raw ? ledger_.alive(node) : ledger_.held(node) > 0;
      if (named && !ledger_.is_null(node) && !hidden(node)) read(node, snapshot.nodes[node]);
    }
    return snapshot;
  }

  void read(NodeId node, NodeState& state) const {
    state.data = engine_.data(handle_, node);
    state.readable = NodeState::kData;
    if (engine_.capabilities->interior_hidden == 0 || program_.code[node].op == Op::input) {
      state.grad = engine_.grad(handle_, node);
      state.readable |= NodeState::kGrad;
    }
    if (engine_.count != nullptr) {
      state.count = engine_.count(handle_, node);
      state.readable |= NodeState::kCount;
    }
  }

  const Program& program_;
  const cradle_engine& engine_;
  void* handle_;
  Ledger ledger_;
  Trace trace_;
  Reused<std::uint32_t, Session> operands_;
  std::vector<bool> hidden_;
};

// Opens a session, hands it to `body`, closes it.
template <typename Body>
Trace in_session(const Program& program, const cradle_engine& engine, Body body) {
  at(Moment::What::opening);
  void* const handle = engine.open();
  if (handle == nullptr) {
    Trace trace;
    trace.death = Death::unopened;
    return trace;
  }
  Session session(program, engine, handle);
  body(session, handle);
  Trace trace = session.finish();
  at(Moment::What::closing);
  engine.close(handle);
  return trace;
}

Trace run_as_it_is(const Program& program, const cradle_engine& engine) {
  return in_session(program, engine, [&](Session& session, void*) {
    std::size_t next = 0;
    const PerformedActions actions(program);
    const auto node_count = static_cast<NodeId>(program.code.size());
    const double start = node_count >= kTimedNodes ? processor_seconds() : 0;
    for (NodeId position = 0; position <= node_count; ++position) {
      if (position == node_count && node_count >= kTimedNodes) {
        session.note_making(processor_seconds() - start);
      }
      for (; next < actions.size() && actions[next].position == position; ++next) {
        session.perform(actions[next]);
      }
      if (position < node_count) session.make(position);
    }
  });
}

}  // namespace

void write_moments_to(std::atomic<std::uint64_t>* place) {
  moments = place != nullptr ? place : &nowhere;
}

Moment moment_in(std::uint64_t written) {
  const std::uint64_t what = written >> 32;
  if (what > static_cast<std::uint64_t>(Moment::What::closing)) return {};
  return {static_cast<Moment::What>(what), static_cast<std::uint32_t>(written)};
}

Trace run(const Program& program, const cradle_engine& engine) {
  const unsigned bits = engine.capabilities->precision_bits;
  return bits == 24 ? run_as_it_is(in_precision(program, bits), engine)
                    : run_as_it_is(program, engine);
}

Trace run_network(const Network& network, const Lowered& lowered, const cradle_engine& engine) {
  const Program program = in_precision(lowered.program, engine.capabilities->precision_bits);
  std::vector<double> parameters;
  for (NodeId k = 0; k < network.parameters.size(); ++k) {
    parameters.push_back(program.code[k].immediate);
  }
  const PerformedActions actions(program);
  return in_session(program, engine, [&](Session& session, void* handle) {
    std::size_t next = 0;
    for (; actions[next].position == 0; ++next) session.perform(actions[next]);
    const NodeId after = lowered.first_output.back() + network.widths.back();
    std::vector<bool> is_input(after, false);
    for (const NodeId first : lowered.first_input) {
      for (NodeId x = first; x < first + network.widths.front(); ++x) {
        is_input[x] = engine.input(handle, x, program.code[x].immediate) == 0;
      }
    }
    const cradle_network record = {static_cast<std::uint32_t>(network.widths.size() - 1),
                                   network.widths.data(),
                                   network.last_layer_linear ? 1u : 0u,
                                   lowered.first_input[0],
                                   0,
                                   lowered.first_output[0],
                                   parameters.data(),
                                   static_cast<std::uint32_t>(network.samples.size()),
                                   nodes_of_sample(network.widths)};
    at(Moment::What::network);
    const bool made = engine.network(handle, &record) == 0;
    for (std::size_t sample = 0; sample < network.samples.size(); ++sample) {
      session.hide(lowered.first_input[sample] + network.widths.front(),
                   lowered.first_output[sample]);
    }
    for (NodeId node = 0; node < after; ++node) session.note_made(made || is_input[node]);
    for (NodeId node = after; node < program.code.size(); ++node) session.make(node);
    for (; next < actions.size(); ++next) session.perform(actions[next]);
  });
}

}  // namespace cradle
