// The reverse sweep.
//
// Operands are older than their users, so one pass over the nodes from the youngest to the oldest
// meets each node after all that depend on it. Marks say which nodes the root depends on: it marks
// its operands, they theirs, and the sweep looks for the next mark, over whole segments at a time
// where there is none. A mark is erased where it is met, so that between two sweeps there are none.
#include <cstdint>
#include <cstring>

#include "engine/rules.h"
#include "microcrad/detail/arena.h"
#include "microcrad/detail/node.h"
#include "microcrad/value.h"

namespace microcrad::detail {
namespace {

// The greatest index up to `from` whose byte is not 0. Byte 0 never is. A word at a time over gaps:
// a graph of two ops must not pay for a million nodes made in between.
std::uint32_t last_set(const std::uint8_t* bytes, std::uint32_t from) {
  constexpr std::uint32_t kWord = sizeof(std::uint64_t);
  if (bytes[from] != 0) return from;
  while (from >= kWord) {
    std::uint64_t word;
    std::memcpy(&word, bytes + from + 1 - kWord, kWord);
    if (word != 0) break;
    from -= kWord;
  }
  while (bytes[from] == 0) --from;
  return from;
}

void sweep_segment(const Sweep& sweep, Segment* segment, std::uint32_t from) {
  std::uint8_t* const marks = marks_of(segment);
  Passed last;
  for (std::uint32_t line = last_set(marks, from); line != 0; line = last_set(marks, line - 1)) {
    Value* const node = node_at(segment, line);
    ask_for_line(node, -kAhead);
    marks[line] = 0;
    last = pull_back(sweep, *node, last);
  }
}

}  // namespace
}  // namespace microcrad::detail

int value_backward(Value* root) {
  using namespace microcrad::detail;
  if (!is_usable(root, "value_backward")) return -1;
  root->grad = 1.0;
  if (root->n_prevs == 0) return 0;
  const Sweep sweep;
  sweep.mark(root);
  std::uint32_t position = segment_of(root)->position;
  std::uint32_t line = line_of(root);
  const std::uint32_t last_line = static_cast<std::uint32_t>(arena.geometry.block / kLineBytes) - 1;
  while (position != 0) {
    sweep_segment(sweep, arena.order[position], line);
    sweep.flags[position] = 0;
    position = last_set(sweep.flags, position - 1);
    line = last_line;
  }
  return 0;
}
