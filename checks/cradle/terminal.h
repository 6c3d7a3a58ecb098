// The report on the terminal: 80 columns, colour only where it is seen.

#pragma once

#include <string>

#include "checks/cradle/result.h"

namespace cradle {

/// True when a file is a terminal that understands escape codes: TERM=dumb says that it does not.
bool understands_escapes(int file);

/// True when standard output understands colours and neither NO_COLOR nor --no-color speaks against
/// it.
bool color_wanted(bool allowed);

/// Returns the whole report: rows, what the cases were, policies, findings, verdict, how to repeat
/// it.
std::string report(const Result& result, bool strict, bool color);

/// Returns a finding: what, where, got and expected, the program, and the command that reruns it.
std::string report_finding(const Finding& finding, std::size_t number, const std::string& engine,
                           bool color);

/// Returns a number with thousands separated by commas.
std::string grouped(std::uint64_t number);

}  // namespace cradle
