// Is it the derivative at all? Central differences that know no derivative rule.
//
// An oracle whose author mistyped a rule in both places is caught by these alone. In 113 bits their
// own error vanishes beside that of a double, and every branch is frozen at the centre, so that
// nothing straddles a kink.
//
// Float128 decides. Before it stand filters: differences in double-doubles, which only ever accept,
// and of the inputs the radii that long doubles find, or that nothing is decided.

#pragma once

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Judges the gradient of each input (of one direction through all of them when there are many)
/// against the difference quotient of the whole program, within the radius of a correct engine.
/// Requires  well_formed(program) and is_pure(program).
Judgement judge_difference_inputs(const Program& program, const Trace& trace,
                                  const Capabilities& capabilities);

/// Judges each node's gradient against its consumers', with the difference quotient of each
/// consumer's op in place of its rule.
/// Requires  well_formed(program) and is_pure(program).
Judgement judge_difference_edges(const Program& program, const Trace& trace,
                                 const Capabilities& capabilities);

/// The same two by float128 alone, which gives the same verdicts and takes longer.
Judgement judge_difference_inputs_by_float128(const Program& program, const Trace& trace,
                                              const Capabilities& capabilities);
Judgement judge_difference_edges_by_float128(const Program& program, const Trace& trace,
                                             const Capabilities& capabilities);

/// True when the radii of the long doubles, or the double-doubles, accept every gradient: then
/// float128 does.
bool inputs_accepted_by_long_double(const Program& program, const Trace& trace,
                                    const Capabilities& capabilities);
bool edges_accepted_by_double_double(const Program& program, const Trace& trace,
                                     const Capabilities& capabilities);

/// True when gradients of interior nodes exist and can be read: in forward mode they do not.
bool has_edges(const Capabilities& capabilities);

/// Both: disagrees if one does; inconclusive if one is and the other does not disagree. The inputs
/// alone where there are no edges to judge.
Judgement judge_difference(const Program& program, const Trace& trace,
                           const Capabilities& capabilities);

}  // namespace cradle
