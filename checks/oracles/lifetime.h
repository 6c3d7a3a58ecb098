// Is every reference accounted for?
//
// A shadow model of the engine, written from the language alone, predicts after every action its
// status, each reference count, the number of live nodes, and which data and gradients may have
// changed.

#pragma once

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Judges a run of any well-formed program: statuses, counts, live nodes, data and gradients, and
/// that every failure is explained by an injected fault or by a NULL operand and changed nothing.
///
/// What the engine does not offer (counts, live nodes) is not judged.
Judgement judge_lifetime(const Program& program, const Trace& trace,
                         const Capabilities& capabilities);

}  // namespace cradle
