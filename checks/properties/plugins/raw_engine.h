/* A micrograd in C that works: raw pointers, counted references, iterative throughout.
 *
 * Compiled with PLANTED=name it has one of the bugs below, each seen in engines that people
 * publish; with PLANTED=none, or one of the last few, it has none. It shares nothing with the
 * engines and oracles of cradle.
 */
#pragma once

#include <stdint.h>

/* float in a build of binary32. */
#ifdef BINARY32
typedef float Real;
#else
typedef double Real;
#endif

enum {
  none,
  /* State that outlives a backward. */
  flag_is_never_reset, /* a second root gets nothing */
  frees_graph,         /* backward frees all nodes but leaves and the root, whoever holds them */
  replays_older_root,  /* a global tape: all of it is swept, whatever the root */
  tape_is_never_reset, /* the same, with what earlier sessions left in it */
  grows_with_age,      /* backward clears a table with a mark for each node there ever was */
  /* Rules. */
  exponent_as_int,
  exponent_as_text, /* two digits */
  tanh_overflows,
  sigmoid_overflows,
  exits_on_domain_error,
  /* Memory. */
  constant_leaks, /* a - b is a + -1 * b, and nobody frees the -1 */
  cycle_at_once,  /* every node holds itself */
  /* Size. */
  fixed_array_40,
  fixed_array_1000,
  fixed_array_10000,
  exponential_time, /* gradients are zeroed along every path */
  quadratic_visited,
  quadratic_registry, /* all that exists is in a list, and each new Value walks to its end */
  recursive_sort,
  recursive_release,
  /* No bugs, but other ways to be right. */
  returns_own_operand,  /* relu of what is positive is that node itself */
  consumed_by_backward, /* backward takes the graph apart, and refuses to be called again */
  has_no_zero_grad,
  keeps_a_pool /* what dies is used again, and never given back */
};

typedef struct Value {
  Real data;
  Real grad;
  double exponent;
  char op;       /* '+' '-' '*' '/' 'n' '^' 'e' 'l' 'r' 't' 's'; 0 of a leaf */
  char visited;  /* by the sort that is under way */
  char slot;     /* the operand that the sort goes to next */
  char text[16]; /* the exponent, as a drawing shows it */
  uint32_t references;
  uint32_t number;           /* among all that ever were */
  struct Value* operands[2]; /* each holds one reference */
  struct Value* next;        /* where the sort came from, or what dies next */
  struct Value* later;       /* in the registry */
} Value;

/* Each returns a new reference, or NULL without memory. `b` is NULL for an op of one operand. */
Value* value_leaf(Real data);
Value* value_apply(char op, Value* a, Value* b, double exponent);

void value_retain(Value* value);
void value_release(Value* value);

/* Gradients start anew: 0 without memory for it, and then nothing has changed. */
int value_backward(Value* root);

/* Passes on what one node owes to its operands. */
void value_pull_back(const Value* value);

/* What nodes have been made of late, for engines that keep a tape. */
void tape_append(Value* value);
void tape_clear(void);
