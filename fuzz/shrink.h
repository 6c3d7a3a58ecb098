// From the input of a finding to a program that a person can read.

#pragma once

#include <string>
#include <vector>

namespace cradle {

/// Minimises the finding of an input, in instructions: each candidate runs in a process of its own,
/// so that a crash is no more than an answer. Then writes to `folder`, under a name made of what
/// fails and of the minimised text, so that the same finding has the same name:
///   NAME.prog  the program that the engine was running, with what was said about it as comments
///   NAME.c     the same as a C program, where one can show it
/// and prints a line "found NAME"; "again NAME" when the file is there already.
///
/// Requires  a target whose inputs are programs. `path` is an input, or a program.
/// Returns   0; 1 when nothing fails; 2 when a file cannot be read or written, after a line that
///           says so.
int shrink(const std::string& target, const std::string& path,
           const std::vector<unsigned char>& input, const std::string& folder);

}  // namespace cradle
