// Running a program on an engine, in this process.

#pragma once

#include <atomic>
#include <cstdint>

#include "checks/engines/engine.h"
#include "checks/program/lower.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Runs a program in a session of its own and returns what could be read.
///
/// Nodes are made in order, each action performed in its place; a pure program ends with a backward
/// from its last node. An engine of 24 bits is given the numbers as `in_precision` rounds them: who
/// judges the trace, judges that program. Read are the nodes that live by the program's own ledger
/// (where handles are not raw pointers: that are held). At the end every held reference is
/// released, in node order. A node whose making failed is NULL from then on: what reads it is NULL
/// too, backward from it gives -1.
///
/// Requires  well_formed(program); the table is usable and has what the program needs (`lacking`).
/// Errors    death = unopened when the engine gives no session. Whatever else the engine does,
/// happens here.
Trace run(const Program& program, const cradle_engine& engine);

/// Lets the runs of this thread write down what they are at, for whoever looks when one has died:
/// `moment_in` reads it. Null: nobody looks.
void write_moments_to(std::atomic<std::uint64_t>* place);
Moment moment_in(std::uint64_t written);

/// Takes a trace that nobody needs any more: its memory serves the next ones of this thread, which
/// spares a fuzzer under ASan a third of its time.
void recycle(Trace&& trace);

/// Runs a lowered network with the engine's own network in place of the neurons: the hidden ones
/// are not readable in the trace.
///
/// Requires  engine.network; `lowered` is lower(network), to which faults may have been added in
/// front: the actions are some `fail`, or none, then the backward.
Trace run_network(const Network& network, const Lowered& lowered, const cradle_engine& engine);

/// Returns what the engine lacks to run a program ("the op tanh", "retain"), or an empty text.
std::string lacking(const Program& program, const cradle_engine& engine);

}  // namespace cradle
