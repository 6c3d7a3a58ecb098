// What happens to Values that nothing refers to any more: they let go of their operands and give
// their lines back. Without recursion: those that wait form a stack.
//
// Neurons that die together have much in common: those of a layer its inputs, and the same
// neuron's, made for each example of a batch, its parameters. To count each of them down for each
// neuron would be most of the work, as a network has more weights than a cache has room for. So a
// dead neuron is kept while others may come that held the same, and its operands are let go of for
// all at once. Nobody can tell: counts are exact again before the call returns.
#include <cstring>
#include <span>
#include <utility>

#include "engine/memory.h"
#include "microcrad/detail/arena.h"
#include "microcrad/detail/node.h"

namespace microcrad::detail {
namespace {

// With fewer inputs to compare is dearer than to count.
constexpr std::uint32_t kInputsToShareMin = 5;

// Dead nodes are linked through the gradient that nobody will read again.
void link(Value* node, Value* below) {
  static_assert(sizeof node->grad == sizeof below);
  std::memcpy(&node->grad, &below, sizeof below);
}

Value* below(const Value* node) {
  Value* next;
  std::memcpy(&next, &node->grad, sizeof next);
  return next;
}

// Apart: what it says takes no register where nothing is wrong.
[[gnu::noinline]] void complain_of(const Value* operand) { complain("value_release", operand); }

// The stack, with its top apart: along a chain nothing is stored only to be loaded again. Two
// words, which go in and out of a function in registers.
struct Doomed {
  Value* top;
  Value* rest = nullptr;

  void push(Value* node) {
    node->magic = kDead;
    if (top != nullptr) {
      link(top, rest);
      rest = top;
    }
    top = node;
  }
  Value* pop() {
    Value* const node = std::exchange(top, nullptr);
    if (node != nullptr || rest == nullptr) return node;
    Value* const next = rest;
    rest = below(next);
    return next;
  }
  // An operand that is stale had its reference stolen by a release too many; it is left alone.
  void let_go(Value* operand) {
    if (!is_alive(operand)) return complain_of(operand);
    if (drop(operand)) push(operand);
  }
  // The same so many times: at once, or else one by one.
  void let_go(Value* operand, std::size_t times) {
    const bool holds = is_alive(operand) && operand->ref_count >= times;
    if (holds && operand->ref_count != UINT32_MAX) {
      operand->ref_count -= static_cast<std::uint32_t>(times);
      if (operand->ref_count == 0) push(operand);
      return;
    }
    for (; times > 0; --times) let_go(operand);
  }
};

Doomed let_go_of_each(std::span<Value* const> operands, Doomed doomed) {
  for (Value* const operand : operands) doomed.let_go(operand);
  return doomed;
}

Doomed let_go_of_each(std::span<Value* const> operands, std::size_t times, Doomed doomed) {
  for (Value* const operand : operands) doomed.let_go(operand, times);
  return doomed;
}

// Lines of op nodes with their operands in the nodes themselves, as all but neurons have them.
// Those of a segment are counted here first: a count that is written and read again for each node
// would be what the next one waits for.
class Returned {
 public:
  void add(Value* node) {
    node->n_prevs = 0;
    node->op_code = VALUE_OP_NONE;
    poison(node, kLineBytes);
    const std::uintptr_t block = reinterpret_cast<std::uintptr_t>(node) & block_mask_;
    Segment* const its = reinterpret_cast<Segment*>(block);
    if (its != segment_) {
      give_back();
      segment_ = its;
    }
    ++lines_;
  }
  void give_back() {
    if (lines_ == 0) return;
    segment_->dead += std::exchange(lines_, 0U);
    if (segment_->dead == segment_->used) recycle(segment_);
  }

 private:
  // In a register: for all the compiler knows each store changes the arena.
  const std::uintptr_t block_mask_ = ~(arena.geometry.block - 1);
  Segment* segment_ = nullptr;
  std::uint32_t lines_ = 0;
};

std::uint32_t inputs_of(const Value* neuron) { return neuron->n_prevs / 2; }  // and one is b

bool are_same(Value* const* some, Value* const* others, std::uint32_t count) {
  return std::memcmp(some, others, count * sizeof(Value*)) == 0;
}

// Dead neurons whose operands are to be let go of for others, too. The stack goes in and out by
// value: elsewhere it would be in memory.
class Kept {
 public:
  bool is_empty() const { return inputs_ == nullptr && parameters_ == nullptr; }

  Doomed add(Value* neuron, Doomed doomed) {
    const std::uint32_t nin = inputs_of(neuron);
    const bool shares = inputs_ != nullptr && inputs_->n_prevs == neuron->n_prevs &&
                        are_same(inputs_->prev, neuron->prev, nin);
    if (!shares) {
      if (inputs_ != nullptr) doomed = let_go_of_inputs(doomed);
      inputs_ = neuron;
      sharers_ = 0;
    }
    ++sharers_;
    doomed = let_go_of_unshared_parameters(neuron, doomed);
    give_back_unless_kept(neuron);
    return doomed;
  }

  // Of the latest inputs, or, when these are gone, of the latest parameters.
  [[gnu::noinline]] Doomed let_go(Doomed doomed) {
    return inputs_ != nullptr ? let_go_of_inputs(doomed) : let_go_of_parameters(doomed);
  }

 private:
  // Of a neuron that is kept for its parameters the count says how many there are that had the
  // same. Its first weight, a leaf, which has no operands, refers to it; and so that it lives until
  // then, the neuron holds that one until the others let go.
  static bool keeps(const Value* neuron) { return neuron->ref_count != 0; }

  Doomed let_go_of_unshared_parameters(Value* neuron, Doomed doomed) {
    const std::uint32_t nin = inputs_of(neuron);
    Value** const parameters = neuron->prev + nin;
    Value* const first = parameters[0];
    const bool is_leaf = is_alive(first) && first->n_prevs == 0;
    Value* const kept = is_leaf ? first->operands[0] : nullptr;
    if (kept != nullptr && kept->n_prevs == neuron->n_prevs &&
        are_same(kept->prev + nin, parameters, nin + 1)) {
      ++kept->ref_count;
      return doomed;
    }
    if (!is_leaf) return let_go_of_each({parameters, nin + 1}, doomed);
    first->operands[0] = neuron;
    neuron->ref_count = 1;
    link(neuron, parameters_);
    parameters_ = neuron;
    return let_go_of_each({parameters + 1, nin}, doomed);
  }

  void give_back_unless_kept(Value* neuron) const {
    if (inputs_ != neuron && !keeps(neuron)) give_back(neuron);
  }

  Doomed let_go_of_inputs(Doomed doomed) {
    Value* const neuron = std::exchange(inputs_, nullptr);
    doomed = let_go_of_each({neuron->prev, inputs_of(neuron)}, sharers_, doomed);
    give_back_unless_kept(neuron);
    return doomed;
  }

  Doomed let_go_of_parameters(Doomed doomed) {
    Value* const neuron = std::exchange(parameters_, below(parameters_));
    const std::uint32_t sharers = neuron->ref_count;
    const std::uint32_t nin = inputs_of(neuron);
    Value** const parameters = neuron->prev + nin;
    if (is_alive(parameters[0])) parameters[0]->operands[0] = nullptr;
    doomed.let_go(parameters[0], sharers);
    if (sharers > 1) doomed = let_go_of_each({parameters + 1, nin}, sharers - 1, doomed);
    give_back(neuron);
    return doomed;
  }

  Value* inputs_ = nullptr;  // the first of the last neurons with the same inputs
  std::size_t sharers_ = 0;  // as wide as a pointer: padding would stay uninitialised on the stack
  Value* parameters_ = nullptr;  // the first of those with the same parameters, in a list
};

// Whether to compare the operands of a node with those of others pays.
bool may_share(const Value* node) {
  return node->op_code == VALUE_OP_NEURON && inputs_of(node) >= kInputsToShareMin;
}

// Without operands, so that whoever reaches it through a reference that was stolen finds nothing to
// follow.
inline void give_back_here(Value* node) {
  const std::uint32_t operands = node->n_prevs;
  std::uint32_t lines = 1;
  if (operands > 2) {
    // Not told by the address: an array from the allocator may begin where the node's segment ends.
    if (stands_in_segment(operands)) {
      lines += array_lines(operands);
    } else {
      deallocate(node->prev);
    }
  }
  node->n_prevs = 0;
  node->op_code = VALUE_OP_NONE;
  if (operands == 0) {
    give_back_leaf(node);
  } else {
    give_back_lines(segment_of(node), node, lines);
  }
}

// A leaf, a neuron, or what value_create made of many. Apart: all else that the loop below needs
// stays in registers.
[[gnu::noinline]] Doomed let_go_of_other(Value* node, Kept& kept, Doomed doomed) {
  if (may_share(node)) return kept.add(node, doomed);
  doomed = let_go_of_each({node->prev, node->n_prevs}, doomed);
  give_back_here(node);
  return doomed;
}

}  // namespace

void give_back(Value* node) { give_back_here(node); }

void destroy(Value* root) {
  root->magic = kDead;
  Doomed doomed{root};
  Kept kept;
  Returned returned;
  for (;;) {
    while (Value* const node = doomed.pop()) {
      ask_for_line(node, -kAhead);
      const std::uint32_t operands = node->n_prevs;
      if (operands == 2) {
        doomed.let_go(node->operands[0]);
        doomed.let_go(node->operands[1]);
        returned.add(node);
      } else if (operands == 1) {
        doomed.let_go(node->operands[0]);
        returned.add(node);
      } else {
        doomed = let_go_of_other(node, kept, doomed);
      }
    }
    if (kept.is_empty()) break;
    doomed = kept.let_go(doomed);
  }
  returned.give_back();
  rewind_open_segment();
}

}  // namespace microcrad::detail
