// Healthy engines that differ from the reference in what an engine is free to choose. A check that
// alarms on one of them is wrong.

#pragma once

#include "checks/engines/engine.h"

namespace cradle {

/// Depth-first, in another topological order than that of creation.
const cradle_engine* tape_depth_first_engine();
/// A second backward clears the gradients that it is about to write.
const cradle_engine* tape_resets_engine();
/// A second backward through what was differentiated before is refused, and changes nothing.
const cradle_engine* tape_refuses_engine();
/// Every number, and every operation, in binary32.
const cradle_engine* tape_binary32_engine();
/// Forward mode: only the inputs have gradients.
const cradle_engine* tape_forward_engine();
/// The second legal form of every rule, none of them declared, depth-first.
const cradle_engine* tape_alternative_engine();
/// div and sqrt made of pow, as micrograd makes them, and declared.
const cradle_engine* tape_powers_engine();
/// Slopes recomputed from operands, reciprocals for divisions; none declared.
const cradle_engine* tape_recomputed_engine();

}  // namespace cradle
