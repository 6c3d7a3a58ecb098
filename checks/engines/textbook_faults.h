// Where the textbook engine asks what a planted bug does instead. None of this is reached in a
// healthy one.

#pragma once

#include <cstdint>

#include "checks/engines/textbook.h"
#include "checks/engines/textbook_collections.h"
#include "checks/engines/textbook_memory.h"
#include "checks/engines/textbook_network.h"

namespace cradle::textbook {

/// The value of a result, given the healthy one. `extra` is the exponent of pow.
double faulty_value(OpCode op_code, double healthy, double operand, double extra);

/// Passes the gradient of a result on. False when the fault has nothing to do with it: then the
/// healthy rule applies.
bool faulty_pull_back(const Value& result);

/// What becomes of a contribution to that operand, in the sweep since `faulty_uses_reset`.
double faulty_use(const Value& result, std::uint32_t operand, double contribution);
void faulty_uses_reset();

/// A power from a cache that forgot the exponent in its key; it lives as long as that sweep.
double faulty_power(double x, double exponent);

/// The gradient that a backward starts from.
double faulty_seed(const Value& root);

/// Fills `order` so that a sweep from its end is the planted one. False when memory is short.
bool faulty_sort(Value* root, Vector* order, SimpleSet* visited);

/// The healthy order: operands before results.
bool depth_first(Value* root, Vector* order, SimpleSet* visited);

/// What a backward does besides: before its sweep, after it, and when it has failed.
void faulty_before_sweep(const Vector* order);
void faulty_after_sweep(Value* root, Vector* order);
void faulty_after_failure(Value* root);

/// How many references to its operand of that number a result takes when it is made, and drops when
/// it dies.
std::uint32_t faulty_takes(const Value& result, std::uint32_t operand);
std::uint32_t faulty_drops(const Value& result, std::uint32_t operand);

/// What else happens when a result has been made.
void faulty_after_making(Value* result);

/// The entry that a set loses when it grows, or NULL; and what notes each new one.
const Value* faulty_set_loses(const SimpleSet* set);
void faulty_set_inserted(const SimpleSet* set, Value* value);

/// mlp_forward of a sample that is not the last of its batch.
Value** faulty_mlp_forward(Mlp* mlp, Value** x);

/// Forgets what the faults have gathered.
void faulty_reset();

}  // namespace cradle::textbook
