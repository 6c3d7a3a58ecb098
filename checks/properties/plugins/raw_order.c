/* The reverse sweep: a depth-first sort that keeps its way back in the nodes. */

#include <stdlib.h>
#include <string.h>

#include "checks/properties/plugins/raw_engine.h"

enum {
  kFixed = PLANTED == fixed_array_40      ? 40
           : PLANTED == fixed_array_1000  ? 1000
           : PLANTED == fixed_array_10000 ? 10000
                                          : 0
};

enum { kConsumed = 'c' };

/* Values, the operands before what is made of them. */
typedef struct Order {
  Value** values;
  size_t count;
  size_t room;
} Order;

static int append(Order* order, Value* value) {
  if (order->count == order->room && kFixed == 0) {
    const size_t room = 2 * order->room + 16;
    Value** const more = realloc(order->values, room * sizeof *more);
    if (more == NULL) return 0;
    order->values = more;
    order->room = room;
  }
  order->values[order->count++] = value;
  return 1;
}

static int is_visited(const Order* met, const Value* value) {
  if (PLANTED != quadratic_visited) return value->visited;
  for (size_t k = 0; k < met->count; ++k) {
    if (met->values[k] == value) return 1;
  }
  return 0;
}

/* Enters a node that has not been met. */
static void enter(Order* met, Value* value, Value* from) {
  value->visited = 1;
  value->slot = 0;
  value->next = from;
  if (PLANTED == quadratic_visited) append(met, value);
}

static int sort(Value* root, Order* order, Order* met) {
  int good = 1;
  enter(met, root, NULL);
  for (Value* value = root; value != NULL;) {
    if (value->slot < 2) {
      Value* const operand = value->operands[(int)value->slot++];
      if (operand == NULL || is_visited(met, operand)) continue;
      enter(met, operand, value);
      value = operand;
    } else {
      good = append(order, value) && good;
      value = value->next;
    }
  }
  return good;
}

/* NOLINTNEXTLINE(misc-no-recursion): that is the bug. */
static int sort_recursively(Value* value, Order* order) {
  if (value == NULL || value->visited) return 1;
  value->visited = 1;
  const int good =
      sort_recursively(value->operands[0], order) && sort_recursively(value->operands[1], order);
  return append(order, value) && good;
}

/* Down every path, however often they meet. */
static void zero_along_paths(Value* root) {
  Order todo = {NULL, 0, 0};
  append(&todo, root);
  while (todo.count > 0) {
    Value* const value = todo.values[--todo.count];
    value->grad = 0;
    for (int k = 0; k < 2; ++k) {
      if (value->operands[k] != NULL) append(&todo, value->operands[k]);
    }
  }
  free(todo.values);
}

/* A mark for each node there ever was: all are taken away, and the newest one's is read. */
static int is_marked(uint32_t newest) {
  static unsigned char* marks = NULL;
  static size_t room = 0;
  if (newest >= room) {
    room = 2 * (size_t)newest + 16;
    marks = realloc(marks, room);
    if (marks == NULL) abort();
  }
  for (uint32_t k = 0; k <= newest; ++k) {
    marks[k] = 0;
    __asm__ volatile("" ::: "memory"); /* one by one */
  }
  return marks[newest];
}

static void free_inner(const Order* order) {
  for (size_t k = 0; k + 1 < order->count; ++k) {
    if (order->values[k]->op != 0) free(order->values[k]);
  }
}

/* Results become leaves that keep their numbers. */
static void take_apart(const Order* order) {
  for (size_t k = order->count; k-- > 0;) {
    Value* const value = order->values[k];
    if (value->op == 0) continue;
    value->op = kConsumed;
    for (int j = 0; j < 2; ++j) {
      Value* const operand = value->operands[j];
      value->operands[j] = NULL;
      value_release(operand);
    }
  }
}

static void sweep(const Order* order, Value* root) {
  for (size_t k = 0; k < order->count; ++k) order->values[k]->grad = 0;
  root->grad = 1;
  for (size_t k = order->count; k-- > 0;) {
    value_pull_back(order->values[k]);
    if (PLANTED != flag_is_never_reset) order->values[k]->visited = 0;
  }
}

/* The tape: all nodes, in the order of making. */

static Order tape;

void tape_append(Value* value) {
  value_retain(value);
  if (!append(&tape, value)) abort();
}

void tape_clear(void) {
  if (PLANTED == tape_is_never_reset) return;
  while (tape.count > 0) value_release(tape.values[--tape.count]);
}

static void replay(Value* root) {
  root->grad = 1;
  for (size_t k = tape.count; k-- > 0;) value_pull_back(tape.values[k]);
}

int value_backward(Value* root) {
  Value* fixed[kFixed == 0 ? 1 : kFixed];
  Order order = {NULL, 0, 0};
  Order met = {NULL, 0, 0};
  if (kFixed > 0) order.values = fixed;
  if (PLANTED == replays_older_root || PLANTED == tape_is_never_reset) {
    replay(root);
    return 1;
  }
  if (root->op == kConsumed) return 0;
  if (PLANTED == exponential_time) zero_along_paths(root);
  if (PLANTED == grows_with_age && is_marked(root->number)) return 0;
  const int good =
      PLANTED == recursive_sort ? sort_recursively(root, &order) : sort(root, &order, &met);
  if (good) sweep(&order, root);
  if (good && PLANTED == frees_graph) free_inner(&order);
  if (good && PLANTED == consumed_by_backward) take_apart(&order);
  free(met.values);
  if (kFixed == 0) free(order.values);
  return good;
}
