// A trace: what an engine did with a program.
//
// One snapshot after each action and two at the end. Oracles judge traces and never touch an
// engine; a trace may come from another process, whose memory the engine may have spoilt, so
// nothing here is trusted to be consistent until `fits` has said so.

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "checks/program/program.h"

namespace cradle {

/// What could be read of one node at one moment.
struct NodeState {
  static constexpr std::uint32_t kData = 1;
  static constexpr std::uint32_t kGrad = 2;
  static constexpr std::uint32_t kCount = 4;

  double data = 0;
  double grad = 0;
  std::uint32_t count = 0;     // the engine's reference count
  std::uint32_t readable = 0;  // which of the three were read: a dead node has none

  bool has_data() const { return (readable & kData) != 0; }
  bool has_grad() const { return (readable & kGrad) != 0; }
  bool has_count() const { return (readable & kCount) != 0; }
};

inline constexpr std::uint64_t kUnreadable = std::numeric_limits<std::uint64_t>::max();

/// The engine at one moment: after an action, or at the end.
struct Snapshot {
  std::int32_t status = 0;                  // of the action: 0, or -1
  std::uint64_t live = kUnreadable;         // nodes that exist in the engine
  std::uint64_t allocations = kUnreadable;  // made by the engine since the session was opened
  double seconds = 0;  // of the processor, for a backward or release among a hundred nodes or more
  std::vector<NodeState> nodes;  // one entry for each node made so far
};

/// How a session ended that did not end by itself.
/// `unrun`: it never began, because others of its batch had hung.
enum class Death : std::uint8_t {
  none = 0,
  signal,
  exit,
  timeout,
  memory,
  unopened,
  protocol,
  unrun
};

/// What a session was at when it died, and of which: a node that was made, or an action's place.
struct Moment {
  enum class What : std::uint8_t { unknown, opening, making, network, acting, ending, closing };

  What what = What::unknown;
  std::uint32_t which = 0;
};

/// What an engine says of a failure is cut to as many bytes.
inline constexpr std::size_t kSaidMax = 200;

struct Trace {
  /// Shape  one entry an instruction: false where the engine gave NULL.
  std::vector<bool> made;
  /// Shape  one entry an action; a pure program without actions has one, for its implied backward.
  std::vector<Snapshot> after;
  /// Before anything held is released. Without nodes when the program is pure: `after` has just
  /// told them.
  Snapshot last;
  /// After everything held was released, in node order. Never has nodes.
  Snapshot end;
  /// Of the processor, up to the last node of a hundred or more, as a rule for making them all.
  double making_seconds = 0;

  /// Which node each node is, where an op may return its own operand. Empty: each its own.
  std::vector<NodeId> identity;

  /// What the engine said of the first call that failed, if it says anything; any bytes.
  std::string said;

  /// Allocations that were made during the session and live on after it. Only the process that
  /// plug-ins are loaded into counts them.
  std::int64_t left_behind = 0;

  Death death = Death::none;
  int death_code = 0;      // the signal's number or the exit status
  std::string death_note;  // what the dying process said, if it is worth a line
  Moment died_at;          // as far as it is known
};

/// The actions that running a program performs: its own, or the implied backward of a pure program.
/// A view of the program, which must outlive it.
class PerformedActions {
 public:
  explicit PerformedActions(const Program& program) : all_(program.actions) {
    if (!program.actions.empty() || program.code.empty()) return;
    implied_.position = static_cast<NodeId>(program.code.size());
    implied_.target = implied_.position - 1;
    all_ = {&implied_, 1};
  }
  PerformedActions(const PerformedActions&) = delete;
  PerformedActions& operator=(const PerformedActions&) = delete;

  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }
  std::size_t size() const { return all_.size(); }
  const Action& operator[](std::size_t k) const { return all_[k]; }

 private:
  Action implied_;  // a backward of the last node
  std::span<const Action> all_;
};

/// True when every shape in `trace` is what running `program` to its end gives.
bool fits(const Trace& trace, const Program& program);

}  // namespace cradle
