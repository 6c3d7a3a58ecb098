// Results as JSON: the documented schema for machines, and a form that workers send to their
// parent.

#pragma once

#include <optional>
#include <string>

#include "checks/cradle/result.h"
#include "checks/program/capabilities.h"

namespace cradle {

/// Returns a result in schema 1, which checks/guide/result.schema.json describes.
///
/// Numbers of programs and traces are strings in the spelling of the text form, because JSON has
/// neither NaN nor infinity; what could not be read is null.
std::string to_json(const Result& result, Verdict verdict, const Capabilities& capabilities);

/// Returns the object "environment" of every schema: commit, compiler, libm, processor.
std::string environment_text(const Capabilities& capabilities);

/// Writes a text to a file, through a temporary one beside it (a link, pipe or device: in place).
/// False when that failed; `error` says why.
bool write_file(const std::string& path, const std::string& text, std::string& error);

/// Throws UserError with kBadInput when a file that is to be written at the end cannot be; an empty
/// path is no file. Nothing is left behind.
void require_writable(const std::string& path);

/// The commit that cradle was built from, or "unknown".
std::string commit_of_build();

/// The version of this cradle, "0.1.0", and the day of its commit, "2026-11-26" or "unknown".
std::string version_of_build();
std::string date_of_build();

std::string to_transport(const Result& result);
std::optional<Result> from_transport(const std::string& text);

}  // namespace cradle
