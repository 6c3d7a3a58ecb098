/* Nodes, references, and rules. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/properties/plugins/raw_engine.h"

/* What died, through `next`. */
static Value* pool;

/* What exists, through `later`. */
static Value* registry;

static void enroll(Value* value) {
  Value** end = &registry;
  while (*end != NULL) end = &(*end)->later;
  *end = value;
}

static void strike(const Value* value) {
  Value** at = &registry;
  while (*at != value) at = &(*at)->later;
  *at = value->later;
}

static Value* take(void) {
  if (PLANTED != keeps_a_pool || pool == NULL) return calloc(1, sizeof(Value));
  Value* const value = pool;
  pool = value->next;
  memset(value, 0, sizeof *value);
  return value;
}

static void give_back(Value* value) {
  if (PLANTED == quadratic_registry) strike(value);
  if (PLANTED != keeps_a_pool) {
    free(value);
    return;
  }
  value->next = pool;
  pool = value;
}

static Value* make(char op, Real data, Value* a, Value* b) {
  static uint32_t number = 0;
  Value* const value = take();
  if (value == NULL) return NULL;
  value->op = op;
  value->data = data;
  value->references = PLANTED == cycle_at_once ? 2 : 1;
  value->number = number++;
  value->operands[0] = a;
  value->operands[1] = b;
  value_retain(a);
  value_retain(b);
  if (PLANTED == replays_older_root || PLANTED == tape_is_never_reset) tape_append(value);
  if (PLANTED == quadratic_registry) enroll(value);
  return value;
}

Value* value_leaf(Real data) { return make(0, data, NULL, NULL); }

void value_retain(Value* value) {
  if (value != NULL) ++value->references;
}

/* NOLINTNEXTLINE(misc-no-recursion): that is the bug. */
static void release_recursively(Value* value) {
  if (value == NULL || --value->references > 0) return;
  release_recursively(value->operands[0]);
  release_recursively(value->operands[1]);
  free(value);
}

/* What dies is in a list through `next`. */
void value_release(Value* value) {
  if (PLANTED == recursive_release) {
    release_recursively(value);
    return;
  }
  if (value == NULL || --value->references > 0) return;
  value->next = NULL;
  while (value != NULL) {
    Value* rest = value->next;
    for (int k = 0; k < 2; ++k) {
      Value* const operand = value->operands[k];
      if (operand == NULL || --operand->references > 0) continue;
      operand->next = rest;
      rest = operand;
    }
    give_back(value);
    value = rest;
  }
}

/* Of the exponential alone: infinity over infinity from 45 on in binary32, from 355 in binary64. */
static Real tanh_of(Real x) {
  if (PLANTED != tanh_overflows) return (Real)tanh((double)x);
  const Real e = (Real)expm1(2 * (double)x);
  return e / (e + 2);
}

/* The same from 89 on, and from 710. */
static Real sigmoid_of(Real x) {
  if (PLANTED != sigmoid_overflows) return (Real)(1 / (1 + exp(-(double)x)));
  const Real e = (Real)exp((double)x);
  return e / (1 + e);
}

static Real log_of(Real x) {
  if (PLANTED == exits_on_domain_error && x < 0) {
    fputs("log of a negative number\n", stderr);
    exit(1);
  }
  return (Real)log((double)x);
}

static Real primal(char op, Real x, Real y, double exponent) {
  switch (op) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    case 'n':
      return -x;
    case '^':
      return (Real)pow((double)x, exponent);
    case 'e':
      return (Real)exp((double)x);
    case 'l':
      return log_of(x);
    case 'r':
      return x < 0 ? 0 : x;
    case 't':
      return tanh_of(x);
    default:
      return sigmoid_of(x);
  }
}

Value* value_apply(char op, Value* a, Value* b, double exponent) {
  if (op == '-' && PLANTED == constant_leaks) {
    Value* const product = value_apply('*', b, value_leaf(-1), 0);
    Value* const sum = product == NULL ? NULL : value_apply('+', a, product, 0);
    value_release(product);
    return sum;
  }
  if (PLANTED == returns_own_operand && op == 'r' && a->data > 0) {
    value_retain(a);
    return a;
  }
  Value* const value = make(op, primal(op, a->data, b == NULL ? 0 : b->data, exponent), a, b);
  if (value == NULL) return NULL;
  value->exponent = exponent;
  if (op == '^') snprintf(value->text, sizeof value->text, "%.2g", exponent);
  return value;
}

static double exponent_of(const Value* value) {
  if (PLANTED == exponent_as_int) return (int)value->exponent;
  return PLANTED == exponent_as_text ? atof(value->text) : value->exponent;
}

/* Without a case of its own, 0 to the power 0 would be 0 times infinity. */
static Real slope_of_power(Real x, double e) {
  return e == 0 ? 0 : (Real)(e * pow((double)x, e - 1));
}

void value_pull_back(const Value* value) {
  Value* const a = value->operands[0];
  Value* const b = value->operands[1];
  const Real out = value->data;
  const Real owed = value->grad;
  switch (value->op) {
    case '+':
      a->grad += owed;
      b->grad += owed;
      break;
    case '-':
      a->grad += owed;
      b->grad -= owed;
      break;
    case '*':
      a->grad += b->data * owed;
      b->grad += a->data * owed;
      break;
    case '/':
      a->grad += owed / b->data;
      b->grad -= owed * a->data / (b->data * b->data);
      break;
    case 'n':
      a->grad -= owed;
      break;
    case '^':
      a->grad += slope_of_power(a->data, exponent_of(value)) * owed;
      break;
    case 'e':
      a->grad += out * owed;
      break;
    case 'l':
      a->grad += owed / a->data;
      break;
    case 'r':
      if (out > 0) a->grad += owed;
      break;
    case 't':
      a->grad += (1 - out * out) * owed;
      break;
    case 's':
      a->grad += out * (1 - out) * owed;
      break;
    default:
      break;
  }
}
