// Reading what the user names: a program in a file or on standard input.

#pragma once

#include <string>

#include "checks/program/text.h"

namespace cradle {

/// Reads a program from a file, or from standard input when `path` is "-".
///
/// A file whose name ends in .prog or that looks like text is parsed. Bytes that are no text are an
/// error with its place, found before the rest is read, so that a device file does no harm.
Parsed read_program(const std::string& path);

/// Reads all bytes of a file, or of standard input. False when that failed; `error` says why.
bool read_bytes(const std::string& path, std::size_t bytes_max, std::string& bytes,
                std::string& error);

}  // namespace cradle
