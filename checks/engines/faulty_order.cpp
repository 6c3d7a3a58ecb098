// Planted bugs in the order of the sweep, and in what a backward leaves behind.
//
// An order is swept from its end. The state below is that of engines which remember what they
// should not; a session starts without it.

#include <algorithm>
#include <csignal>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "checks/engines/textbook_faults.h"

namespace cradle::textbook {
namespace {

struct State {
  std::vector<Value*> tape;            // every result ever made
  std::vector<Value*> cached_order;    // of the backwards so far
  std::unordered_set<Value*> flagged;  // visited, and never reset
  std::vector<double> gradients;       // before the sweep, in its order
  Value* last_inserted[2] = {};        // into the set, the older first
};
State state;

bool is_dead(const Value* v) { return v->ref_count == 0; }

bool append_all(Vector* order, const std::vector<Value*>& values) {
  for (Value* v : values) {
    if (!is_dead(v) && vector_append(order, v) != 0) return false;
  }
  return true;
}

// Level by level from the root: a node may come before one of its users.
std::vector<Value*> breadth_first(Value* root) {
  std::vector<Value*> found = {root};
  std::unordered_set<Value*> seen = {root};
  for (std::size_t k = 0; k < found.size(); ++k) {
    for (std::uint32_t i = 0; i < found[k]->n_prevs; ++i) {
      if (seen.insert(found[k]->prev[i]).second) found.push_back(found[k]->prev[i]);
    }
  }
  std::reverse(found.begin(), found.end());
  return found;
}

// A node when it is first met, then its operands.
std::vector<Value*> preorder(Value* root) {
  std::vector<Value*> found;
  std::vector<Value*> pending = {root};
  std::unordered_set<Value*> seen;
  while (!pending.empty()) {
    Value* const v = pending.back();
    pending.pop_back();
    if (!seen.insert(v).second) continue;
    found.push_back(v);
    for (std::uint32_t i = v->n_prevs; i-- > 0;) pending.push_back(v->prev[i]);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

// A node when it has been heard of as often as it has consumers; but a + a is heard of twice.
std::vector<Value*> counting_consumers(Value* root) {
  std::vector<Value*> found = {root};
  std::unordered_map<Value*, std::uint32_t> consumers;
  std::unordered_set<Value*> seen = {root};
  for (std::size_t k = 0; k < found.size(); ++k) {
    const Value& v = *found[k];
    for (std::uint32_t i = 0; i < v.n_prevs; ++i) {
      if (i == 0 || v.prev[i] != v.prev[i - 1]) ++consumers[v.prev[i]];
      if (seen.insert(v.prev[i]).second) found.push_back(v.prev[i]);
    }
  }
  std::vector<Value*> swept;
  for (std::vector<Value*> ready = {root}; !ready.empty();) {
    swept.push_back(ready.back());
    ready.pop_back();
    const Value& v = *swept.back();
    for (std::uint32_t i = 0; i < v.n_prevs; ++i) {
      if (--consumers[v.prev[i]] == 0) ready.push_back(v.prev[i]);
    }
  }
  std::reverse(swept.begin(), swept.end());
  return swept;
}

// Appends a node each time it is met; only its operands are visited once.
bool append_each_time(Value* v, Vector* order, std::unordered_set<Value*>& seen) {
  if (seen.insert(v).second) {
    for (std::uint32_t i = 0; i < v->n_prevs; ++i) {
      if (!append_each_time(v->prev[i], order, seen)) return false;
    }
  }
  return vector_append(order, v) == 0;
}

// The sort without the nodes that an earlier one has flagged.
bool append_unflagged(Value* v, Vector* order) {
  if (!state.flagged.insert(v).second) return true;
  for (std::uint32_t i = 0; i < v->n_prevs; ++i) {
    if (!append_unflagged(v->prev[i], order)) return false;
  }
  return vector_append(order, v) == 0;
}

// Looks whether a node is there only when it comes to append it: right, and exponential in
// diamonds.
bool append_late(Value* root, Vector* order, SimpleSet* visited) {
  struct Frame {
    Value* value;
    std::uint32_t next;
  };
  std::vector<Frame> stack = {{root, 0}};
  while (!stack.empty()) {
    Frame& top = stack.back();
    if (top.next < top.value->n_prevs) {
      stack.push_back({top.value->prev[top.next++], 0});
      continue;
    }
    Value* const v = top.value;
    stack.pop_back();
    const int inserted = simpleset_insert(visited, v);
    if (inserted < 0 || (inserted == 1 && vector_append(order, v) != 0)) return false;
  }
  return true;
}

// All orders so far, and this one.
bool append_to_cache(Value* root, Vector* order, SimpleSet* visited) {
  if (!append_all(order, state.cached_order)) return false;
  const std::size_t before = order->size;
  if (!depth_first(root, order, visited)) return false;
  state.cached_order.insert(state.cached_order.end(), order->items + before,
                            order->items + order->size);
  return true;
}

// An array of a fixed size: what does not fit is lost, or kills the process.
bool append_into_array(Value* root, Vector* order, SimpleSet* visited) {
  if (!depth_first(root, order, visited)) return false;
  const bool is_long = is_planted(Fault::fixed_array_10000);
  const std::size_t size = is_planted(Fault::fixed_array_40) ? 40 : is_long ? 10'000 : 1'000;
  if (order->size > size && is_long) std::raise(SIGSEGV);
  for (; order->size > size; --order->size) value_release(order->items[order->size - 1]);
  return true;
}

}  // namespace

bool faulty_sort(Value* root, Vector* order, SimpleSet* visited) {
  std::unordered_set<Value*> seen;
  switch (options.fault) {
    case Fault::breadth_first:
      return append_all(order, breadth_first(root));
    case Fault::counts_consumers_once:
      return append_all(order, counting_consumers(root));
    case Fault::preorder:
      return append_all(order, preorder(root));
    case Fault::revisited_node:
      return append_each_time(root, order, seen);
    case Fault::replays_old_tape:
      return append_all(order, state.tape);
    case Fault::order_appended:
      return append_to_cache(root, order, visited);
    case Fault::visited_never_reset:
      return append_unflagged(root, order);
    case Fault::exponential_ladder:
      return append_late(root, order, visited);
    case Fault::fixed_array_40:
    case Fault::fixed_array_1000:
    case Fault::fixed_array_10000:
      return append_into_array(root, order, visited);
    default:
      return depth_first(root, order, visited);
  }
}

double faulty_seed(const Value& root) {
  if (is_planted(Fault::root_accumulates)) return root.grad + 1;
  return is_planted(Fault::root_kept) && root.grad != 0 ? root.grad : 1;
}

void faulty_before_sweep(const Vector* order) {
  faulty_uses_reset();
  state.gradients.clear();
  if (!is_planted(Fault::stale_interior)) return;
  for (std::size_t i = 0; i < order->size; ++i) state.gradients.push_back(order->items[i]->grad);
}

void faulty_after_sweep(Value* root, Vector* order) {
  if (is_planted(Fault::leak_in_backward)) order->size = 0;  // so that nothing is released
  for (std::size_t i = 0; i < order->size; ++i) {
    Value* const v = order->items[i];
    if (is_planted(Fault::stale_interior) && v->n_prevs > 0 && v != root)
      v->grad = state.gradients[i];
    if (is_planted(Fault::backward_frees_graph)) {
      for (; v->n_prevs > 0; --v->n_prevs) value_release(v->prev[v->n_prevs - 1]);
    }
  }
}

void faulty_after_failure(Value* root) {
  if (is_planted(Fault::leak_on_backward_failure)) value_retain(root);
}

void faulty_after_making(Value* result) {
  if (is_planted(Fault::replays_old_tape) && result->n_prevs > 0) state.tape.push_back(result);
  if (is_planted(Fault::data_at_making) && result->op_code == OpCode::mul) {
    result->extra_data = result->prev[1]->data;
  }
  if (is_planted(Fault::log_at_making) && result->op_code == OpCode::log) {
    result->extra_data = result->prev[0]->data;
  }
  if (is_planted(Fault::owner_cycle) && result->op_code == OpCode::exp) value_retain(result);
  if (is_planted(Fault::leaked_constant) && result->op_code == OpCode::relu) value_create_leaf(0);
}

void faulty_set_inserted(const SimpleSet* set, Value* value) {
  state.last_inserted[0] = set->size > 1 ? state.last_inserted[1] : nullptr;
  state.last_inserted[1] = value;
}

const Value* faulty_set_loses(const SimpleSet* set) {
  return set->size == 48 ? state.last_inserted[0] : nullptr;
}

void faulty_reset() { state = State(); }

}  // namespace cradle::textbook
