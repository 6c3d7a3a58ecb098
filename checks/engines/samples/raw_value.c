/* A textbook micrograd in C, and its adapter: raw pointers, freed all at once.
 *
 * Copy this file, put your engine in place of the first half, and compile:
 *
 *   cc -std=c11 -O2 -shared -fPIC raw_value.c -o libmine.so -lm
 *   cradle check --engine ./libmine.so
 */

#include <math.h>
#include <stdlib.h>

#include "cradle/engine.h"

/* The engine: every value is in a list, oldest last, so that walking it is the reverse sweep. */

typedef struct Value {
  double data;
  double grad;
  double exponent;
  char op;      /* '+', '*', '^', 'e', 'r'; 0 for a leaf */
  char reached; /* the root of this backward depends on it */
  struct Value* operands[2];
  struct Value* older;
} Value;

typedef struct Graph {
  Value* newest;
} Graph;

static Value* make(Graph* graph, char op, double data, Value* a, Value* b) {
  Value* const value = calloc(1, sizeof *value);
  if (value == NULL) return NULL;
  value->op = op;
  value->data = data;
  value->operands[0] = a;
  value->operands[1] = b;
  value->older = graph->newest;
  graph->newest = value;
  return value;
}

static void pull_back(const Value* value) {
  Value* const a = value->operands[0];
  Value* const b = value->operands[1];
  if (a != NULL) a->reached = 1;
  if (b != NULL) b->reached = 1;
  switch (value->op) {
    case '+':
      a->grad += value->grad;
      b->grad += value->grad;
      break;
    case '*':
      a->grad += b->data * value->grad;
      b->grad += a->data * value->grad;
      break;
    case '^':
      a->grad += value->exponent * pow(a->data, value->exponent - 1) * value->grad;
      break;
    case 'e':
      a->grad += value->data * value->grad;
      break;
    case 'r':
      if (value->data > 0) a->grad += value->grad;
      break;
    default:
      break;
  }
}

/* Gradients start anew: what an earlier backward left would be passed on a second time. */
static void backward(Graph* graph, Value* root) {
  for (Value* value = graph->newest; value != NULL; value = value->older) {
    value->grad = 0;
    value->reached = 0;
  }
  root->grad = 1;
  root->reached = 1;
  for (Value* value = root; value != NULL; value = value->older) {
    if (value->reached) pull_back(value);
  }
}

static void free_graph(Graph* graph) {
  while (graph->newest != NULL) {
    Value* const older = graph->newest->older;
    free(graph->newest);
    graph->newest = older;
  }
}

/* The adapter: cradle names nodes by number, from 0 on, in the order of making. */

static Graph graph;
static Value** values;
static size_t value_count;

static void* open_session(void) { return &graph; }

static void close_session(void* session) {
  free_graph(session);
  free(values);
  values = NULL;
  value_count = 0;
}

static int keep(uint32_t node, Value* value) {
  if (value == NULL) return -1;
  if (node >= value_count) {
    const size_t count = 2 * ((size_t)node + 8);
    Value** const more = realloc(values, count * sizeof *values);
    if (more == NULL) return -1;
    values = more;
    value_count = count;
  }
  values[node] = value;
  return 0;
}

static int input(void* session, uint32_t node, double data) {
  return keep(node, make(session, 0, data, NULL, NULL));
}

static int apply(void* session, uint32_t node, const cradle_instruction* instruction) {
  Value* const x = values[instruction->operands[0]];
  Value* const y = instruction->operand_count > 1 ? values[instruction->operands[1]] : NULL;
  Value* made = NULL;
  switch (instruction->op) {
    case CRADLE_OP_ADD:
      made = make(session, '+', x->data + y->data, x, y);
      break;
    case CRADLE_OP_MUL:
      made = make(session, '*', x->data * y->data, x, y);
      break;
    case CRADLE_OP_POW:
      made = make(session, '^', pow(x->data, instruction->immediate), x, NULL);
      if (made != NULL) made->exponent = instruction->immediate;
      break;
    case CRADLE_OP_EXP:
      made = make(session, 'e', exp(x->data), x, NULL);
      break;
    case CRADLE_OP_RELU:
      made = make(session, 'r', x->data < 0 ? 0 : x->data, x, NULL);
      break;
    default:
      break;
  }
  return keep(node, made);
}

static int run_backward(void* session, uint32_t node) {
  backward(session, values[node]);
  return 0;
}

static double data(void* session, uint32_t node) {
  (void)session;
  return values[node]->data;
}

static double grad(void* session, uint32_t node) {
  (void)session;
  return values[node]->grad;
}

const cradle_engine* cradle_engine_v1(void) {
  static const cradle_capabilities capabilities = {
      .size = sizeof capabilities,
      .name = "raw_value",
      .ops = 1u << CRADLE_OP_INPUT | 1u << CRADLE_OP_ADD | 1u << CRADLE_OP_MUL |
             1u << CRADLE_OP_POW | 1u << CRADLE_OP_EXP | 1u << CRADLE_OP_RELU,
      .release = CRADLE_RELEASE_GLOBAL_RESET,
  };
  static const cradle_engine engine = {
      .abi = CRADLE_ENGINE_ABI,
      .size = sizeof engine,
      .capabilities = &capabilities,
      .open = open_session,
      .close = close_session,
      .input = input,
      .apply = apply,
      .backward = run_backward,
      .data = data,
      .grad = grad,
  };
  return &engine;
}
