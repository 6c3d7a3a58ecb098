// Graphviz's dot, where it is installed.

#pragma once

#include <string>

namespace cradle {

/// Runs dot on a drawing in its language and returns what it writes: a file of the format "svg" or
/// "png". Nothing goes through a shell or a file.
///
/// Errors  empty, and `error` says why: it is not installed, failed, or took half a minute.
std::string run_graphviz(const std::string& drawing, const char* format, std::string& error);

}  // namespace cradle
