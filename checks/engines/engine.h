/* The interface between cradle and an engine under test: one table of C functions and one record
 * that says what the engine is. C11 and C++20, no dependencies.
 *
 * An adapter keeps the engine's handles; cradle speaks in node numbers. Node numbers count from 0
 * in the order of making, within a session. At most one session is open in a process.
 *
 * Conventions
 * 1. A function that can fail returns 0 or -1. A node whose making failed does not exist: cradle
 *    does not name it again.
 * 2. A field or function of a later version is appended; `size` says how much of a struct is there.
 *    Numbers that are given here never change.
 * 3. Unless marked "required", a function may be NULL and a field 0: then it is unknown or not
 *    offered, and checks that need it are reported as not applicable.
 */
#ifndef CRADLE_ENGINE_H
#define CRADLE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface, for `abi` of the table. */
#define CRADLE_ENGINE_ABI 1u

/* Op numbers are cradle's own (checks/engines/capabilities_of.cpp asserts it). `ops` of the record
 * is a mask of `1 << number`. */
enum {
  CRADLE_OP_INPUT = 0,
  CRADLE_OP_ADD = 1,
  CRADLE_OP_SUB = 2,
  CRADLE_OP_MUL = 3,
  CRADLE_OP_DIV = 4,
  CRADLE_OP_NEG = 5,
  CRADLE_OP_POW = 6,  /* the exponent is a constant: `immediate` */
  CRADLE_OP_POWV = 7, /* the exponent is a node: operands[1] */
  CRADLE_OP_EXP = 8,
  CRADLE_OP_LOG = 9,
  CRADLE_OP_RELU = 10,
  CRADLE_OP_LEAKY_RELU = 11,
  CRADLE_OP_TANH = 12,
  CRADLE_OP_SIGMOID = 13,
  CRADLE_OP_SIN = 14,
  CRADLE_OP_COS = 15,
  CRADLE_OP_SQRT = 16,
  CRADLE_OP_ABS = 17,
  CRADLE_OP_NEURON = 18, /* relu(b + sum of x[k] w[k]), as one node */
  CRADLE_OP_COUNT = 19
};

/* Differentiation mode: whether backward goes from the root to the inputs, or tangents from the
 * inputs to the root. */
enum { CRADLE_MODE_REVERSE = 0, CRADLE_MODE_FORWARD = 1 };

/* What a handle is: told in reports, and used to explain findings. */
enum {
  CRADLE_HANDLE_UNKNOWN = 0,
  CRADLE_HANDLE_RAW = 1,
  CRADLE_HANDLE_SHARED = 2,
  CRADLE_HANDLE_VALUE = 3,
  CRADLE_HANDLE_MOVE_ONLY = 4
};

/* What gives memory back: the last release of each node; that of a graph's last node; a reset in
 * close; backward; nothing. Reference counts are judged with the first one only, what lives at
 * the end with the first two. Without `release` in the table these two read as a reset in close. */
enum {
  CRADLE_RELEASE_PER_HANDLE = 0,
  CRADLE_RELEASE_WHOLE_GRAPH = 1,
  CRADLE_RELEASE_GLOBAL_RESET = 2,
  CRADLE_RELEASE_BY_BACKWARD = 3,
  CRADLE_RELEASE_NEVER = 4
};

/* What `zero_grad` of a node resets: nothing; its own gradient; also those of all that it depends
 * on; or all that there are. */
enum {
  CRADLE_ZERO_NONE = 0,
  CRADLE_ZERO_NODE = 1,
  CRADLE_ZERO_FROM_ROOT = 2,
  CRADLE_ZERO_EVERYTHING = 3
};

/* What a second backward does to gradients that are already there. */
enum {
  CRADLE_SECOND_UNKNOWN = 0,
  CRADLE_SECOND_ACCUMULATES = 1, /* as micrograd: adds, interior nodes included */
  CRADLE_SECOND_RESETS = 2,
  CRADLE_SECOND_REFUSES = 3
};

/* Kinds of misuse an engine claims to detect; `misuse` is a mask of `1 << kind`. */
enum { CRADLE_MISUSE_NULL = 0, CRADLE_MISUSE_STALE = 1, CRADLE_MISUSE_OVER_RELEASE = 2 };

/* Legal forms of a derivative rule, where the engine's is known; 0 means unknown: any of them. */
enum {
  CRADLE_FORM_UNKNOWN = 0,
  CRADLE_FORM_EXP_FROM_OUTPUT = 1,  /* g out */
  CRADLE_FORM_EXP_RECOMPUTED = 2,   /* g exp(x) */
  CRADLE_FORM_LOG_DIVISION = 1,     /* g / x */
  CRADLE_FORM_LOG_RECIPROCAL = 2,   /* g (1 / x) */
  CRADLE_FORM_POW_EXPONENT = 1,     /* e x^(e-1) g */
  CRADLE_FORM_POW_FROM_OUTPUT = 2,  /* e out / x g */
  CRADLE_FORM_DIV_QUOTIENT = 1,     /* g / b and -g out / b */
  CRADLE_FORM_DIV_PRODUCT = 2,      /* g / b and -g a / (b b) */
  CRADLE_FORM_DIV_POWER = 3,        /* a pow(b, -1) */
  CRADLE_FORM_DIV_RECIPROCAL = 4,   /* g (1 / b) and -g out (1 / b) */
  CRADLE_FORM_TANH_SQUARE = 1,      /* 1 - t t */
  CRADLE_FORM_TANH_PRODUCT = 2,     /* (1 - t) (1 + t) */
  CRADLE_FORM_TANH_RECOMPUTED = 3,  /* either, with t from the input */
  CRADLE_FORM_SIGMOID_OUTPUT = 1,   /* s (1 - s) */
  CRADLE_FORM_SIGMOID_EXP = 2,      /* from exp */
  CRADLE_FORM_SQRT_OUTPUT = 1,      /* g / (2 out) */
  CRADLE_FORM_SQRT_POWER = 2,       /* 0.5 x^-0.5 g */
  CRADLE_FORM_SQRT_RECIPROCAL = 3,  /* g (0.5 / out) */
  CRADLE_FORM_POWV_FROM_OUTPUT = 1, /* of the exponent: out ln x g; of the base: as pow */
  CRADLE_FORM_POWV_RECOMPUTED = 2,  /* x^y ln x g */
  CRADLE_FORM_MASK_SELECTS = 1,     /* relu' chooses: 0 where the gate is shut */
  CRADLE_FORM_MASK_MULTIPLIES = 2   /* relu' multiplies: 0 * inf = NaN passes */
};

/* What the engine is. It is unusable with an empty name, without an op but input, with an op or a
 * precision that does not exist, or with a gradient_clip below 0 or without end; a kind or form
 * that does not exist reads as the unknown one, or the one that promises least. `ulps` are bounds
 * on the error of a function's value, in units in the last place; 0 means unknown, and what common
 * C libraries keep is assumed: 1, and 2.5 for tanh, 4 for sigmoid, 0.5 for div and sqrt. */
typedef struct cradle_capabilities {
  uint32_t size;            /* required: sizeof(cradle_capabilities) */
  uint32_t ops;             /* required: mask of 1 << CRADLE_OP_... */
  const char* name;         /* required */
  uint32_t precision_bits;  /* 53 (also when 0) or 24 */
  uint32_t mode;            /* CRADLE_MODE_... */
  uint32_t handle;          /* CRADLE_HANDLE_... */
  uint32_t release;         /* CRADLE_RELEASE_... */
  uint32_t zero_grad;       /* CRADLE_ZERO_... */
  uint32_t second_backward; /* CRADLE_SECOND_... */
  uint32_t misuse;          /* mask of 1 << CRADLE_MISUSE_... */
  uint32_t interior_hidden; /* 1: gradients of nodes that are not inputs cannot be read */
  uint64_t nodes_max;       /* 0: no limit on the nodes of a session */
  /* 0: no limit on the length of a path; otherwise depth and cost do not apply */
  uint64_t depth_max;
  double gradient_clip; /* 0: none; gradients are clamped to [-clip, clip] by design */
  double relu_slope;    /* of relu below 0 */
  double relu_at_zero;  /* derivative of relu at 0; NaN: to be found out */
  double leaky_slope;   /* of leaky_relu below 0; 0 or NaN: to be found out */
  double leaky_at_zero; /* derivative of leaky_relu at 0; 0: the slope; NaN: to be found out */
  double exp_ulps, log_ulps, pow_ulps, div_ulps, sqrt_ulps, tanh_ulps, sigmoid_ulps, sin_ulps,
      cos_ulps;
  uint32_t exp_form, log_form, pow_form, div_form, tanh_form, sigmoid_form, mask_form;
  uint32_t relu_keeps_nan;  /* 1: relu(v) is v < 0 ? 0 : v to the bit, so that NaN and -0 stay */
  uint32_t neuron_in_order; /* 1: a neuron's sum is (((b + w0 x0) + w1 x1) + ...), to the bit */
  uint32_t one_allocation_a_node; /* 1: a fault program meets every allocation */
  uint32_t sqrt_form;
  double abs_at_zero; /* derivative of abs at 0; NaN: to be found out */
  uint32_t powv_form;
  /* 1: backward adds what nodes pass on in the reverse order of their making, so that the bits of a
   * gradient follow from the program alone */
  uint32_t fixed_order;
  /* 1: a rule reads its operands' data when backward is called, so that `set` shows in it; 0: it
   * may have read them when its node was made */
  uint32_t reads_at_backward;
  /* 1: a 0 in relu_at_zero and abs_at_zero is what the engine promises, and sub, div and the like
   * are nodes of their own; 0: it may be otherwise, and is found out */
  uint32_t as_declared;
} cradle_capabilities;

/* One instruction. `operands` holds node numbers: 1 or 2, or a neuron's xs, ws and bias. */
typedef struct cradle_instruction {
  uint32_t op;     /* CRADLE_OP_..., but for input */
  uint32_t linear; /* neuron: without relu */
  uint32_t operand_count;
  const uint32_t* operands;
  double immediate; /* of CRADLE_OP_POW: the exponent */
} cradle_instruction;

/* A network whose inputs exist as nodes. The adapter builds its own network of that shape, sets
 * every parameter, runs it forward once for each sample of the batch, and then answers for the
 * parameters, which the samples share, and the outputs as nodes. Sample s has its inputs from
 * first_input + s * sample_stride on, and its outputs from first_output + s * sample_stride on. */
typedef struct cradle_network {
  uint32_t layer_count;
  const uint32_t* widths;     /* layer_count + 1 entries: inputs, then each layer */
  uint32_t last_layer_linear; /* 1: the last layer has no relu */
  uint32_t first_input;       /* node numbers of the inputs, consecutive: they exist */
  uint32_t first_parameter;   /* to be made: layer by layer, neuron by neuron, weights then bias */
  uint32_t first_output;      /* to be made: the last layer's neurons */
  const double* parameters;   /* initial values, in that order */
  uint32_t batch;             /* how many samples, 1 or more */
  uint32_t sample_stride;     /* from a node of one sample to that of the next */
} cradle_network;

/* The table. `session` is what open returned; `node` is a number that cradle gives to what is to be
 * made, or of what exists. cradle holds one reference to what it had made, and to an output or
 * parameter of a network. It reads a node while it holds one, or, of raw handles, while other nodes
 * keep it alive. What a pointer refers to is valid during the call only, unless it says more. */
typedef struct cradle_engine {
  uint32_t abi;                            /* required: CRADLE_ENGINE_ABI */
  uint32_t size;                           /* required: sizeof(cradle_engine) */
  const cradle_capabilities* capabilities; /* required */

  void* (*open)(void);          /* required: a session, or NULL where there is none to be had */
  void (*close)(void* session); /* required: gives back all that cradle did not release */

  /* required: makes an input */
  int (*input)(void* session, uint32_t node, double value);
  /* required: makes the node of an op, whose operands exist */
  int (*apply)(void* session, uint32_t node, const cradle_instruction* instruction);
  /* required: differentiates that node by all that it depends on */
  int (*backward)(void* session, uint32_t node);
  double (*data)(void* session, uint32_t node); /* required: its value */
  double (*grad)(void* session, uint32_t node); /* required: its gradient */

  void (*retain)(void* session, uint32_t node);  /* takes one reference more */
  void (*release)(void* session, uint32_t node); /* gives one back; the last one frees it */
  void (*set)(void* session, uint32_t node, double value); /* of an input's data */
  void (*zero_grad)(void* session, uint32_t node); /* of what `zero_grad` of the record says */
  uint32_t (*count)(void* session, uint32_t node); /* its reference count */
  uint64_t (*live_nodes)(void* session);           /* that exist in the engine */
  /* The first node number with the same handle, where an op may return its own operand. */
  uint32_t (*identity)(void* session, uint32_t node);
  /* Calls of the engine's allocator since open, those that failed included. */
  uint64_t (*allocations)(void* session);
  /* The count-th allocation from here fails; several may be pending. */
  int (*fail)(void* session, uint32_t count);
  /* Does the whole of a misuse (over_release: both releases); 0 when it was told and did no harm.
   */
  int (*misuse)(void* session, uint32_t kind, uint32_t op, uint32_t node);
  /* Makes the nodes of a network's parameters and outputs. */
  int (*network)(void* session, const cradle_network* network);
  /* Why the last call that did not return 0 did not; or NULL. Valid until the next call. */
  const char* (*last_error)(void* session);
} cradle_engine;

/* What a shared object exports. The table, and the record that it points at, live as long as it is
 * loaded. NULL, or a table without what is required, makes it unusable. */
const cradle_engine* cradle_engine_v1(void);

#ifdef __cplusplus
}
#endif

#endif
