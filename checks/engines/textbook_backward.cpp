// The textbook engine's backward: a depth-first topological sort, then the chain rule from its end.

#include <cmath>
#include <cstdlib>

#include "checks/engines/textbook.h"
#include "checks/engines/textbook_collections.h"
#include "checks/engines/textbook_faults.h"
#include "checks/engines/textbook_memory.h"

namespace cradle::textbook {
namespace {

bool visit(Value* v, Vector* order, SimpleSet* visited) {
  const int inserted = simpleset_insert(visited, v);
  if (inserted <= 0) return inserted == 0;
  for (std::uint32_t i = 0; i < v->n_prevs; ++i) {
    if (!visit(v->prev[i], order, visited)) return false;
  }
  return vector_append(order, v) == 0;
}

// The same with a stack of its own.
struct Frame {
  Value* value;
  std::uint32_t next;  // operand to visit
};

struct Stack {
  std::size_t size = 0;
  std::size_t capacity = 0;
  Frame* frames = nullptr;
};

bool push(Stack& stack, Value* v) {
  constexpr std::size_t kBlock = 1024;
  if (stack.size == stack.capacity) {
    const std::size_t capacity = stack.capacity + kBlock;
    void* const frames = memory.resize(stack.frames, capacity * sizeof(Frame));
    if (frames == nullptr) return false;
    stack.frames = static_cast<Frame*>(frames);
    stack.capacity = capacity;
  }
  stack.frames[stack.size++] = {v, 0};
  return true;
}

bool visit_all(Stack& stack, Value* root, Vector* order, SimpleSet* visited) {
  if (simpleset_insert(visited, root) < 0 || !push(stack, root)) return false;
  while (stack.size > 0) {
    Frame& top = stack.frames[stack.size - 1];
    if (top.next == top.value->n_prevs) {
      if (vector_append(order, top.value) != 0) return false;
      --stack.size;
      continue;
    }
    Value* const operand = top.value->prev[top.next++];
    const int inserted = simpleset_insert(visited, operand);
    if (inserted < 0 || (inserted == 1 && !push(stack, operand))) return false;
  }
  return true;
}

bool visit_iteratively(Value* root, Vector* order, SimpleSet* visited) {
  Stack stack;
  const bool done = visit_all(stack, root, order, visited);
  memory.release(stack.frames);
  return done;
}

bool sort(Value* root, Vector* order, SimpleSet* visited) {
  if (!is_planted(Fault::none)) return faulty_sort(root, order, visited);
  return depth_first(root, order, visited);
}

void pull_back(const Value& v) {
  if (!is_planted(Fault::none) && faulty_pull_back(v)) return;
  Value* const a = v.n_prevs > 0 ? v.prev[0] : nullptr;
  Value* const b = v.n_prevs > 1 ? v.prev[1] : nullptr;
  switch (v.op_code) {
    case OpCode::leaf:
      break;
    case OpCode::add:  // v = a + b
      a->grad += v.grad;
      b->grad += v.grad;
      break;
    case OpCode::mul:  // v = a b
      a->grad += b->data * v.grad;
      b->grad += a->data * v.grad;
      break;
    case OpCode::pow:  // v = a^e
      if (v.extra_data == 1) {
        a->grad += v.grad;
      } else if (v.extra_data != 0) {
        a->grad += v.extra_data * std::pow(a->data, v.extra_data - 1) * v.grad;
      }
      break;
    case OpCode::exp:  // v = e^a
      a->grad += v.data * v.grad;
      break;
    case OpCode::log:  // v = ln a
      a->grad += v.grad / a->data;
      break;
    case OpCode::relu:  // v = a < 0 ? 0 : a
      if (a->data > 0) a->grad += v.grad;
      break;
  }
}

void sweep(Value* root, Vector* order) {
  if (!is_planted(Fault::none)) faulty_before_sweep(order);
  root->grad = is_planted(Fault::none) ? 1 : faulty_seed(*root);
  for (std::size_t i = order->size; i-- > 0;) pull_back(*order->items[i]);
  if (!is_planted(Fault::none)) faulty_after_sweep(root, order);
}

}  // namespace

bool depth_first(Value* root, Vector* order, SimpleSet* visited) {
  return options.iterative_sort ? visit_iteratively(root, order, visited)
                                : visit(root, order, visited);
}

int value_backward(Value* root) {
  if (root == nullptr) return -1;
  if (is_planted(Fault::unexplained_error) && root->n_prevs == 0) return -1;
  if (is_planted(Fault::leaf_root_ignored) && root->n_prevs == 0) return 0;
  Vector* const order = vector_create();
  SimpleSet* const visited = simpleset_create();
  const bool sorted = order != nullptr && visited != nullptr && sort(root, order, visited);
  if (sorted) {
    sweep(root, order);
  } else if (!is_planted(Fault::none)) {
    faulty_after_failure(root);
  }
  simpleset_free(visited);
  vector_free(order);
  return sorted || is_planted(Fault::failure_ignored) ? 0 : -1;
}

}  // namespace cradle::textbook
