// Which findings of a check a worker has met.

#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "checks/cradle/result.h"

namespace cradle {

/// Signatures of findings, those that count apart from policies and edges: a check goes on until it
/// has its findings of the first sort, and however many of the second there are, a few are told.
class Seen {
 public:
  /// True when it is new and there is room for it.
  bool insert(const std::string& signature, Kind kind) {
    std::set<std::string>& all = counts(kind) ? counting_ : harmless_;
    const bool room = counts(kind) || all.size() < kFindingsMax;
    return room && all.insert(signature).second;
  }
  void erase(const std::string& signature) {
    counting_.erase(signature);
    harmless_.erase(signature);
  }
  std::size_t counting() const { return counting_.size(); }

 private:
  std::set<std::string> counting_;
  std::set<std::string> harmless_;
};

}  // namespace cradle
