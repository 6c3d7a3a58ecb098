// A disagreement for people: where, what was there, what should be, and which consumer explains it.

#pragma once

#include <string>

#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/program.h"
#include "checks/program/trace.h"

namespace cradle {

/// Returns lines of at most 80 columns, each with its end, in full precision and in hexadecimal:
/// the node, its operands or its consumers, the enclosure, the error in ulps and in tolerances, the
/// contribution that accounts for the residual, the condition number. Empty when the judgement
/// names no node.
///
/// The gradients of a pure program are explained at the first node from the root that does not
/// follow from its consumers, whichever node the judgement names: what is wrong below it may be its
/// consequence.
std::string explain(const Program& program, const Trace& trace, const Judgement& judgement,
                    const Capabilities& capabilities);

/// Returns words in lines of at most `columns`, each indented and ended.
std::string wrapped(const std::string& words, std::size_t indent, std::size_t columns = 80);

}  // namespace cradle
