// Programs as bytes, for fuzzers.
//
// A fuzz input is a row of records of kRecordBytes, one an instruction or action, and no length:
// inserting, deleting or splicing records keeps the rest meaningful. Operands are distances back.
// Decoding repairs instead of rejecting: an operand becomes the nearest held node back, and when
// nothing is held the record makes an input.
//
// Records are laid out in record.h; mutate.h edits them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "checks/program/generate.h"
#include "checks/program/program.h"
#include "checks/program/record.h"

namespace cradle {

/// Returns the options that fuzz inputs are decoded with: everything the language has, or what a
/// target narrows it to.
GenerateOptions fuzz_options(OpSet ops = kAllOps, VerbSet verbs = kAllVerbs);

/// Decodes any bytes: `generate` with the raw profile.
Program decode(std::span<const std::uint8_t> bytes, const GenerateOptions& options);
/// The same in place of an earlier program, in whose memory it finds room.
void decode(std::span<const std::uint8_t> bytes, const GenerateOptions& options, Program& program);

/// Returns bytes that decode to `program`, or nothing when it is beyond the options (a length, an
/// op, a verb). Ensures  decode(encode(p, options), options) == p.
std::optional<std::vector<std::uint8_t>> encode(const Program& program,
                                                const GenerateOptions& options);

}  // namespace cradle
