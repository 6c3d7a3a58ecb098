// Changing fuzz inputs record by record: what a fuzzer that knows the language does to it.
//
// Bytes flipped anywhere mostly change an immediate, and a bug of structure needs a structure: a
// set that has grown, a long chain, two roots over one graph. So an edit is of whole records, and
// some insert what an engine's author would call a graph. Each call draws which ops and verbs it
// inserts, as bugs that need two of them to meet often are found when the others stay away.
// Source  Groce et al., Swarm Testing, ISSTA 2012.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "checks/program/choices.h"
#include "checks/program/generate.h"

namespace cradle {

/// Changes an input: one to four edits, each of one record, of a run of records, or a graph
/// inserted.
///
/// Ensures  a whole number of records, at least one where one fits, at most `max_bytes`; the same
///          for the same choices. An input is changed more often than not, not always.
void mutate(std::vector<std::uint8_t>& bytes, std::size_t max_bytes, Choices& choices,
            const GenerateOptions& options);

/// Returns records of both inputs: the begin of one and the end of the other, or a run of the
/// second within the first. Ensures  a whole number of records, at most `max_bytes`.
std::vector<std::uint8_t> splice(std::span<const std::uint8_t> first,
                                 std::span<const std::uint8_t> second, std::size_t max_bytes,
                                 Choices& choices);

}  // namespace cradle
