// A pool of processes that share numbered items of work.
//
// Items are handed out in order, to whichever process is free, so that one slow item delays nobody.
// What a process has found out is sent once, when there is nothing more to do.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cradle {

struct PoolOptions {
  unsigned jobs = 1;
  std::uint64_t item_count = 0;
  std::function<double(std::uint64_t)> weight;  // of an item, for the time left; empty: all alike
  bool progress = true;                         // on standard error
};

struct PoolOutcome {
  std::vector<std::string> parts;  // what each process sent, in no order
  bool interrupted = false;
  std::string failure;  // of a process: its part is lost
};

/// Gives the next item; nothing when there is none, or when it is time to stop.
using NextItem = std::function<std::optional<std::uint64_t>()>;

/// Calls `work` in `jobs` processes and returns what it returned in each.
///
/// Ctrl-C lets each process finish its item, and send what it has; it is passed on as SIGINT, which
/// a process ignores unless its work says otherwise.
/// Errors  throws std::system_error when no process can be started.
PoolOutcome run_pool(const PoolOptions& options,
                     const std::function<std::string(const NextItem&)>& work);

}  // namespace cradle
