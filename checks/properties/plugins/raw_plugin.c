/* The table of the engine in C, filled by hand. */

#include <stdlib.h>

#include "checks/properties/plugins/raw_engine.h"
#include "cradle/engine.h"

/* The values of the session, by their number; references that cradle holds, beside them. */
static Value** values;
static uint32_t* held;
static uint32_t* first;      /* number with the same value */
static uint32_t value_count; /* that were made */
static uint32_t room;

static void* open_session(void) { return &values; }

static void release(void* session, uint32_t node) {
  (void)session;
  if (held[node] == 0) return;
  --held[node];
  value_release(values[node]);
}

static void retain(void* session, uint32_t node) {
  (void)session;
  ++held[node];
  value_retain(values[node]);
}

static void close_session(void* session) {
  for (uint32_t node = 0; node < value_count; ++node) {
    while (held[node] > 0) release(session, node);
  }
  tape_clear();
  value_count = 0;
}

static int keep(uint32_t node, Value* value) {
  if (value == NULL) return -1;
  if (node >= room) {
    room = 2 * (node + 8);
    values = realloc(values, room * sizeof *values);
    held = realloc(held, room * sizeof *held);
    first = realloc(first, room * sizeof *first);
    if (values == NULL || held == NULL || first == NULL) abort();
  }
  for (; value_count <= node; ++value_count) held[value_count] = 0;
  values[node] = value;
  held[node] = 1;
  first[node] = node;
  return 0;
}

static int input(void* session, uint32_t node, double data) {
  (void)session;
  return keep(node, value_leaf((Real)data));
}

static int apply(void* session, uint32_t node, const cradle_instruction* line) {
  static const char kOps[CRADLE_OP_COUNT] = {
      [CRADLE_OP_ADD] = '+',  [CRADLE_OP_SUB] = '-',    [CRADLE_OP_MUL] = '*',
      [CRADLE_OP_DIV] = '/',  [CRADLE_OP_NEG] = 'n',    [CRADLE_OP_POW] = '^',
      [CRADLE_OP_EXP] = 'e',  [CRADLE_OP_LOG] = 'l',    [CRADLE_OP_RELU] = 'r',
      [CRADLE_OP_TANH] = 't', [CRADLE_OP_SIGMOID] = 's'};
  (void)session;
  Value* const x = values[line->operands[0]];
  Value* const y = line->operand_count > 1 ? values[line->operands[1]] : NULL;
  if (keep(node, value_apply(kOps[line->op], x, y, line->immediate)) != 0) return -1;
  if (values[node] == x) first[node] = first[line->operands[0]];
  return 0;
}

static int backward(void* session, uint32_t node) {
  (void)session;
  return value_backward(values[node]) ? 0 : -1;
}

static double data(void* session, uint32_t node) {
  (void)session;
  return (double)values[node]->data;
}

static double grad(void* session, uint32_t node) {
  (void)session;
  return (double)values[node]->grad;
}

static void set(void* session, uint32_t node, double value) {
  (void)session;
  values[node]->data = (Real)value;
}

static void zero_grad(void* session, uint32_t node) {
  (void)session;
  values[node]->grad = 0;
}

static uint32_t identity(void* session, uint32_t node) {
  (void)session;
  return first[node];
}

const cradle_engine* cradle_engine_v1(void) {
  static const cradle_capabilities capabilities = {
      .size = sizeof capabilities,
      .name = "raw_engine",
      .ops = 1u << CRADLE_OP_INPUT | 1u << CRADLE_OP_ADD | 1u << CRADLE_OP_SUB |
             1u << CRADLE_OP_MUL | 1u << CRADLE_OP_DIV | 1u << CRADLE_OP_NEG | 1u << CRADLE_OP_POW |
             1u << CRADLE_OP_EXP | 1u << CRADLE_OP_LOG | 1u << CRADLE_OP_RELU |
             1u << CRADLE_OP_TANH | 1u << CRADLE_OP_SIGMOID,
      .precision_bits = sizeof(Real) == 4 ? 24 : 53,
      .zero_grad = PLANTED == has_no_zero_grad ? CRADLE_ZERO_NONE : CRADLE_ZERO_NODE,
      .release =
          PLANTED == consumed_by_backward ? CRADLE_RELEASE_BY_BACKWARD : CRADLE_RELEASE_PER_HANDLE,
  };
  static const cradle_engine engine = {
      .abi = CRADLE_ENGINE_ABI,
      .size = sizeof engine,
      .capabilities = &capabilities,
      .open = open_session,
      .close = close_session,
      .input = input,
      .apply = apply,
      .backward = backward,
      .data = data,
      .grad = grad,
      .retain = retain,
      .release = release,
      .set = set,
      .zero_grad = PLANTED == has_no_zero_grad ? NULL : zero_grad,
      .identity = PLANTED == returns_own_operand ? identity : NULL,
  };
  return &engine;
}
