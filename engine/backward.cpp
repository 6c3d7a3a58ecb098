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

// `line` is the last one with a mark. Most nodes are adds or muls; a jump by a table costs as much
// as they do. Often an operand of one is the node before it: that is the next one then, and needs
// neither a mark nor a search.
//
// Apart, with what it calls apart, too: all that the loop needs stays in registers.
[[gnu::noinline]] void sweep_segment(const Sweep sweep, Segment* segment, std::uint32_t line) {
  std::uint8_t* const marks = marks_of(segment);
  Value* node = node_at(segment, line);
  double grad = node->grad;
  for (;;) {
    ask_for_line(node, -kAhead);
    marks[line] = 0;
    Passed passed;
    if (node->op_code == VALUE_OP_ADD || node->op_code == VALUE_OP_MUL) {
      passed = pull_back_add_or_mul(*node, grad);
      const Value* const before = node - 1;
      if (passed.b != before) sweep.mark(passed.b);
      if (passed.a != before) sweep.mark(passed.a);
      if (passed.b == before || passed.a == before) {
        --line;
        --node;
        grad = passed.gradient_of(node);
        continue;
      }
    } else {
      pull_back_other(sweep, *node);
    }
    line = last_set(marks, line - 1);
    if (line == 0) return;
    node = node_at(segment, line);
    grad = passed.gradient_of(node);
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
    Segment* const segment = arena.order[position];
    line = last_set(marks_of(segment), line);
    // Where there is a flag there is a mark, unless a stale Value was used whose line is another's.
    if (line != 0) sweep_segment(sweep, segment, line);
    sweep.flags[position] = 0;
    position = last_set(sweep.flags, position - 1);
    line = last_line;
  }
  return 0;
}
