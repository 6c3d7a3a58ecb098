// Are the values right? Each node's value against its operands', as the engine stored them.
//
// No error propagates: a node is judged from the engine's own operand values, so that the worst
// condition number costs nothing, and the first wrong node is the one that is named.

#pragma once

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Judges the value of every node that could be read, in every snapshot in which it could be.
///
/// Inputs must hold their immediate, or what `set` gave them last, bit for bit. Interior values
/// follow from the operands' values at the time of making, and never change after it. Without
/// injected faults every node must have been made.
///
/// Requires  well_formed(program).
Judgement judge_forward(const Program& program, const Trace& trace,
                        const Capabilities& capabilities);

}  // namespace cradle
