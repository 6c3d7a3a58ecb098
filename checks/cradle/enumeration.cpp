// One walk a length, put in a row.

#include "checks/cradle/enumeration.h"

#include <cassert>

namespace cradle {

std::uint64_t enumerated_count(const SmallOptions& options) {
  std::uint64_t count = 0;
  for (std::size_t length = 1; length <= options.length; ++length) {
    count += small_program_count({length, options.ops, options.verbs});
  }
  return count;
}

Enumeration::Enumeration(const SmallOptions& options) {
  for (std::size_t length = 1; length <= options.length; ++length) {
    const SmallOptions one = {length, options.ops, options.verbs};
    lengths_.push_back({count_, SmallWalk(one)});
    count_ += small_program_count(one);
  }
}

const Program& Enumeration::program(std::uint64_t index) {
  assert(index < count_);
  if (index != next_ || !lengths_[current_].walk.next()) {
    current_ = lengths_.size() - 1;
    while (lengths_[current_].first > index) --current_;
    lengths_[current_].walk.enter(index - lengths_[current_].first);
  }
  next_ = index + 1;
  return lengths_[current_].walk.program();
}

}  // namespace cradle
