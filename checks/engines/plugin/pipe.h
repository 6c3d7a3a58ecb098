// Engines that are programs of their own: programs go down a pipe as text, traces come back.
//
// The protocol, version 1, by lines. cradle writes
//
//   cradle 1                    once, and the engine answers: NAME VALUE... lines, then `end`
//     name mine                   required
//     ops add mul pow relu        required: the language's names; input is understood
//     interior hidden             gradients of nodes that are no inputs cannot be read
//     precision 24                floats
//     depth 900                   longest path, where recursion is limited
//     offers set zero_grad        actions besides backward: retain release set zero_grad
//   program K                   a program follows, as in *.prog files, its backward spelt out
//     %0 = input 0x1.8p+0
//     backward %0
//   end
//
// and, without waiting for the next one, the engine writes for each program, in order,
//
//   trace K
//   made 1 1 0                  one figure a node: 0 where the op failed
//   after 0 1.5 1 - -           for each action its status (0, or -1), then data and gradient of
//   each
//                               node made so far, - where it cannot be read
//   last 1.5 1 - -              the same without a status, at the end
//   end
//
// Many programs are under way at once, so that the interpreter is all that is waited for.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "checks/engines/plugin.h"
#include "checks/engines/wire.h"
#include "checks/program/trace.h"

namespace cradle {

class PipeEngine {
 public:
  /// Starts the command in a shell; the engine's standard error stays that of this process.
  /// Errors  ends this process with a line when it cannot be started.
  explicit PipeEngine(const std::string& command);

  /// Says hello and returns what the engine is; with `error` when it makes no sense.
  PluginDescription describe();

  /// Writes the programs of a batch, from another thread.
  void announce(std::vector<Job> jobs);

  /// Reads the trace of the next program that was announced.
  /// Errors  an engine that ends takes this process with it, by the same status or signal; one that
  ///         writes something else ends it with kBadTrace and a line that says what.
  Trace take(const Job& job);

  static constexpr int kBadTrace = 122;

 private:
  std::string line();
  [[noreturn]] void end_as_the_engine_did();
  void read_nodes(std::span<const std::string> words, Snapshot& snapshot, std::size_t node_count);

  int engine_ = -1;  // the process
  int to_ = -1;
  int from_ = -1;
  std::string buffer_;
  std::size_t used_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace cradle
